#!/usr/bin/env python3
"""Writes numbers.tsv beside this file: what Python's integers make of operations on numbers of 256 bits.

    python3 make-numbers.py

Columns: operation, three operands, the result, all in hexadecimal; "none" where there is no result.
"""

import math
import pathlib
import random

choose = random.Random(20261126)
LIMIT = 1 << 256


def number():
    """Numbers with long runs of equal bits: there carries go far and estimates of quotients are wrong."""
    kind = choose.randrange(6)
    bits = choose.choice([0, 1, 8, 32, 63, 64, 65, 96, 127, 128, 129, 160, 191, 192, 193, 255, 256])
    if kind == 0:
        return choose.getrandbits(bits) if bits else 0
    if kind == 1:
        return ((1 << bits) + choose.randint(-2, 2)) % LIMIT
    if kind == 2:
        return LIMIT - 1 - (choose.getrandbits(bits) if bits else 0)
    if kind == 3:
        return (choose.getrandbits(64) << 192 | choose.choice([0, (1 << 192) - 1, choose.getrandbits(64)])) % LIMIT
    if kind == 4:
        value, run = 0, 0
        while run < 256:
            length = choose.randint(1, 90)
            if choose.getrandbits(1):
                value |= ((1 << length) - 1) << run
            run += length
        return value % LIMIT
    return choose.getrandbits(256)


def checked(value):
    return value if 0 <= value < LIMIT else None


OPERATIONS = {
    "add": lambda a, b, c: checked(a + b),
    "subtract": lambda a, b, c: checked(a - b),
    "multiply": lambda a, b, c: checked(a * b),
    "divide": lambda a, b, c: a // b if b else None,
    "remainder": lambda a, b, c: a % b if b else None,
    "addmod": lambda a, b, c: (a + b) % c if c else 0,
    "mulmod": lambda a, b, c: a * b % c if c else 0,
    "muldiv": lambda a, b, c: checked(a * b // c) if c else None,
    "power": lambda a, b, c: checked(a**b),
    "root": lambda a, b, c: math.isqrt(a),
    "left": lambda a, b, c: (a << b) % LIMIT if b < 256 else 0,
    "right": lambda a, b, c: a >> b if b < 256 else 0,
    "wrappingmultiply": lambda a, b, c: a * b % LIMIT,
    "less": lambda a, b, c: int(a < b),
}

lines = []
for name, operation in OPERATIONS.items():
    for turn in range(80):
        a, b, c = number(), number(), number()
        if name == "power":
            b = choose.randrange(300)
            if choose.getrandbits(2):
                a %= 1 << choose.choice([1, 2, 8, 16, 32, 64, 128])
        if name in ("left", "right"):
            b = choose.randrange(257)
        if turn % 8 == 0:
            b = a if name not in ("power", "left", "right") else b
        if name in ("multiply", "muldiv") and turn % 2:
            b %= LIMIT // (a + 1) + 2
        result = operation(a, b, c)
        lines.append("\t".join([name, *(f"{x:x}" for x in (a, b, c)), "none" if result is None else f"{result:x}"]))
    if name in ("divide", "remainder", "mulmod", "muldiv"):
        # Quotients whose digits are estimated too large: the divisor's upper limb all but small, the next all ones.
        for turn in range(60):
            b = (1 << 63 | choose.getrandbits(2)) << 192 | ((1 << 64) - 1 - choose.getrandbits(2)) << 128
            b |= choose.getrandbits(128)
            b >>= 64 * choose.randrange(3)
            q = choose.getrandbits(choose.choice([64, 128, 192]))
            a = min(b * q + choose.choice([0, b - 1, choose.randrange(b)]), LIMIT - 1)
            c = b if name in ("mulmod", "muldiv") else 0
            operand = b if name in ("divide", "remainder") else (1 << 256) - 1 - choose.getrandbits(64)
            result = operation(a, operand, c)
            lines.append(
                "\t".join([name, *(f"{x:x}" for x in (a, operand, c)), "none" if result is None else f"{result:x}"]))

(pathlib.Path(__file__).parent / "numbers.tsv").write_text("\n".join(lines) + "\n")
