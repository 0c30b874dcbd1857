// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file
 * libjko: optimal transport on grids, and JKO (Wasserstein proximal) steps.
 *
 *     m_next = argmin over m of  W2(m, m_now)^2 / (2 tau) + E(m)     for an energy E of your own
 *
 * True of every function here:
 *   masses     [n], one a cell, >= 0; any total M > 0, kept to rounding. No unit.
 *   units      positions: length. Costs: length squared. tau: time.
 *   matrices   [m][n] row-major: (i, j) is at i * n + j.
 *   ownership  what _create makes, _free releases (NULL is fine). Arrays stay yours.
 *   status     0 done; > 0 done, read the report; < 0 failed, your arrays untouched.
 *   settings   NULL means the defaults; struct_size is always sizeof the struct.
 *   threads    const objects may be shared; the others, one thread at a time.
 *   memory     only _create functions allocate, unless the comment says otherwise.
 */
#ifndef JKO_JKO_H
#define JKO_JKO_H

#include <jko/advance.h>
#include <jko/certificate.h>
#include <jko/cost.h>
// A build without the sector economy does not install its header; all else is the same. (C23 and
// C++17; gcc, clang and others have it in every mode. A compiler without it needs the header.)
#ifdef __has_include
#if __has_include(<jko/economy.h>)
#include <jko/economy.h>
#endif
#else
#include <jko/economy.h>
#endif
#include <jko/density.h>
#include <jko/energy.h>
#include <jko/flow.h>
#include <jko/grid.h>
#include <jko/io.h>
#include <jko/measure.h>
#include <jko/ot.h>
#include <jko/outlook.h>
#include <jko/status.h>
#include <jko/version.h>

#endif
