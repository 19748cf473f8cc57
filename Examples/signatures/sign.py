#!/usr/bin/env python3
"""Makes payloads for the service with PyPI's cryptography, and has it refine them: sign.py [ROUNDS [SEED]].

Each round has random keys and messages, of which some are damaged; what the service accepts must be what cryptography accepts.
With `--work` prints a work package with three messages, of which the second was damaged.
"""
import json
import random
import struct
import subprocess
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ORDER = 2**252 + 27742317777372353535851937790883648493


def message(key, signature, text):
    return key + signature + struct.pack("<H", len(text)) + text


def signed(secret, number, text=b""):
    text = struct.pack("<Q", number) + text
    return secret.public_key().public_bytes_raw(), secret.sign(text), text


def is_good(key, signature, text):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return len(text) >= 8


def work():
    secrets = [Ed25519PrivateKey.from_private_bytes(bytes([byte]) * 32) for byte in (1, 2)]
    good, late = signed(secrets[0], 0, b"hello"), signed(secrets[0], 1, b"bye")
    key, signature, text = signed(secrets[1], 0)
    bad = key, signature[:40] + bytes([signature[40] ^ 1]) + signature[41:], text
    return {"items": [{"payload": "0x" + b"".join(message(*m) for m in (good, bad, late)).hex()}]}


def check(numbers):
    messages = []
    for _ in range(numbers.randrange(1, 20)):
        secret = Ed25519PrivateKey.from_private_bytes(numbers.randbytes(32))
        key, signature, text = signed(secret, numbers.randrange(5), numbers.randbytes(numbers.choice([0, 1, 50, 120, 900])))
        damage = numbers.randrange(8)
        if damage == 0:
            place = numbers.randrange(64 * 8)
            signature = bytes(byte ^ (1 << place % 8 if index == place // 8 else 0) for index, byte in enumerate(signature))
        elif damage == 1:
            key = numbers.randbytes(32)
        elif damage == 2:
            signature = signature[:32] + (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")
        elif damage == 3:
            text = text[:-1]
        messages.append((key, signature, text))
    payload = b"".join(message(*m) for m in messages)
    command = ["pvm", "run", ".", "refine", "--host", "jam", "--input-hex", payload.hex(), "--json"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    good = [m for m in messages if is_good(*m)]
    expected = struct.pack("<I", len(messages) - len(good)) + b"".join(key + text[:8] for key, _, text in good)
    if bytes.fromhex(report["output"][2:]) != expected:
        sys.exit(f"another verdict about {payload.hex()}")
    return len(messages), len(good), report["gas_used"]


if sys.argv[1:] == ["--work"]:
    print(json.dumps(work()))
else:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    numbers = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    results = [check(numbers) for _ in range(rounds)]
    total, good, gas = (sum(column) for column in zip(*results))
    print(f"{total} messages, {good} of them good: the service and cryptography agree; {gas // total} gas for each")
