#!/usr/bin/env python3
"""Writes calls.tsv beside this file: calls of the contract Guests/echo.swift as eth-abi of PyPI encodes them.

    pip install eth-abi 'eth-hash[pycryptodome]' && python3 make-calls.py

Columns: call data, and what the contract returns, which is what it got; "refused" if eth-abi refuses the values.
"""

import pathlib
import random

from eth_abi import decode, encode
from eth_abi.exceptions import DecodingError, InvalidPointer, NonEmptyPaddingBytes
from eth_hash.auto import keccak

choose = random.Random(20261126)

FUNCTIONS = {
    "numbers": ["uint8", "uint16", "uint32", "uint64", "uint128", "uint256"],
    "signed": ["int8", "int16", "int32", "int64", "int128", "int256"],
    "words": ["bool", "address", "bytes4", "bytes20", "bytes32"],
    "contents": ["bytes", "string", "uint8", "string"],
    "lists": ["uint256[]", "bytes[]", "address", "uint16[][]"],
}


def bits(count):
    return choose.getrandbits(count) if choose.random() < 0.7 else choose.choice([0, (1 << count) - 1, 1 << (count - 1)])


def value(kind):
    if kind.endswith("[]"):
        return [value(kind[:-2]) for _ in range(choose.choice([0, 1, 2, 5]))]
    if kind.startswith("uint"):
        return bits(int(kind[4:]))
    if kind.startswith("int"):
        size = int(kind[3:])
        number = bits(size)
        return number - (1 << size) if number >> (size - 1) else number
    if kind == "bool":
        return bool(choose.getrandbits(1))
    if kind == "address":
        return "0x" + choose.randbytes(20).hex()
    if kind == "bytes":
        return choose.randbytes(choose.choice([0, 1, 31, 32, 33, 100]))
    if kind == "string":
        return "".join(choose.choice("abcäö€𝄞") for _ in range(choose.choice([0, 1, 10, 32, 40])))
    return choose.randbytes(int(kind[5:]))


lines = []


def add(selector, data, expected):
    lines.append(f"{(selector + data).hex()}\t{expected if expected == 'refused' else expected.hex()}")


for name, kinds in FUNCTIONS.items():
    selector = keccak(f"{name}({','.join(kinds)})".encode())[:4]
    for _ in range(40):
        data = encode(kinds, [value(kind) for kind in kinds])
        add(selector, data, data)
        # More than is needed does no harm.
        add(selector, data + choose.randbytes(choose.randrange(40)), data)
        # Less does, unless it is the padding at the end that is missing: that is the reader's choice.
        short = data[: choose.randrange(max(1, len(data) - 31))]
        try:
            decode(kinds, short, strict=False)
        except DecodingError:
            add(selector, short, "refused")
        except UnicodeDecodeError:
            pass
        for _ in range(4):
            damaged = bytearray(data)
            place = choose.randrange(len(damaged))
            damaged[place] ^= 1 << choose.randrange(8)
            try:
                result = encode(kinds, decode(kinds, bytes(damaged)))
                add(selector, bytes(damaged), result)
            except NonEmptyPaddingBytes:
                # Behind bytes and text Solidity does not look.
                if name not in ("contents", "lists"):
                    add(selector, bytes(damaged), "refused")
            except (UnicodeDecodeError, InvalidPointer):
                # Nor whether an offset points into the heads, if what it finds there makes sense.
                pass
            except DecodingError:
                add(selector, bytes(damaged), "refused")
            except OverflowError:
                add(selector, bytes(damaged), "refused")

(pathlib.Path(__file__).parent / "calls.tsv").write_text("\n".join(lines) + "\n")
