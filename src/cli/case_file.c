// SPDX-License-Identifier: BSD-3-Clause
/*
 * A case file from its opening to the exit code, whatever the format of its problem.
 */
#include "case_file.h"

#include "case_json.h"
#include "result.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))

static const char *const expect_keys[] = {"what", "value",         "abs_tol", "rel_tol",
                                          "max",  "max_violation", "class"};

static void check_expectation(case_reader *reader, const case_file *file, size_t k)
{
    char *prefix = cli_format("expect[%zu].", k);
    case_reader inner = {file, json_array_get(file->expect, k), prefix, reader->status};
    if (!json_is_object(inner.object)) {
        case_fault(&inner, JKO_ERR_FORMAT, "what", "is missing: each entry must be an object");
    }
    case_check_keys(&inner, LENGTH(expect_keys), expect_keys);
    const char *what = json_string_value(json_object_get(inner.object, "what"));
    if (what == NULL) {
        case_fault(&inner, JKO_ERR_FORMAT, "what", "it must be a text");
    } else if (strcmp(what, "error") == 0) {
        if (!json_is_string(json_object_get(inner.object, "class"))) {
            case_fault(&inner, JKO_ERR_FORMAT, "class", "it must be a text");
        }
    } else if ((int)case_has(&inner, "value") + (int)case_has(&inner, "max") +
                   (int)case_has(&inner, "max_violation") +
                   (int)(strcmp(what, "swap_symmetric") == 0) !=
               1) {
        case_fault(&inner, JKO_ERR_FORMAT, "value", "give one of value, max and max_violation");
    }
    if (what != NULL && strcmp(what, "swap_symmetric") == 0 && !case_has(&inner, "abs_tol")) {
        case_fault(&inner, JKO_ERR_FORMAT, "abs_tol", "is missing");
    }
    static const char *const numbers[] = {"abs_tol", "rel_tol", "max", "max_violation"};
    for (size_t i = 0; i < LENGTH(numbers); i++) {
        if (case_has(&inner, numbers[i])) {
            (void)case_number(&inner, numbers[i]);
        }
    }
    reader->status = inner.status;
    free(prefix);
}

static void check_texts(case_reader *reader)
{
    static const char *const texts[] = {"name", "why"};
    for (size_t k = 0; k < LENGTH(texts); k++) {
        const json_t *value = json_object_get(reader->object, texts[k]);
        if (value != NULL && !json_is_string(value)) {
            case_fault(reader, JKO_ERR_FORMAT, texts[k], "it must be a text");
        }
    }
}

static jko_status load(case_file *file)
{
    json_error_t error;
    file->root =
        json_load_file(file->path, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
    if (file->root == NULL) {
        const bool unopened = json_error_code(&error) == json_error_cannot_open_file;
        if (unopened) {
            (void)cli_fail(CLI_INVALID, "%s; check the name", error.text);
            return JKO_ERR_FILE;
        }
        (void)cli_fail(CLI_INVALID, "%s:%d:%d: %s", file->path, error.line, error.column,
                       error.text);
        return JKO_ERR_FORMAT;
    }
    if (!json_is_object(file->root)) {
        (void)cli_fail(CLI_INVALID, "%s: it must hold one object: {...}", file->path);
        return JKO_ERR_FORMAT;
    }
    return JKO_OK;
}

jko_status case_open(case_file *out, const char *path)
{
    *out = (case_file){.path = path};
    const jko_status status = load(out);
    if (status < 0) {
        out->refused = true;
        return status;
    }
    case_reader reader = {out, out->root, "", JKO_OK};
    json_t *expect = json_object_get(out->root, "expect");
    if (json_is_array(expect)) {
        out->expect = expect;
    } else if (expect != NULL) {
        case_fault(&reader, JKO_ERR_FORMAT, "expect", "it must be a list: [...]");
    }
    check_texts(&reader);
    for (size_t k = 0; k < json_array_size(out->expect); k++) {
        check_expectation(&reader, out, k);
    }
    return reader.status;
}

void case_close(case_file *file)
{
    json_decref(file->root);
}

// Whether the case expects an error, but not that of status.
static bool expects_another_error(const case_file *file, jko_status status)
{
    bool another = false;
    for (size_t k = 0; k < json_array_size(file->expect); k++) {
        const json_t *entry = json_array_get(file->expect, k);
        const char *what = json_string_value(json_object_get(entry, "what"));
        const char *class = json_string_value(json_object_get(entry, "class"));
        if (what != NULL && class != NULL && strcmp(what, "error") == 0 &&
            strcmp(class, jko_status_name(status)) != 0) {
            (void)cli_fail(CLI_FAILED, "%s: error: got %s, expected %s", file->path,
                           jko_status_name(status), class);
            another = true;
        }
    }
    return another;
}

int case_finish(const case_file *file, jko_status status, json_t *results)
{
    json_t *result = result_create();
    int code = CLI_OK;
    result_text(result, "status", jko_status_name(status));
    if (status >= 0) {
        (void)json_object_update(result, results);
        code = case_compare(file, result) > 0 ? CLI_FAILED : CLI_OK;
        if (file->invalid && code == CLI_OK) {
            code = cli_fail(CLI_FAILED, "%s: kind: \"invalid\", but the input was accepted",
                            file->path);
        }
    } else {
        code = file->refused ? cli_input_code(status) : cli_exit_code(status);
        if (status != JKO_ERR_UNSUPPORTED && expects_another_error(file, status)) {
            code = CLI_FAILED;
        }
    }
    code = result_print_json(result, code);
    json_decref(result);
    return code;
}
