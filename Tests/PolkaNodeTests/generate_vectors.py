#!/usr/bin/env python3
"""Writes the files in Vectors: what independent implementations make of random values.

Needs packages:  python3 -m venv V && V/bin/pip install rlp eth-account eth-bloom && V/bin/python generate_vectors.py
The values are random by a fixed seed, so that a second run writes the same files.
"""

import json
import os
import random

import rlp
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_bloom import BloomFilter
from eth_utils import keccak, to_checksum_address

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Vectors")
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
random.seed(8)


def data(count):
    return bytes(random.getrandbits(8) for _ in range(count))


def plain(value):
    return "0x" + value.hex() if isinstance(value, bytes) else [plain(item) for item in value]


def tree(depth):
    if depth == 0 or random.random() < 0.4:
        return data(random.choice([0, 1, 1, 2, 5, 20, 32, 54, 55, 56, 57, 255, 256, 300]))
    return [tree(depth - 1) for _ in range(random.choice([0, 1, 2, 3, 7, 30]))]


def refused(encoded):
    try:
        rlp.decode(encoded, strict=True)
    except Exception:
        return True
    return False


def rlp_vectors():
    values = [b"", b"\0", b"\x7f", b"\x80", b"a" * 55, b"a" * 56, b"a" * 1024, [], [[]], [[], [[]], [[], [[]]]]]
    values += [tree(random.randrange(1, 5)) for _ in range(60)]
    good = [(value, rlp.encode(value)) for value in values]
    good = [(value, encoded) for value, encoded in good if len(encoded) < 1100]
    # Every short form of damage that the other implementation refuses as well.
    bad = [b"", b"\x81\x00", b"\x81\x7f", b"\xb8\x01a", b"\xb8\x37" + b"a" * 55, b"\xb9\x00\x38" + b"a" * 56, b"\xb8", b"\xbf",
           b"\xbf" + b"\xff" * 8, b"\xf8\x00", b"\xf8\x01\x80", b"\xc1", b"\xc2\x80", b"\x80\x80", b"\xc1\x81\x80",
           b"\xff" + b"\xff" * 8, b"\xb8\x00", b"\xf9\x00\x40" + b"\x80" * 64]
    for _, encoded in good:
        if 1 < len(encoded) < 150:
            bad += [encoded[:-1], encoded + b"\0"]
    return {
        "good": [{"value": plain(value), "encoded": plain(encoded)} for value, encoded in good],
        "bad": [plain(encoded) for encoded in bad if refused(encoded)],
    }


def transaction(kind, index):
    fields = {
        "nonce": random.choice([0, 1, 127, 128, 255, 256, 2**32, 2**63]),
        "gas": random.choice([21000, 0, 2**40, 2**64 - 1]),
        "value": random.choice([0, 1, 10**18, 2**128, 2**256 - 1]),
        "data": data(random.choice([0, 1, 4, 55, 56, 68, 300])),
    }
    if index % 3:
        fields["to"] = to_checksum_address(data(20))
    else:
        fields["to"] = ""
    chain = random.choice([1, 420420, 2**32 + 7, 2**62])
    if kind == "legacy":
        fields["gasPrice"] = random.choice([0, 1, 10**9, 2**100])
        if index % 4:
            fields["chainId"] = chain
    else:
        fields["chainId"] = chain
        fields["accessList"] = [
            {"address": to_checksum_address(data(20)), "storageKeys": [plain(data(32)) for _ in range(random.randrange(3))]}
            for _ in range(random.choice([0, 0, 1, 3]))
        ]
        if kind == "accessList":
            fields["type"] = 1
            fields["gasPrice"] = random.choice([0, 1, 10**9, 2**100])
        else:
            fields["type"] = 2
            fields["maxPriorityFeePerGas"] = random.choice([0, 1, 10**9])
            fields["maxFeePerGas"] = fields["maxPriorityFeePerGas"] + random.choice([0, 1, 10**10])
    return fields


def transaction_vectors():
    result = []
    for kind in ["legacy", "accessList", "dynamicFee"]:
        for index in range(24):
            key = random.randrange(1, ORDER).to_bytes(32, "big")
            fields = transaction(kind, index)
            signed = Account.sign_transaction(fields, key)
            result.append({
                "kind": kind,
                "key": plain(key),
                "sender": Account.from_key(key).address,
                "chainID": hex(fields["chainId"]) if "chainId" in fields else None,
                "nonce": hex(fields["nonce"]),
                "maxPriorityFee": hex(fields.get("maxPriorityFeePerGas", fields.get("gasPrice"))),
                "maxFee": hex(fields.get("maxFeePerGas", fields.get("gasPrice"))),
                "gasLimit": hex(fields["gas"]),
                "to": fields["to"] or None,
                "value": hex(fields["value"]),
                "input": plain(fields["data"]),
                "accessList": [[e["address"], e["storageKeys"]] for e in fields.get("accessList", [])],
                "v": hex(signed.v), "r": hex(signed.r), "s": hex(signed.s),
                "raw": plain(bytes(signed.raw_transaction)),
                "hash": plain(bytes(signed.hash)),
            })
    return result


def account_vectors():
    result = []
    for index in range(12):
        key = keccak(text=f"pvm dev account {index}")
        message = data(index * 7)
        signed = Account.sign_message(encode_defunct(primitive=message), key)
        result.append({
            "key": plain(key), "address": Account.from_key(key).address,
            "message": plain(message), "signature": plain(bytes(signed.signature)),
        })
    return result


def bloom_vectors():
    result = []
    for count in [0, 1, 2, 5, 100]:
        values = [data(random.choice([20, 32])) for _ in range(count)]
        bloom = BloomFilter()
        for value in values:
            bloom.add(value)
        result.append({"values": plain(values), "bloom": plain(int(bloom).to_bytes(256, "big"))})
    return result


def write(name, value):
    with open(os.path.join(FOLDER, name), "w") as file:
        json.dump(value, file, indent=0)
        file.write("\n")


os.makedirs(FOLDER, exist_ok=True)
write("rlp.json", rlp_vectors())
write("transactions.json", transaction_vectors())
write("accounts.json", account_vectors())
write("blooms.json", bloom_vectors())
