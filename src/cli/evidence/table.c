// SPDX-License-Identifier: BSD-3-Clause
/*
 * A table of results: the same rows as CSV, JSON and HTML.
 */
#include "table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Longer texts are wrapped.
#define LONG_TEXT ((size_t)44)

ev_table *ev_table_create(const char *name, const char *title, size_t columns,
                          const ev_column *column)
{
    ev_table *table = cli_alloc(1, sizeof *table);
    *table = (ev_table){.name = name, .title = title, .column = column, .columns = columns};
    return table;
}

void ev_table_free(ev_table *table)
{
    if (table != NULL) {
        for (size_t k = 0; k < table->cells; k++) {
            free(table->texts[k]);
        }
        free(table->texts);
        free(table->numbers);
        free(table->note);
        free(table);
    }
}

static void add(ev_table *table, char *text, double number)
{
    if (table->cells == table->room) {
        const size_t room = 2 * table->room + 8 * table->columns;
        char **texts = cli_alloc(room, sizeof *texts);
        double *numbers = cli_alloc(room, sizeof *numbers);
        if (table->cells > 0) {
            memcpy(texts, table->texts, table->cells * sizeof *texts);
            memcpy(numbers, table->numbers, table->cells * sizeof *numbers);
        }
        free(table->texts);
        free(table->numbers);
        table->texts = texts;
        table->numbers = numbers;
        table->room = room;
    }
    table->texts[table->cells] = text;
    table->numbers[table->cells++] = number;
    table->rows = table->cells / table->columns;
}

void ev_table_text(ev_table *table, const char *text)
{
    add(table, cli_copy(text != NULL ? text : ""), NAN);
}

void ev_table_number(ev_table *table, double value)
{
    add(table, NULL, value);
}

double ev_table_get(const ev_table *table, size_t row, const char *key)
{
    for (size_t c = 0; c < table->columns; c++) {
        if (strcmp(table->column[c].key, key) == 0) {
            return table->numbers[row * table->columns + c];
        }
    }
    return NAN;
}

int ev_table_write(const ev_table *table, const char *folder)
{
    char *path = cli_format("%s/%s.csv", folder, table->name);
    jko_writer *writer = NULL;
    jko_status status = jko_writer_create(&writer, path);
    for (size_t c = 0; status >= 0 && c < table->columns; c++) {
        (void)jko_writer_cell(writer, c == 0, table->column[c].key);
    }
    for (size_t k = 0; status >= 0 && k < table->cells; k++) {
        const bool first = k % table->columns == 0;
        if (first) {
            (void)jko_writer_text(writer, "\n");
        }
        if (table->texts[k] != NULL) {
            (void)jko_writer_cell(writer, first, table->texts[k]);
        } else {
            (void)jko_writer_text(writer, first ? "" : ",");
            (void)(isnan(table->numbers[k]) ? JKO_OK
                                            : jko_writer_number(writer, table->numbers[k]));
        }
    }
    if (status >= 0) {
        (void)jko_writer_text(writer, "\n");
        status = jko_writer_commit(writer);
    }
    jko_writer_free(writer);
    free(path);
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}

json_t *ev_table_json(const ev_table *table)
{
    json_t *list = json_array();
    for (size_t row = 0; row < table->rows; row++) {
        json_t *object = json_object();
        for (size_t c = 0; c < table->columns; c++) {
            const size_t k = row * table->columns + c;
            json_t *value = table->texts[k] != NULL       ? json_string(table->texts[k])
                            : isfinite(table->numbers[k]) ? json_real(table->numbers[k])
                                                          : json_null();
            (void)json_object_set_new(object, table->column[c].key, value);
        }
        (void)json_array_append_new(list, object);
    }
    return list;
}

void ev_escape(cli_text *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            cli_text_add(out, "&amp;");
            break;
        case '<':
            cli_text_add(out, "&lt;");
            break;
        case '>':
            cli_text_add(out, "&gt;");
            break;
        case '"':
            cli_text_add(out, "&quot;");
            break;
        default:
            cli_text_add(out, "%c", *text);
        }
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

void ev_prose(cli_text *out, const char *text)
{
    char before = ' ';
    for (; *text != '\0'; before = *text++) {
        const char one[2] = {*text, '\0'};
        if (*text == '-' && is_digit(text[1]) && is_digit(before)) {
            cli_text_add(out, "–");
        } else if (*text == '-' && is_digit(text[1]) && (before == ' ' || before == '(')) {
            cli_text_add(out, "−");
        } else {
            ev_escape(out, one);
        }
    }
}

void ev_number(cli_text *out, double value, int digits)
{
    char text[64];
    if (isnan(value)) {
        cli_text_add(out, "–");
        return;
    }
    if (isinf(value)) {
        cli_text_add(out, value < 0.0 ? "−∞" : "∞");
        return;
    }
    if (digits == EV_GENERAL) {
        (void)snprintf(text, sizeof text, "%.4g", value);
    } else {
        (void)snprintf(text, sizeof text, "%.*f", digits, value);
    }
    // "-0.000" is no number for people.
    const bool zero = strspn(text, "-0.") == strlen(text);
    const char *at = text[0] == '-' ? text + 1 : text;
    cli_text_add(out, "%s%s", text[0] == '-' && !zero ? "−" : "", at);
}

void ev_table_html(const ev_table *table, cli_text *html)
{
    cli_text_add(html, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"");
    ev_escape(html, table->title);
    cli_text_add(html, "\"><table>\n<caption>");
    ev_escape(html, table->title);
    cli_text_add(html, "</caption>\n<thead><tr>");
    for (size_t c = 0; c < table->columns; c++) {
        if (table->column[c].title != NULL) {
            cli_text_add(html, "<th scope=\"col\"%s>",
                         table->column[c].digits == EV_TEXT ? " class=\"t\"" : "");
            ev_escape(html, table->column[c].title);
            cli_text_add(html, "</th>");
        }
    }
    cli_text_add(html, "</tr></thead>\n<tbody>\n");
    for (size_t k = 0; k < table->rows * table->columns; k++) {
        const ev_column *column = &table->column[k % table->columns];
        if (k % table->columns == 0) {
            cli_text_add(html, "<tr>");
        }
        if (column->title != NULL && table->texts[k] != NULL) {
            cli_text_add(html, "<td class=\"%s\">",
                         strlen(table->texts[k]) > LONG_TEXT ? "l" : "t");
            ev_escape(html, table->texts[k]);
            cli_text_add(html, "</td>");
        } else if (column->title != NULL) {
            cli_text_add(html, "<td>");
            ev_number(html, table->numbers[k], column->digits);
            cli_text_add(html, "</td>");
        }
        if ((k + 1) % table->columns == 0) {
            cli_text_add(html, "</tr>\n");
        }
    }
    cli_text_add(html, "</tbody></table></div>\n<p class=\"note\">");
    if (table->note != NULL) {
        ev_prose(html, table->note);
        cli_text_add(html, " ");
    }
    cli_text_add(html, "Data: <a href=\"%s.csv\">%s.csv</a></p>\n", table->name, table->name);
}
