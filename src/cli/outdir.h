// SPDX-License-Identifier: BSD-3-Clause
/*
 * An output folder that appears whole or not at all.
 *
 * create makes a hidden folder beside the target, the caller writes its files there, commit puts
 * it in place, free without a commit removes it. What was there before stays until the commit and
 * comes back if the commit fails.
 */
#ifndef JKO_SRC_CLI_OUTDIR_H
#define JKO_SRC_CLI_OUTDIR_H

#include <stdbool.h>
#include <stddef.h>

typedef struct cli_outdir cli_outdir;

/*
 * Begin the folder target. It may be there already if it is empty, or holds an earlier result and
 * nothing else: the files that its run.json lists, in it or in a folder of it. Anything else is refused, so that nobody's work
 * is deleted. Missing folders above it are made. CLI_OK; CLI_INVALID for a target that is
 * refused; CLI_FAILED if no folder can be
 * made. *out is NULL and message set on failure.
 */
int cli_outdir_create(cli_outdir **out, const char *target, char *message, size_t size);

/* Whether an earlier result stands in the target's place now. */
bool cli_outdir_replaces(const cli_outdir *outdir);

/* The folder to write to. */
const char *cli_outdir_path(const cli_outdir *outdir);

/*
 * Put the folder in place. CLI_OK; CLI_FAILED or CLI_INVALID with a message if that cannot be
 * done, or if the target has become one that create would refuse: what was there is there still,
 * and free removes the new folder.
 */
int cli_outdir_commit(cli_outdir *outdir, char *message, size_t size);

/* Release; without a commit before, the new folder is removed. NULL is fine. */
void cli_outdir_free(cli_outdir *outdir);

#endif
