// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file
 * Files: CSV tables, NPY arrays, and writing that leaves a whole file or none.
 *
 * Numbers are read and written independently of the program's locale; written ones read back to
 * the same bits. The detail of a failure names file, row, column, value and remedy.
 */
#ifndef JKO_IO_H
#define JKO_IO_H

#include <jko/status.h>
#include <jko/version.h>
#include <stdbool.h>
#include <stddef.h>

JKO_BEGIN_DECLS

/** A table of text cells as read from a CSV file; opaque, immutable. */
typedef struct jko_csv jko_csv;

/** Value for a column that is not there. */
#define JKO_CSV_NONE ((size_t)-1)

/** Largest CSV file that is read, in bytes: 1 GiB. */
#define JKO_CSV_MAX_BYTES ((size_t)1 << 30)

/**
 * Read a CSV file: commas, RFC 4180 quotes, UTF-8 with or without a byte order mark, LF or CRLF.
 *
 * Every row must have as many cells as the first. The first row holds the column names, unless
 * all its cells are numbers: then there are no names. Blank lines at the end are ignored. Names
 * that repeat are refused.
 *
 * @param out   Set to the table, or to NULL on failure. Release with jko_csv_free().
 * @param path  File name.
 *
 * @return JKO_OK; JKO_ERR_FILE (cannot be opened or read); JKO_ERR_FORMAT (quotes, a NUL byte,
 *         not UTF-8, a row of another length, a repeated name, too large: the detail has file,
 *         line and column); JKO_ERR_EMPTY for a file without a row; JKO_ERR_ARGUMENT;
 *         JKO_ERR_NOMEM.
 */
JKO_API jko_status jko_csv_read(jko_csv **out, const char *path);

/** As jko_csv_read(), from memory: text [length] bytes, named name in messages. */
JKO_API jko_status jko_csv_parse(jko_csv **out, const char *name, size_t length, const char *text);

/** Release a table; NULL is fine. */
JKO_API void jko_csv_free(jko_csv *csv);

/** Number of rows of data, the names not counted; 0 for NULL. */
JKO_API size_t jko_csv_rows(const jko_csv *csv);

/** Number of columns; 0 for NULL. */
JKO_API size_t jko_csv_columns(const jko_csv *csv);

/** Whether the file has a row of column names. */
JKO_API bool jko_csv_has_names(const jko_csv *csv);

/** Name of a column; "" without names; NULL out of range. Lives as long as the table. */
JKO_API const char *jko_csv_name(const jko_csv *csv, size_t column);

/** Index of the column of that name, or JKO_CSV_NONE. */
JKO_API size_t jko_csv_find(const jko_csv *csv, const char *name);

/** Text of a cell, unquoted; NULL out of range. Lives as long as the table. */
JKO_API const char *jko_csv_text(const jko_csv *csv, size_t row, size_t column);

/** Line of the file, from 1, on which a row of data begins; 0 out of range. */
JKO_API size_t jko_csv_line(const jko_csv *csv, size_t row);

/**
 * The number in a cell.
 *
 * @param csv     Table.
 * @param row     Row of data, from 0.
 * @param column  Column, from 0.
 * @param value   Set to a finite number; untouched on failure.
 *
 * @return JKO_OK; JKO_ERR_FORMAT for an empty cell or one that is not wholly a number;
 *         JKO_ERR_NONFINITE for nan, inf or a number that overflows; JKO_ERR_ARGUMENT;
 *         JKO_ERR_NOMEM. What a number is: jko_parse_number().
 */
JKO_API jko_status jko_csv_number(const jko_csv *csv, size_t row, size_t column, double *value);

/**
 * The numbers in a column.
 *
 * @param csv     Table.
 * @param column  Column, from 0.
 * @param values  [rows] out; untouched on failure.
 *
 * @return As jko_csv_number().
 */
JKO_API jko_status jko_csv_column(const jko_csv *csv, size_t column, double *values);

/** A file being written beside its final name; opaque. */
typedef struct jko_writer jko_writer;

/**
 * Begin a file that appears under its name whole or not at all.
 *
 * Text goes to a temporary file in the same folder. jko_writer_commit() puts it in place;
 * jko_writer_free() without it leaves what was there before. A file that is replaced keeps its
 * permissions, a new one gets what the umask leaves; of a symbolic link the target is replaced.
 * Devices and pipes, such as /dev/stdout, cannot be replaced and are written directly.
 *
 * @param out   Set to the writer, or to NULL on failure. Release with jko_writer_free().
 * @param path  Final file name.
 *
 * @return JKO_OK; JKO_ERR_FILE; JKO_ERR_ARGUMENT; JKO_ERR_NOMEM.
 */
JKO_API jko_status jko_writer_create(jko_writer **out, const char *path);

/**
 * Add bytes. Errors are kept: it is enough to look at the status of the commit.
 *
 * @return JKO_OK; JKO_ERR_FILE; JKO_ERR_ARGUMENT.
 */
JKO_API jko_status jko_writer_bytes(jko_writer *writer, size_t length, const void *bytes);

/** Add text up to its NUL. @return As jko_writer_bytes(). */
JKO_API jko_status jko_writer_text(jko_writer *writer, const char *text);

/** Add a number with 17 digits, so that it reads back to the same bits; "nan", "inf", "-inf". */
JKO_API jko_status jko_writer_number(jko_writer *writer, double value);

/**
 * Add a cell of a CSV row, quoted where needed, with a comma before it unless first is true. The
 * line feed after the last cell is the caller's. @return As jko_writer_bytes().
 */
JKO_API jko_status jko_writer_cell(jko_writer *writer, bool first, const char *text);

/**
 * Put the file in place: flush, fsync, rename, fsync of the folder.
 *
 * @return JKO_OK; JKO_ERR_FILE if anything failed since the creation: the old file, or none, is
 *         then still there; JKO_ERR_ARGUMENT for NULL or a second commit.
 */
JKO_API jko_status jko_writer_commit(jko_writer *writer);

/** Release a writer; without a commit before, nothing is left behind. NULL is fine. */
JKO_API void jko_writer_free(jko_writer *writer);

/** An array as read from an NPY file; opaque. */
typedef struct jko_npy jko_npy;

/** Largest number of dimensions of an NPY array. */
#define JKO_NPY_MAX_DIM 8

/**
 * Write float64 numbers as an NPY file (format 1.0, little-endian, C order), whole or not at all.
 *
 * @param path    File name.
 * @param dim     Number of dimensions, 1 to JKO_NPY_MAX_DIM.
 * @param shape   [dim] lengths; may be 0.
 * @param values  [shape[0]]...[shape[dim-1]] row-major; any bits. May be NULL if a length is 0.
 *
 * @return JKO_OK; JKO_ERR_FILE; JKO_ERR_ARGUMENT; JKO_ERR_TOO_LARGE; JKO_ERR_NOMEM.
 */
JKO_API jko_status jko_npy_write(const char *path, size_t dim, const size_t *shape,
                                 const double *values);

/**
 * Read a float64 or int64 NPY file, format 1.0 to 3.0, either order of storage and of bytes.
 *
 * float64 numbers keep their bits. An int64 that no double equals is refused, not rounded.
 *
 * @param out   Set to the array, or to NULL on failure. Release with jko_npy_free().
 * @param path  File name.
 *
 * @return JKO_OK; JKO_ERR_FILE; JKO_ERR_FORMAT (the detail says what is wrong; a file longer or
 *         shorter than its header says is refused); JKO_ERR_ARGUMENT; JKO_ERR_NOMEM.
 */
JKO_API jko_status jko_npy_read(jko_npy **out, const char *path);

/** Number of dimensions; 0 for NULL. */
JKO_API size_t jko_npy_dim(const jko_npy *npy);

/** Length along an axis; 0 out of range. */
JKO_API size_t jko_npy_length(const jko_npy *npy, size_t axis);

/** The numbers, row-major, as double. Live as long as the array; NULL for NULL. */
JKO_API const double *jko_npy_values(const jko_npy *npy);

/** Release an array; NULL is fine. */
JKO_API void jko_npy_free(jko_npy *npy);

/**
 * Read a number that makes up the whole of a text, blanks around it allowed; any locale.
 *
 * Decimal digits with an optional sign, decimal point and exponent, or nan, inf, infinity in any
 * case. Not a number here: hexadecimal digits, grouped digits, a decimal comma.
 *
 * @param text   Text up to its NUL.
 * @param value  Set; may be NaN or infinite if the text says so. Untouched on failure.
 *
 * @return JKO_OK; JKO_ERR_FORMAT; JKO_ERR_NONFINITE for digits that overflow; JKO_ERR_ARGUMENT for
 *         NULL; JKO_ERR_NOMEM.
 */
JKO_API jko_status jko_parse_number(const char *text, double *value);

JKO_END_DECLS

#endif
