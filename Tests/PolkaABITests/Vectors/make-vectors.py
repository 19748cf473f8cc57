#!/usr/bin/env python3
"""Writes values.tsv, damaged.tsv and hashes.tsv beside this file: what eth-abi and eth-hash of PyPI make of random types and values.

    pip install eth-abi 'eth-hash[pycryptodome]' && python3 make-vectors.py

values.tsv   types, values as `pvm` reads them, the encoding
damaged.tsv  types, data that was changed in one place, "refused" or the values that eth-abi reads
hashes.tsv   signature, the hash of which selectors and topics are made
"""

import pathlib
import random

from eth_abi import decode, encode
from eth_hash.auto import keccak

choose = random.Random(20261126)
folder = pathlib.Path(__file__).parent


def random_type(depth):
    kind = choose.randrange(11 if depth < 3 else 7)
    if kind == 0:
        return f"uint{8 * choose.randint(1, 32)}"
    if kind == 1:
        return f"int{8 * choose.randint(1, 32)}"
    if kind == 2:
        return "address"
    if kind == 3:
        return "bool"
    if kind == 4:
        return f"bytes{choose.randint(1, 32)}"
    if kind == 5:
        return "bytes"
    if kind == 6:
        return "string"
    if kind in (7, 8):
        return random_type(depth + 1) + "[]"
    if kind == 9:
        return random_type(depth + 1) + f"[{choose.randint(1, 4)}]"
    return "(" + ",".join(random_type(depth + 1) for _ in range(choose.randint(1, 4))) + ")"


def parts(text):
    """The types of a list, at the commas outside of parentheses."""
    result, depth, start = [], 0, 0
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            result.append(text[start:index])
            start = index + 1
    return result + [text[start:]]


def edge(low, high):
    return choose.choice([low, high, low + 1, high - 1, 0, 1, choose.randint(low, high), choose.randint(0, min(high, 1000))])


def random_value(type):
    if type.endswith("]"):
        element, count = type[:-1].rsplit("[", 1)
        return [random_value(element) for _ in range(int(count) if count else choose.choice([0, 1, 2, 3, 5]))]
    if type.startswith("("):
        return tuple(random_value(part) for part in parts(type[1:-1]))
    if type.startswith("uint"):
        return edge(0, 2 ** int(type[4:]) - 1)
    if type.startswith("int"):
        bits = int(type[3:])
        return edge(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    if type == "address":
        return "0x" + choose.randbytes(20).hex()
    if type == "bool":
        return choose.random() < 0.5
    if type == "bytes":
        return choose.randbytes(choose.choice([0, 1, 31, 32, 33, 64, 100]))
    if type == "string":
        return "".join(choose.choice('aZ0 ,"\\)]é€😀') for _ in range(choose.choice([0, 1, 5, 31, 32, 40])))
    return choose.randbytes(int(type[5:]))


def text(type, value):
    if type.endswith("]"):
        element = type[:-1].rsplit("[", 1)[0]
        return "[" + ", ".join(text(element, part) for part in value) + "]"
    if type.startswith("("):
        return "(" + ", ".join(text(part, member) for part, member in zip(parts(type[1:-1]), value)) + ")"
    if type == "string":
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if type == "bool":
        return "true" if value else "false"
    if type.startswith("bytes"):
        return "0x" + value.hex()
    return str(value)


def texts(types, values):
    return text("(" + ",".join(types) + ")", values)


with open(folder / "values.tsv", "w") as values_file, open(folder / "damaged.tsv", "w") as damaged_file:
    for index in range(600):
        types = [random_type(0) for _ in range(choose.randint(1, 4))]
        values = tuple(random_value(type) for type in types)
        data = encode(types, values)
        if len(data) > 1600:
            continue
        list = "(" + ",".join(types) + ")"
        print(list, texts(types, values), "0x" + data.hex(), sep="\t", file=values_file)
        if index % 2:
            continue
        changed = bytearray(data)
        if choose.random() < 0.3:
            del changed[choose.randrange(len(changed)) :]
        else:
            changed[choose.randrange(len(changed))] ^= 1 << choose.randrange(8)
        try:
            outcome = texts(types, decode(types, bytes(changed)))
            if "\t" in outcome or "\n" in outcome or any(ord(c) < 32 or ord(c) == 127 for c in outcome):
                continue
        except UnicodeDecodeError:
            outcome = "refused"
        except Exception:
            outcome = "refused"
        print(list, "0x" + changed.hex(), outcome, sep="\t", file=damaged_file)

signatures = ["transfer(address,uint256)", "Transfer(address,address,uint256)", "Error(string)", "Panic(uint256)", "f()"]
signatures += [f"{name}({','.join(random_type(0) for _ in range(choose.randint(0, 4)))})" for name in ("go", "_x", "$y2") for _ in range(20)]
with open(folder / "hashes.tsv", "w") as file:
    for signature in signatures:
        print(signature, "0x" + keccak(signature.encode()).hex(), sep="\t", file=file)
