#!/usr/bin/env python3
"""Writes signed.tsv beside this file: what Python's integers make of operations on signed numbers of 256 bits.

    python3 make-signed.py

Columns: operation, two operands, the result, all in decimal; "none" where it does not fit. Quotients are rounded toward 0, as Solidity's.
"""

import pathlib
import random

choose = random.Random(20261126)
LOW, HIGH = -(1 << 255), (1 << 255) - 1


def number():
    kind = choose.randrange(4)
    if kind == 0:
        return choose.choice([0, 1, -1, 2, -2, LOW, LOW + 1, HIGH, HIGH - 1])
    bits = choose.choice([8, 63, 64, 65, 127, 128, 129, 200, 254, 255])
    return choose.choice([1, -1]) * choose.getrandbits(bits)


def checked(value):
    return value if LOW <= value <= HIGH else None


def quotient(a, b):
    value = abs(a) // abs(b)
    return value if (a < 0) == (b < 0) else -value


OPERATIONS = {
    "add": lambda a, b: checked(a + b),
    "subtract": lambda a, b: checked(a - b),
    "multiply": lambda a, b: checked(a * b),
    "divide": lambda a, b: checked(quotient(a, b)) if b else None,
    "remainder": lambda a, b: (a - b * quotient(a, b) if checked(quotient(a, b)) is not None else None) if b else None,
    "less": lambda a, b: int(a < b),
}

lines = []
for name, operation in OPERATIONS.items():
    for _ in range(60):
        a, b = number(), number()
        result = operation(a, b)
        lines.append("\t".join([name, str(a), str(b), "none" if result is None else str(result)]))
(pathlib.Path(__file__).parent / "signed.tsv").write_text("\n".join(lines) + "\n")
