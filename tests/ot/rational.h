// SPDX-License-Identifier: BSD-3-Clause
/* Optimal values of test_rational.c's problems in rational arithmetic, rounded once. Made
   by rational.py; do not edit. */
#ifndef JKO_TESTS_OT_RATIONAL_H
#define JKO_TESTS_OT_RATIONAL_H

static const double rational_values[20] = {
    0x1.2ea4480000000p+2,  // 5 by 5
    0x1.2ab80a0000000p+4,  // 10 by 5
    0x1.1467000000000p-4,  // 10 by 11
    0x1.0a785cc000000p+3,  // 8 by 10
    0x1.03681da000000p+4,  // 6 by 9
    0x1.8cc0b96000000p+0,  // 10 by 5
    0x1.37f99d4000000p-2,  // 7 by 11
    0x1.6d1d442800000p-1,  // 10 by 12
    0x1.7805cfc400000p-2,  // 7 by 10
    0x1.5bc18e0000000p-11, // 8 by 9
    0x1.5e3fea0000000p-12, // 8 by 4
    0x1.31c09420ac000p+2,  // 11 by 7
    0x1.97b893b5e0000p-2,  // 7 by 9
    0x1.a8d3481200000p-7,  // 4 by 6
    0x1.45432acc00000p-9,  // 5 by 10
    0x1.716e394cf4800p-2,  // 8 by 9
    0x1.689cc31800000p-12, // 5 by 7
    0x1.08c9378000000p-12, // 4 by 12
    0x1.171ac7f000000p-16, // 6 by 12
    0x1.b45c5e0813b80p+1,  // 10 by 4
};

#endif
