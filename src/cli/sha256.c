// SPDX-License-Identifier: BSD-3-Clause
/*
 * SHA-256 of files, by libmd.
 *
 * Read in blocks, so that a file of any size needs little memory.
 * Source: FIPS 180-4 (2015).
 */
#include "sha256.h"

#include "cli.h"

#include <errno.h>
#include <sha2.h>
#include <stdio.h>
#include <string.h>

#define BLOCK 16384

static int fail(const char *path, const char *verb, char *message, size_t size)
{
    (void)snprintf(message, size, "%s: cannot be %s: %s; check the name and the permissions", path,
                   verb, strerror(errno));
    return CLI_FAILED;
}

int cli_sha256_file(const char *path, char hex[CLI_SHA256_SIZE], char *message, size_t size)
{
    unsigned char block[BLOCK];
    SHA2_CTX context;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return fail(path, "opened", message, size);
    }
    SHA256Init(&context);
    size_t length = 0;
    do {
        length = fread(block, 1, sizeof block, file);
        SHA256Update(&context, block, length);
    } while (length == sizeof block);
    if (ferror(file)) {
        const int code = fail(path, "read", message, size);
        (void)fclose(file); // nothing was written
        return code;
    }
    (void)fclose(file); // likewise
    (void)SHA256End(&context, hex);
    return CLI_OK;
}
