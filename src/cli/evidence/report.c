// SPDX-License-Identifier: BSD-3-Clause
/*
 * report.html: one file that needs nothing else to be read. Its links lead to the data beside it.
 */
#include "evidence.h"

#include "chart.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static const char *const style =
    "*{box-sizing:border-box}body{margin:0 auto;max-width:76rem;padding:1.2rem;background:"
    "var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,\"Segoe UI\",Roboto,"
    "sans-serif}h1{font-size:1.6rem;line-height:1.25;margin:.4rem 0 1rem}h2{font-size:1.25rem;"
    "margin:2.4rem 0 .6rem;padding-top:.6rem;border-top:1px solid var(--line)}p,li{max-width:46rem}"
    "a{color:var(--c0)}ul.find{list-style:none;padding:0;margin:0 0 1.5rem}"
    "ul.find li{border-left:4px solid var(--muted);background:var(--panel);padding:.5rem .8rem;"
    "margin:.5rem 0}ul.find li.against{border-color:var(--bad)}ul.find li.for{border-color:"
    "var(--good)}.tag{font-weight:600}.against .tag{color:var(--bad)}.for .tag{color:var(--good)}"
    ".wide{overflow-x:auto;width:fit-content;max-width:100%;margin:1rem 0 .3rem;border:1px solid "
    "var(--line);max-height:32rem;"
    "overflow-y:auto}"
    "table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}"
    "caption{text-align:left;font-weight:600;padding:.5rem .6rem}"
    "th,td{padding:.25rem .45rem;text-align:right;white-space:nowrap;border-top:1px solid "
    "var(--line);vertical-align:top}td.t,th.t,td.l{text-align:left}td.l{white-space:normal;"
    "min-width:13rem}th{background:var(--panel);font-weight:600;position:sticky;top:0;white-space:"
    "normal;"
    "white-space:normal;vertical-align:bottom}"
    ".note{font-size:.85rem;color:var(--muted);margin:.2rem 0 1.4rem}"
    "figure{margin:1.2rem 0;border:1px solid var(--line);padding:.6rem;break-inside:avoid}"
    "figure svg{display:block;width:100%;max-width:38rem;height:auto;margin:0 auto}"
    "figcaption{font-size:.85rem;color:var(--muted);margin-top:.4rem}"
    ".figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));"
    "gap:0 1rem;align-items:start}"
    "nav ul{padding-left:1.1rem}nav{font-size:.95rem}"
    "@media print{html{font-size:10px}body{max-width:none;font-size:1rem;padding:0}h2,h2+p{"
    "break-after:avoid}tr{break-inside:avoid}.wide{overflow:visible;"
    "max-height:none;border:0}table{font-size:.78rem}th,td{padding:1px 3px;white-space:normal}"
    "td.l{min-width:0}nav{display:none}th{position:static}}";

static const struct {
    const char *id;
    const char *title;
    const char *text;
} sections[EV_SECTIONS] = {
    {"forecast", "Forecast: one JKO step against its rivals",
     "Weights of the first year make the model’s profit rates proportional to the observed ones; "
     "one exact step of length tau then says where capital goes. tau is chosen where it fits the "
     "earlier window best, and judged on the later one."},
    {"convergence", "R1: convergence and dispersion",
     "The theory says that profit rates of sectors become equal, and that labour productivity does "
     "not, where labour does not change sector."},
    {"deadzone", "R2: a fixed cost of moving",
     "A fixed cost of reallocation would leave profit rates near the median where they are: a dead "
     "zone. The test compares the best zone with none."},
    {"structure", "R3: the structural equation and its parameters",
     "Profit rates of the model give a regression of log mass on log labour and log profit rate; "
     "its "
     "two elasticities and the labour exponent give the parameters of the theory."},
    {"distance", "The distance between sectors",
     "Moving capital costs the squared distance between sectors; how far apart they are is taken "
     "from outside the model."},
    {"data", "The data: what was left out, and why",
     "Every row of the file is accounted for here. Traps of the data belong to their source; read "
     "its notes first."},
    {NULL, NULL, NULL},
};

static bool has_section(const ev_evidence *e, ev_section section)
{
    for (size_t k = 0; k < e->tables; k++) {
        if (e->table_section[k] == section) {
            return true;
        }
    }
    return false;
}

static void add_figure(cli_text *html, const ev_figure_file *figure)
{
    cli_text_add(html, "<figure id=\"figure-%s\">", figure->name);
    cli_text_add(html, "%s<figcaption>", figure->svg);
    ev_prose(html, figure->caption);
    cli_text_add(html,
                 " <a href=\"%s.svg\">%s.svg</a>, data: <a href=\"%s.csv\">%s.csv</a></figcaption>"
                 "</figure>\n",
                 figure->name, figure->name, figure->data, figure->data);
}

static void add_section(const ev_evidence *e, ev_section section, cli_text *html)
{
    cli_text_add(html, "<section id=\"%s\"><h2>%s</h2>\n<p>%s</p>\n", sections[section].id,
                 sections[section].title, sections[section].text);
    cli_text_add(html, "<div class=\"figures\">\n");
    for (size_t k = 0; k < e->figures; k++) {
        if (e->figure_section[k] == section) {
            add_figure(html, &e->figure[k]);
        }
    }
    cli_text_add(html, "</div>\n");
    for (size_t k = 0; k < e->tables; k++) {
        if (e->table_section[k] == section) {
            ev_table_html(e->table[k], html);
        }
    }
    cli_text_add(html, "</section>\n");
}

static void add_steps(const ev_evidence *e, cli_text *html)
{
    const ev_forecast *f = e->forecast;
    const ev_case *cases[] = {&f->train, &f->test};
    static const char *const names[] = {"train", "test"};
    cli_text_add(html, "<p>The steps, with tau = %.4g over %zu sectors:</p><ul>\n", f->tau, f->n);
    for (size_t k = 0; k < 2; k++) {
        const jko_step_report *r = &cases[k]->report;
        cli_text_add(html,
                     "<li>%d–%d: %s, certified gap %.1e with %.3e of energy released; "
                     "<code>jko verify</code> checks the folder <a href=\"%s/steps.csv\">%s</a>, "
                     "<a href=\"%s.ini\">%s.ini</a> runs it again.</li>\n",
                     cases[k]->window.from, cases[k]->window.to, jko_status_name(r->status), r->gap,
                     r->released, names[k], names[k], names[k], names[k]);
    }
    cli_text_add(html, "</ul>\n");
}

static char *make(const ev_evidence *e)
{
    static const char *const tones[] = {"neutral", "for", "against"};
    static const char *const tags[] = {"", "For the theory. ", "Against the theory. "};
    cli_text html = {0};
    cli_text_add(&html, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                        "<meta name=\"color-scheme\" content=\"light dark\">"
                        "<link rel=\"icon\" href=\"data:,\"><title>");
    ev_escape(&html, e->map->title);
    cli_text_add(&html, ": the evidence</title><style>%s%s</style></head>\n<body>\n<main>\n<h1>",
                 ev_chart_style(), style);
    ev_escape(&html, e->map->title);
    cli_text_add(&html, ": the evidence</h1>\n<ul class=\"find\">\n");
    for (size_t k = 0; k < e->findings; k++) {
        cli_text_add(&html, "<li class=\"%s\"><span class=\"tag\">%s</span>", tones[e->tone[k]],
                     tags[e->tone[k]]);
        ev_prose(&html, e->finding[k]);
        cli_text_add(&html, "</li>\n");
    }
    cli_text_add(&html, "</ul>\n<nav aria-label=\"Contents\"><ul>\n");
    for (int s = 0; s < EV_SECTION_NONE; s++) {
        if (has_section(e, (ev_section)s)) {
            cli_text_add(&html, "<li><a href=\"#%s\">%s</a></li>\n", sections[s].id,
                         sections[s].title);
        }
    }
    cli_text_add(&html, "</ul></nav>\n");
    for (int s = 0; s < EV_SECTION_NONE; s++) {
        if (has_section(e, (ev_section)s)) {
            add_section(e, (ev_section)s, &html);
            if (s == EV_SECTION_FORECAST) {
                add_steps(e, &html);
            }
        }
    }
    cli_text_add(
        &html,
        "<footer><p class=\"note\">Made by jko %s, seed %llu; all numbers: "
        "<a href=\"%s\">%s</a>. Intervals are 95 %%.</p></footer>\n</main></body></html>\n",
        jko_version(), (unsigned long long)e->map->seed, EV_RESULTS, EV_RESULTS);
    return cli_text_take(&html);
}

int ev_write_report(const ev_evidence *e, const char *folder)
{
    char *path = cli_format("%s/%s", folder, EV_REPORT);
    char *html = make(e);
    jko_writer *writer = NULL;
    jko_status status = jko_writer_create(&writer, path);
    if (status >= 0) {
        (void)jko_writer_text(writer, html);
        status = jko_writer_commit(writer);
    }
    jko_writer_free(writer);
    free(html);
    free(path);
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}
