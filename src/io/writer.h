// SPDX-License-Identifier: BSD-3-Clause
/* What a file being written is inside. Internal. */
#ifndef JKO_SRC_IO_WRITER_H
#define JKO_SRC_IO_WRITER_H

#include "message.h"

#include <jko/io.h>
#include <limits.h>
#include <stdio.h>

#ifndef PATH_MAX
#define PATH_MAX 4096 // systems without a limit
#endif

struct jko_writer {
    FILE *file;                 // NULL once closed
    int folder;                 // open folder of the file, or -1
    int error;                  // errno of the first failure, or 0
    bool committed;             //
    char name[JKO_I_TAIL_SIZE]; // as the caller gave it, for messages
    char path[PATH_MAX];        // final name, links resolved
    const char *base;           // its last part, within path
    char temporary[64];         // name of the temporary file in the folder, or ""
};

/* Open what the text of path goes to: fills file, and folder, path, base and temporary where a
   file is to be put in place. Returns 0 or a value of errno. */
int jko_i_writer_open(jko_writer *writer, const char *path);

#endif
