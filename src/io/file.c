// SPDX-License-Identifier: BSD-3-Clause
/*
 * Whole files in memory.
 *
 * A regular file is read into memory of its size; what has no size (a pipe), or grows meanwhile,
 * into memory that doubles. Short reads and interrupted ones go on.
 */
#define _POSIX_C_SOURCE 200809L // O_CLOEXEC, fstat

#include "file.h"

#include "base/alloc.h"
#include "base/status.h"
#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// What has no size gets this memory first, and is read to this length: /dev/zero never ends.
#define FIRST_BYTES ((size_t)1 << 16)
#define MAX_UNSIZED ((size_t)1 << 30)

// A file on its way into memory.
typedef struct input {
    int fd;
    const char *path;
    size_t limit;
    char *bytes; // [capacity + 1]
    size_t capacity;
    size_t length;
} input;

static jko_status fail_errno(const input *in, const char *verb)
{
    char name[JKO_I_TAIL_SIZE];
    char reason[128];
    const int error = errno;
    return jko_i_fail(JKO_ERR_FILE, "%s: cannot be %s: %s; check the name and the permissions",
                      jko_i_tail(name, in->path), verb, jko_i_errno_text(reason, error));
}

static jko_status fail_large(const input *in)
{
    char name[JKO_I_TAIL_SIZE];
    return jko_i_fail(JKO_ERR_FORMAT, "%s: larger than %zu bytes; split the file",
                      jko_i_tail(name, in->path), in->limit);
}

// Room for capacity bytes and a NUL; what was read is kept.
static jko_status grow(input *in, size_t capacity)
{
    char *bytes = jko_i_alloc(capacity + 1, 1); // at most 2 limit + 3, and limits are far smaller
    if (bytes == NULL) {
        return jko_i_fail_memory("the text of a file");
    }
    if (in->length > 0) {
        memcpy(bytes, in->bytes, in->length);
    }
    jko_i_free(in->bytes);
    in->bytes = bytes;
    in->capacity = capacity;
    return JKO_OK;
}

// The memory to begin with: one byte more than the file has, so that its end is seen at once.
static jko_status start(input *in)
{
    struct stat info;
    if (fstat(in->fd, &info) != 0) {
        return fail_errno(in, "read");
    }
    if (!S_ISREG(info.st_mode) || info.st_size <= 0) {
        in->limit = in->limit < MAX_UNSIZED ? in->limit : MAX_UNSIZED;
        return grow(in, FIRST_BYTES);
    }
    if ((uintmax_t)info.st_size > in->limit) {
        return fail_large(in);
    }
    return grow(in, (size_t)info.st_size + 1);
}

static jko_status read_all(input *in)
{
    jko_status status = start(in);
    while (status >= 0) {
        if (in->length == in->capacity) {
            status = grow(in, 2 * in->capacity);
            continue;
        }
        const ssize_t got = read(in->fd, in->bytes + in->length, in->capacity - in->length);
        if (got == 0) {
            break;
        }
        if (got < 0 && errno != EINTR) {
            status = fail_errno(in, "read");
        } else if (got > 0) {
            in->length += (size_t)got;
            status = in->length > in->limit ? fail_large(in) : JKO_OK;
        }
    }
    return status;
}

jko_status jko_i_file_read(const char *path, size_t limit, char **bytes, size_t *length)
{
    input in = {.fd = open(path, O_RDONLY | O_CLOEXEC), .path = path, .limit = limit};
    if (in.fd < 0) {
        return fail_errno(&in, "opened");
    }
    const jko_status status = read_all(&in);
    (void)close(in.fd); // nothing was written
    if (status < 0) {
        jko_i_free(in.bytes);
        return status;
    }
    in.bytes[in.length] = '\0';
    *bytes = in.bytes;
    *length = in.length;
    return JKO_OK;
}
