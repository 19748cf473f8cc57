#!/usr/bin/env python3
"""Prints what VectorTests.swift expects: JAM's bytes, put together from Python's integers and hashlib alone."""
import hashlib


def blake(data):
    return hashlib.blake2b(bytes(data), digest_size=32).digest()


def fixed(value, count):
    return value.to_bytes(count, "little")


def natural(value):
    for count in range(8):
        if value < 1 << (7 * (count + 1)):
            return bytes([256 - (1 << (8 - count)) + (value >> (8 * count))]) + fixed(value % (1 << (8 * count)), count)
    return b"\xff" + fixed(value, 8)


def blob(data):
    return natural(len(data)) + data


def sequence(parts):
    return natural(len(parts)) + b"".join(parts)


def h(byte):
    return bytes([byte]) * 32


context = h(1) + h(2) + h(3) + h(4) + fixed(0x01020304, 4) + sequence([h(5), h(6)])
payload = bytes(range(200))
extrinsics = [b"first", b""]
imports = [(h(7), 3), (h(8), 0x8000 + 4)]


def item(service, code, refine, accumulate, exports, payload, imports, extrinsics):
    return (fixed(service, 4) + code + fixed(refine, 8) + fixed(accumulate, 8) + fixed(exports, 2) + blob(payload)
            + sequence([root + fixed(index, 2) for root, index in imports])
            + sequence([blake(data) + fixed(len(data), 4) for data in extrinsics]))


def summary(service, code, refine, accumulate, exports, payload, imports, extrinsics):
    return (fixed(service, 4) + code + fixed(refine, 8) + fixed(accumulate, 8) + fixed(exports, 2)
            + fixed(len(imports), 2) + fixed(len(extrinsics), 2) + fixed(len(payload), 4))


first = (70000, h(9), 5_000_000, 1_000_000, 2, payload, imports, extrinsics)
second = (100, h(10), 1 << 40, 7, 0, b"", [], [])
package = fixed(33, 4) + h(11) + context + blob(b"token") + blob(b"") + sequence([item(*first), item(*second)])
operand = natural(0) + h(1) + h(2) + h(3) + h(4) + natural(1 << 33) + natural(0) + blob(b"out") + blob(b"trace")
failed = natural(0) + h(1) + h(2) + h(3) + h(4) + natural(5) + natural(2) + blob(b"")
transfer = natural(1) + fixed(1, 4) + fixed(2, 4) + fixed(3, 8) + b"memo" + bytes(124) + fixed(4, 8)

numbers = [0, 1, 127, 128, 255, 256, 16383, 16384, (1 << 21) - 1, 1 << 21, (1 << 28) - 1, 1 << 28, (1 << 35) - 1,
           1 << 42, 1 << 49, (1 << 56) - 1, 1 << 56, (1 << 64) - 1]
for number in numbers:
    print(number, natural(number).hex())
print("package", len(package), blake(package).hex())
print("context", blake(context).hex())
print("summaries", blake(sequence([summary(*first), summary(*second)])).hex())
print("summary", summary(*first).hex())
print("inputs", len(sequence([operand, failed, transfer])), blake(sequence([operand, failed, transfer])).hex())
print("transfer", transfer.hex())
print("refine", (natural(300) + natural(0) + natural(70000) + blob(payload) + blake(package)).hex())
print("accumulate", (natural(1 << 20) + natural(70000) + natural(3)).hex())
limit = (1 << 32) - (1 << 16) - (1 << 8)
for service, entropy, slot in [(100, h(0x77), 1000), (70000, h(0), 0)]:
    seed = blake(natural(service) + entropy + natural(slot))
    new = int.from_bytes(seed[:4], "little") % limit + (1 << 16)
    print("ids", service, new, (new - (1 << 16) + 42) % limit + (1 << 16))
info = (h(0x21) + fixed(5000, 8) + fixed(100 + 10 * 3 + (81 + 9) + (34 + 2 + 3) - 20, 8) + fixed(11, 8) + fixed(12, 8)
        + fixed((81 + 9) + (34 + 2 + 3), 8) + fixed(3, 4) + fixed(20, 8) + fixed(4, 4) + fixed(5, 4) + fixed(6, 4))
print("info", len(info), info.hex())
common = [(10, 8), (1, 8), (100, 8), (341, 2), (19200, 4), (600, 4), (10**7, 8), (5 * 10**7, 8), (5 * 10**9, 8),
          (35 * 10**8, 8), (8, 2), (16, 2), (8, 2), (16, 2), (14400, 4)]
old = common + [(2, 2), (8, 2), (6, 2), (80, 2), (10, 2), (128, 2), (5, 2), (1023, 2), (64000, 4), (13791360, 4),
                (4000000, 4), (684, 4), (3072, 4), (6, 4), (49152, 4), (128, 4), (3072, 4), (500, 4)]
new = common + [(8, 2), (6, 2), (80, 2), (10, 2), (128, 2), (5, 2), (64000, 4), (13791360, 4), (4000000, 4),
                (3072, 4), (49152, 4), (128, 4), (3072, 4), (500, 4)]
for name, values in [("0.7.2", old), ("0.8.0", new)]:
    data = b"".join(fixed(*value) for value in values)
    print("parameters", name, len(data), blake(data).hex())
print("authorizer", blake(h(11) + b"").hex())
