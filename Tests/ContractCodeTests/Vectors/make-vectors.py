#!/usr/bin/env python3
"""Writes numbers.tsv beside this file: operations on numbers of 256 bits, by Python's integers.

Operation, three operands, and the result; "panic" and its code where Solidity's arithmetic panics.
"""

import math
import pathlib
import random

choose = random.Random(20261126)
FULL = 1 << 256


def number():
    bits = choose.choice([0, 1, 8, 31, 32, 33, 63, 64, 65, 96, 127, 128, 129, 160, 192, 255, 256])
    value = choose.getrandbits(bits) if bits else 0
    shape = choose.randrange(6)
    if shape == 0 and bits:
        value = (1 << bits) - 1 - choose.randrange(3)
    elif shape == 1 and bits:
        value = (1 << (bits - 1)) + choose.randrange(3)
    elif shape == 2:
        # Long runs of ones and zeros: where estimates of digits are wrong.
        value = 0
        for _ in range(8):
            value = value << 32 | choose.choice([0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE])
    return max(0, value) % FULL


def fitting(value):
    return str(value) if 0 <= value < FULL else "panic 17"


def divided(a, b):
    return "panic 18" if b == 0 else fitting(a // b)


operations = {
    "add": lambda a, b, c: fitting(a + b),
    "sub": lambda a, b, c: fitting(a - b),
    "mul": lambda a, b, c: fitting(a * b),
    "div": lambda a, b, c: divided(a, b),
    "mod": lambda a, b, c: "panic 18" if b == 0 else str(a % b),
    "mulDiv": lambda a, b, c: divided(a * b, c),
    "sqrt": lambda a, b, c: str(math.isqrt(a)),
    "wrappingAdd": lambda a, b, c: str((a + b) % FULL),
    "wrappingSub": lambda a, b, c: str((a - b) % FULL),
    "wrappingMul": lambda a, b, c: str(a * b % FULL),
    "shiftLeft": lambda a, b, c: str((a << b % 300) % FULL),
    "shiftRight": lambda a, b, c: str(a >> b % 300),
    "less": lambda a, b, c: str(int(a < b)),
    "lessSigned": lambda a, b, c: str(int((a + FULL // 2) % FULL < (b + FULL // 2) % FULL)),
}

with open(pathlib.Path(__file__).parent / "numbers.tsv", "w") as file:
    for name, compute in operations.items():
        for _ in range(300 if name in ("div", "mod", "mulDiv") else 60):
            a, b, c = number(), number(), number()
            if choose.randrange(4) == 0 and b:
                a = a // b * b
            print(name, a, b, c, compute(a, b, c), sep="\t", file=file)
