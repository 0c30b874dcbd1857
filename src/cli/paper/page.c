// SPDX-License-Identifier: BSD-3-Clause
/*
 * index.html: all experiments on one page that needs no network, readable on a phone.
 */
#include "paper.h"

#include "run.h"
#include "text.h"

#include <stdlib.h>

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>The experiments of the theory</title>\n<style>\n"
    "body { font: 16px/1.45 sans-serif; margin: 0 auto; padding: 0 12px 40px; max-width: 1100px; "
    "color: #222 }\n"
    "main { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 480px), "
    "1fr)); "
    "gap: 28px 36px }\n"
    "section { border-top: 2px solid #ccc; min-width: 0 }\n"
    "img { width: 100%; max-width: 600px; height: auto }\nh2 { font-size: 1.15em; margin-bottom: "
    "0.2em }\n"
    "table { border-collapse: collapse; width: 100%; font-size: 0.88em }\n"
    "td { border-top: 1px solid #ddd; padding: 3px 6px 3px 0; vertical-align: top; "
    "overflow-wrap: anywhere }\n"
    "td + td { width: 32% } td:last-child { width: 4.2em }\n"
    ".no { background: #ffd9d0; font-weight: bold }\n.small { color: #555; font-size: 0.88em }\n"
    "</style></head><body>\n<h1>The experiments of the theory</h1>\n";

static void escaped(jko_writer *writer, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '<':
            (void)jko_writer_text(writer, "&lt;");
            break;
        case '>':
            (void)jko_writer_text(writer, "&gt;");
            break;
        case '&':
            (void)jko_writer_text(writer, "&amp;");
            break;
        default:
            (void)jko_writer_bytes(writer, 1, text);
        }
    }
}

static void tagged(jko_writer *writer, const char *open, const char *text, const char *close)
{
    (void)jko_writer_text(writer, open);
    escaped(writer, text);
    (void)jko_writer_text(writer, close);
}

// The claims of one kind: what the figure says, or that numbers are the known ones.
static void claims(jko_writer *writer, const paper_result *result, bool known)
{
    (void)jko_writer_text(writer, "<table>\n");
    for (size_t k = 0; k < result->claim_count; k++) {
        const paper_claim *claim = &result->claims[k];
        if (claim->known == known) {
            tagged(writer, claim->held ? "<tr><td>" : "<tr class=\"no\"><td>", claim->text,
                   "</td>");
            tagged(writer, "<td>", claim->number,
                   claim->held ? "</td><td>held</td></tr>\n" : "</td><td>did NOT hold</td></tr>\n");
        }
    }
    (void)jko_writer_text(writer, "</table>\n");
}

// Known numbers behind a line that says how many there are; open if one is not met.
static void known_numbers(jko_writer *writer, const paper_result *result)
{
    size_t count = 0;
    size_t held = 0;
    for (size_t k = 0; k < result->claim_count; k++) {
        count += result->claims[k].known ? 1 : 0;
        held += result->claims[k].known && result->claims[k].held ? 1 : 0;
    }
    if (count > 0) {
        char *text = cli_format("<details%s><summary>%zu known numbers: %zu met</summary>\n",
                                held < count ? " open" : "", count, held);
        (void)jko_writer_text(writer, text);
        free(text);
        claims(writer, result, true);
        (void)jko_writer_text(writer, "</details>\n");
    }
}

static void experiment(jko_writer *writer, const paper_experiment *what, const paper_result *result)
{
    const bool numbered = what->id[0] <= '9';
    char *text = cli_format("<section id=\"%s\">\n<h2>%s%s%s", what->id, numbered ? "Figure " : "",
                            numbered ? what->id : "", numbered ? ": " : "");
    tagged(writer, text, what->title, "</h2>\n");
    free(text);
    tagged(writer, "<p>", what->bears_on, "<br>\n");
    tagged(writer, "<span class=\"small\">", what->parameters, "</span></p>\n");
    text = result->figure ? cli_format("<img src=\"%s.svg\" alt=\"%s against %s\">\n", what->id,
                                       what->ylabel, what->xlabel)
                          : cli_format("<p>No figure: gnuplot was not found, or failed.</p>\n");
    (void)jko_writer_text(writer, text);
    free(text);
    claims(writer, result, false);
    known_numbers(writer, result);
    text = cli_format("<p class=\"small\"><a href=\"%s.csv\">%s.csv</a></p>\n</section>\n",
                      what->id, what->id);
    (void)jko_writer_text(writer, text);
    free(text);
}

int paper_write_index(const paper_experiment *const *chosen, const paper_result *results,
                      size_t count, const char *folder)
{
    size_t claims = 0;
    size_t held = 0;
    for (size_t k = 0; k < count; k++) {
        for (size_t c = 0; c < results[k].claim_count; c++) {
            claims++;
            held += results[k].claims[c].held ? 1 : 0;
        }
    }
    char *path = run_path(folder, "index.html");
    jko_writer *writer = NULL;
    jko_status status = jko_writer_create(&writer, path);
    free(path);
    if (status >= 0) {
        (void)jko_writer_text(writer, head);
        char *text = cli_format(
            "<p>%zu experiments, computed by libjko %s. Of %zu claims %zu held. Known "
            "numbers are those of an independent computation on the same grid, to be met to all "
            "digits "
            "shown unless the line says how closely. Flows are "
            "followed by certified finite-volume steps unless said otherwise; profit rates, "
            "densities and consumption have no units, time is that of the model.</p>\n<main>\n",
            count, jko_version(), claims, held);
        (void)jko_writer_text(writer, text);
        free(text);
        for (size_t k = 0; k < count; k++) {
            experiment(writer, chosen[k], &results[k]);
        }
        (void)jko_writer_text(writer, "</main></body></html>\n");
        status = jko_writer_commit(writer);
    }
    jko_writer_free(writer);
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}
