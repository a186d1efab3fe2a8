#!/usr/bin/env python3
"""Writes data/arrays/*.npy by NumPy, for tests/data/test_array.c: one small array in every element type, byte order, memory order and
format version. Usage: make_arrays.py (needs numpy)."""
import os
import warnings
import numpy as np

out = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "arrays")
os.makedirs(out, exist_ok=True)


def save(name, a, version=None):
    with open(os.path.join(out, name + ".npy"), "wb") as f, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.lib.format.write_array(f, a, version=version)


# element [e, t, k] is 12 e + 4 t + k: 2 examples, 3 positions, 4 components
x = np.arange(24).reshape(2, 3, 4)
for order, letter in ("<", "l"), (">", "b"):
    for kind in "i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8":
        save(kind + letter, x.astype(order + kind))
save("i1", x.astype("i1"))
save("u1", x.astype("u1"))
save("fortran", np.asfortranarray(x.astype("<f8")))
save("fortran_big", np.asfortranarray(x.astype(">i4")))
save("version2", x.astype("<f4"), (2, 0))
save("version3", x.astype("<f4"), (3, 0))
# extremes of each type
save("low", np.array([-128, 127], "i1"))
save("low2", np.array([-32768, 32767], ">i2"))
save("low8", np.array([-2**63, 2**63 - 1], "<i8"))
save("high8", np.array([0, 2**64 - 1], "<u8"))
save("halves", np.array([0, -0.0, 1, -2.5, 65504, 2.0**-24, 2.0**-14, np.nan, 1 / 3], "<f2"))
save("bool", np.array([True, False, True]))
save("scalar", np.array(7.0))
# what cannot be read
save("object", np.array([{}, None], dtype=object))
save("text", np.array(["one", "two"]))
save("complex", np.array([1j]))
save("time", np.array(["2020-01-01"], "M8[s]"))
save("record", np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f8")]))
save("infinite", np.array([1, np.inf]))
save("empty", np.zeros((0, 4)))
