# SPDX-License-Identifier: BSD-3-Clause
"""The peers, each with the settings that its own documents recommend; absent ones are None."""
import functools
import os
import struct
import subprocess
import tempfile
import warnings

import numpy as np

try:
    import ot as pot
except ImportError:
    pot = None
try:
    import jax
    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    from ott.geometry import geometry
    from ott.problems.linear import linear_problem
    from ott.solvers.linear import acceleration, sinkhorn
except ImportError:
    jax = None


def versions():
    """Which peers there are."""
    found = []
    if pot is not None:
        found.append("POT " + pot.__version__)
    if jax is not None:
        import ott
        found.append("OTT-JAX " + ott.__version__)
    if os.environ.get("LEMON"):
        found.append("LEMON")
    return found


def pot_circle(x, a, b):
    """POT's distance on the circle: a value only."""
    value = pot.wasserstein_circle(x, x, a, b, p=2)
    return float(value[0]), None


def pot_line(x, a, b):
    """POT's distance on the line: a value only."""
    return float(pot.emd2_1d(x, x, a, b)), None


def pot_emd(c, a, b):
    """POT's network simplex."""
    plan, log = pot.emd(a, b, c, numItermax=10**8, log=True)
    return log["cost"], plan


def pot_sinkhorn(c, a, b, epsilon):
    """POT's plain Sinkhorn; its rule is the 2-norm of one marginal, so it is asked for less."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plan = pot.sinkhorn(a, b, c, epsilon, numItermax=10**5, stopThr=1e-9 / len(a) ** 0.5)
    return float((plan * c).sum()), plan


def pot_sinkhorn_log(c, a, b, epsilon):
    """POT in the log domain: slower, but right at small epsilon."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plan = pot.sinkhorn(a, b, c, epsilon, method="sinkhorn_log", numItermax=10**5,
                            stopThr=1e-9 / len(a) ** 0.5)
    return float((plan * c).sum()), plan


@functools.lru_cache
def ott_solver(kind):
    """A compiled solver."""
    options = {
        "momentum": {"momentum": acceleration.Momentum(start=20, error_threshold=np.inf)},
        "late momentum": {"momentum": acceleration.Momentum(start=40, error_threshold=np.inf)},
        "anderson": {"anderson": acceleration.AndersonAcceleration(memory=5, refresh_every=1)},
    }[kind]

    def solve(c, a, b, epsilon):
        geom = geometry.Geometry(cost_matrix=c, epsilon=epsilon)
        out = sinkhorn.Sinkhorn(threshold=5e-10, norm_error=1, max_iterations=200000,
                                **options)(linear_problem.LinearProblem(geom, a=a, b=b))
        return out.matrix, out.converged
    return jax.jit(solve)


def ott(kind, c, a, b, epsilon):
    """OTT-JAX; arrays come and go as numpy's, which costs next to nothing on a CPU."""
    plan, _ = ott_solver(kind)(jnp.asarray(c), jnp.asarray(a), jnp.asarray(b), epsilon)
    plan = np.asarray(jax.block_until_ready(plan))
    return float((plan * c).sum()), plan


def lemon(c, a, b):
    """LEMON's network simplex in a program of its own, which times itself: value, no plan, seconds."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(struct.pack("q", len(a)))
        for array in (a, b, c):
            file.write(array.tobytes())
        file.flush()
        text = subprocess.run([os.environ["LEMON"], file.name], check=True,
                              capture_output=True, text=True).stdout
    value, taken = text.split()
    return float(value), None, float(taken)
