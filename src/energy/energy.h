// SPDX-License-Identifier: BSD-3-Clause
/* Checking an energy that a caller hands over. Internal. */
#ifndef JKO_SRC_ENERGY_ENERGY_H
#define JKO_SRC_ENERGY_ENERGY_H

#include <jko/energy.h>

/* JKO_OK when energy can be read: not NULL, struct_size at least the first release's, eval there,
   and majorant_bytes and majorant both there or both absent. JKO_ERR_ARGUMENT with a detail
   otherwise. Afterwards jko_i_sized_read() copies it. */
jko_status jko_i_energy_check(const jko_energy *energy);

/* JKO_OK when out can be filled by a function that makes an energy, else JKO_ERR_ARGUMENT. */
jko_status jko_i_energy_check_out(const jko_energy *out);

#endif
