// SPDX-License-Identifier: BSD-3-Clause
/*
 * Files that appear under their name whole or not at all.
 *
 * The text goes to a new file in the same folder (writer_open.c), which is flushed to the disk and
 * renamed over the final name: rename() is atomic (POSIX.1-2017, rename, rationale). The first
 * failure is kept, and the commit reports it.
 */
#define _POSIX_C_SOURCE 200809L // fsync, renameat, fileno

#include "writer.h"

#include "base/alloc.h"
#include "base/status.h"
#include "number.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static jko_status fail(const jko_writer *writer)
{
    char reason[128];
    return jko_i_fail(JKO_ERR_FILE,
                      "%s: cannot be written: %s; check the folder, its permissions and the disk",
                      writer->name, jko_i_errno_text(reason, writer->error));
}

// Keep the first failure.
static jko_status keep(jko_writer *writer, int error)
{
    if (writer->error == 0) {
        writer->error = error != 0 ? error : EIO;
    }
    return fail(writer);
}

jko_status jko_writer_create(jko_writer **out, const char *path)
{
    if (out == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "out is NULL; pass the address of a writer pointer");
    }
    *out = NULL;
    if (path == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "path is NULL");
    }
    jko_writer *writer = jko_i_alloc(1, sizeof *writer);
    if (writer == NULL) {
        return jko_i_fail_memory("a file to write");
    }
    writer->folder = -1;
    (void)jko_i_tail(writer->name, path);
    const int error = jko_i_writer_open(writer, path);
    if (error != 0) {
        const jko_status status = keep(writer, error);
        jko_writer_free(writer);
        return status;
    }
    *out = writer;
    return JKO_OK;
}

jko_status jko_writer_bytes(jko_writer *writer, size_t length, const void *bytes)
{
    if (writer == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "writer is NULL");
    }
    if (writer->committed) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s: already committed", writer->name);
    }
    if (bytes == NULL && length > 0) {
        (void)keep(writer, EINVAL); // the text has a hole: no commit
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s: the bytes to write are NULL", writer->name);
    }
    if (writer->error != 0) {
        return fail(writer);
    }
    if (length > 0 && fwrite(bytes, 1, length, writer->file) != length) {
        return keep(writer, errno);
    }
    return JKO_OK;
}

jko_status jko_writer_text(jko_writer *writer, const char *text)
{
    return jko_writer_bytes(writer, text == NULL ? 1 : strlen(text), text);
}

jko_status jko_writer_number(jko_writer *writer, double value)
{
    char text[JKO_I_NUMBER_SIZE];
    jko_i_number_write(text, value);
    return jko_writer_text(writer, text);
}

// Whether a cell would be read as another one, or as none, without quotes.
static bool needs_quotes(bool first, const char *text)
{
    const size_t length = strlen(text);
    if (length == 0) {
        return first; // alone in its row it would be a blank line
    }
    return strpbrk(text, ",\"\r\n") != NULL || strchr(" \t\xEF", text[0]) != NULL ||
           strchr(" \t", text[length - 1]) != NULL;
}

jko_status jko_writer_cell(jko_writer *writer, bool first, const char *text)
{
    jko_status status = first ? JKO_OK : jko_writer_text(writer, ",");
    if (status < 0 || text == NULL || !needs_quotes(first, text)) {
        return status < 0 ? status : jko_writer_text(writer, text);
    }
    status = jko_writer_text(writer, "\"");
    while (status >= 0) {
        const char *quote = strchr(text, '"');
        if (quote == NULL) {
            break;
        }
        status = jko_writer_bytes(writer, (size_t)(quote - text) + 1, text);
        if (status >= 0) {
            status = jko_writer_text(writer, "\"");
        }
        text = quote + 1;
    }
    if (status >= 0) {
        status = jko_writer_text(writer, text);
    }
    return status < 0 ? status : jko_writer_text(writer, "\"");
}

// Close, and put the file in place. Errors are kept.
static void finish(jko_writer *writer)
{
    const bool replace = writer->temporary[0] != '\0';
    if (fflush(writer->file) != 0) {
        (void)keep(writer, errno);
    }
    // EINVAL: a file system that cannot, such as one in memory.
    if (replace && fsync(fileno(writer->file)) != 0 && errno != EINVAL) {
        (void)keep(writer, errno);
    }
    FILE *file = writer->file;
    writer->file = NULL;
    if (fclose(file) != 0) {
        (void)keep(writer, errno);
    }
    if (replace && writer->error == 0) {
        if (renameat(writer->folder, writer->temporary, writer->folder, writer->base) != 0) {
            (void)keep(writer, errno);
            return;
        }
        writer->temporary[0] = '\0';
        // The file is in place and whole; if this fails, only a power cut can still undo that.
        (void)fsync(writer->folder);
    }
}

jko_status jko_writer_commit(jko_writer *writer)
{
    if (writer == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "writer is NULL");
    }
    if (writer->committed) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s: already committed", writer->name);
    }
    if (writer->error == 0) {
        finish(writer);
    }
    if (writer->error != 0) {
        return fail(writer);
    }
    writer->committed = true;
    return JKO_OK;
}

void jko_writer_free(jko_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    if (writer->file != NULL) {
        (void)fclose(writer->file); // given up: whether all was written does not matter
    }
    if (writer->temporary[0] != '\0') {
        (void)unlinkat(writer->folder, writer->temporary, 0);
    }
    if (writer->folder >= 0) {
        (void)close(writer->folder);
    }
    jko_i_free(writer);
}
