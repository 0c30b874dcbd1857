#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Write the NPY files of this folder with numpy, for tests/io/test_npy_numpy.c.

The stored ones are from numpy 2.4.6 on x86-64. Not run by the build.
"""
import pathlib
import numpy as np
from numpy.lib import format as npy

HERE = pathlib.Path(__file__).resolve().parent


def save(name, array, version=None):
    with open(HERE / (name + ".npy"), "wb") as file:
        npy.write_array(file, array, version=version, allow_pickle=True)


def main():
    half = np.arange(24) + 0.5
    bits = np.array([0x7FF8000000000000, 0xFFF8000000000123, 0x7FF0000000000001,
                     0x7FF0000000000000, 0xFFF0000000000000, 0x8000000000000000,
                     0x0000000000000001, 0x000FFFFFFFFFFFFF, 0x7FEFFFFFFFFFFFFF], dtype="<u8")
    count = np.array([0, -1, 2**53, -2**63, 1234567890123, 7])
    # Read.
    save("f8_1d", half[:5])
    save("f8_2d", half[:6].reshape(2, 3))
    save("f8_fortran", np.asfortranarray(half.reshape(2, 3, 4)))
    save("f8_big", half[:6].reshape(2, 3).astype(">f8"))
    save("f8_big_fortran", np.asfortranarray(half[:6].reshape(2, 3).astype(">f8")))
    save("f8_version_2", half[:6].reshape(2, 3), (2, 0))
    save("f8_version_3", half[:6].reshape(2, 3), (3, 0))
    save("f8_bits", bits.view("<f8"))
    save("f8_empty", np.zeros((0, 3)))
    save("f8_8d", half[:4].reshape(1, 2, 1, 1, 2, 1, 1, 1))
    save("i8_1d", count)
    save("i8_big_fortran", np.asfortranarray(count.reshape(2, 3).astype(">i8")))
    # Refused.
    save("no_f4", half[:3].astype("<f4"))
    save("no_complex", half[:3].astype("<c16"))
    save("no_fields", np.zeros(2, dtype=[("a", "<f8"), ("b", "<i8")]))
    save("no_objects", np.array(["text", 1], dtype=object))
    save("no_number", np.float64(0.5))
    save("no_9d", half[:1].reshape((1,) * 9))
    save("no_double", np.array([1, 2**53 + 1]))


if __name__ == "__main__":
    main()
