# SPDX-License-Identifier: BSD-3-Clause
"""The distance W2 between two measures on the line, with proof, through ctypes."""
import ctypes
import math
import sys

# Named in full, or found where the system's loader looks.
jko = ctypes.CDLL(sys.argv[1] if len(sys.argv) > 1 else "libjko.so.0")


class Report(ctypes.Structure):
    """The first fields of jko_ot_report: struct_size tells the library where it ends here."""

    _fields_ = [
        ("struct_size", ctypes.c_size_t),
        ("status", ctypes.c_int),
        ("method", ctypes.c_int),
        ("transport_cost", ctypes.c_double),
        ("upper", ctypes.c_double),
        ("lower", ctypes.c_double),
        ("gap", ctypes.c_double),
        ("row_error", ctypes.c_double),
        ("column_error", ctypes.c_double),
        ("plan_error", ctypes.c_double),
        ("entropic_value", ctypes.c_double),
        ("solver_objective", ctypes.c_double),
        ("epsilon", ctypes.c_double),
        ("iterations", ctypes.c_int64),
        ("seconds", ctypes.c_double),
    ]


double_p = ctypes.POINTER(ctypes.c_double)
jko.jko_error_detail.restype = ctypes.c_char_p
jko.jko_ot_create_1d.argtypes = [
    ctypes.POINTER(ctypes.c_void_p), ctypes.c_size_t, double_p, ctypes.c_size_t, double_p,
    ctypes.c_double, ctypes.c_double, ctypes.c_void_p]
jko.jko_ot_solve.argtypes = [
    ctypes.c_void_p, double_p, double_p, double_p, ctypes.POINTER(Report)]
jko.jko_ot_free.argtypes = [ctypes.c_void_p]
jko.jko_ot_free.restype = None


def check(status):
    """A failure becomes an exception; a positive status is an answer whose bounds still hold."""
    if status < 0:
        raise RuntimeError(jko.jko_error_detail().decode())
    return status


def array(values):
    return (ctypes.c_double * len(values))(*values)


def transport(x, a, y, b, period=0.0, power=2.0):
    """The report of transporting masses a at x to masses b at y."""
    ot = ctypes.c_void_p()
    report = Report(struct_size=ctypes.sizeof(Report))
    check(jko.jko_ot_create_1d(ctypes.byref(ot), len(x), array(x), len(y), array(y), period,
                               power, None))
    try:
        check(jko.jko_ot_solve(ot, array(a), array(b), None, ctypes.byref(report)))
    finally:
        jko.jko_ot_free(ot)
    return report


line = transport([0.0, 3.0, 1.0], [0.25, 0.25, 0.5], [2.0, 5.0], [0.75, 0.25])
print("W2 = %.6f, proved to lie between %.6f and %.6f" % (
    math.sqrt(line.transport_cost), math.sqrt(max(line.lower, 0.0)), math.sqrt(line.upper)))
try:
    transport([0.0], [-1.0], [0.0], [1.0])
except RuntimeError as error:
    print("refused:", error)
