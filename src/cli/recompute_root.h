// SPDX-License-Identifier: BSD-3-Clause
/* Where a function that grows is 0, for what is computed anew in long double. */
#ifndef JKO_SRC_CLI_RECOMPUTE_ROOT_H
#define JKO_SRC_CLI_RECOMPUTE_ROOT_H

/* Where f, which never falls, crosses 0, sought from low to high, low <= high, and beyond where it is
   not there; f may be infinite. Ends where f is 0 or the bracket is narrower than width or has no
   number inside. */
long double recompute_root(long double (*f)(void *context, long double x), void *context,
                           long double low, long double high, long double width);

#endif
