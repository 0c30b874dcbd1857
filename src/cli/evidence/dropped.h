// SPDX-License-Identifier: BSD-3-Clause
/* What became of the rows of a panel. */
#ifndef JKO_SRC_CLI_EVIDENCE_DROPPED_H
#define JKO_SRC_CLI_EVIDENCE_DROPPED_H

#include "data.h"
#include "table.h"

/* Fill in the counts of a panel, once its rows are read and those of the map left out. */
void ev_count_dropped(ev_panel *panel, const ev_map *map);

ev_table *ev_dropped_table(const ev_panel *panel);

#endif
