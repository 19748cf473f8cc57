#!/usr/bin/env python3
"""Draws the picture on both backends, and reads it with Python's zlib instead of the guest's own compressor.

The two must be the same bytes, and picture.png, the one that README.md shows, as well.
"""

import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

FOLDER = pathlib.Path(__file__).resolve().parent


def render(backend: str, picture: pathlib.Path) -> bytes:
    subprocess.run(
        ["swift", "run", "-q", "-c", "release", "--package-path", "..", "image-host", "--backend", backend,
         "build/image.polkavm", str(picture)],
        cwd=FOLDER, check=True, stdout=subprocess.DEVNULL)
    return picture.read_bytes()


def chunks(file: bytes):
    """The type and the contents of each chunk of a PNG."""
    assert file[:8] == b"\x89PNG\r\n\x1a\n", "no PNG"
    at = 8
    while at < len(file):
        length, kind = struct.unpack_from(">I4s", file, at)
        contents = file[at + 8:at + 8 + length]
        (checksum,) = struct.unpack_from(">I", file, at + 8 + length)
        assert checksum == zlib.crc32(kind + contents), f"wrong checksum of {kind}"
        yield kind, contents
        at += 12 + length


def unfilter(data: bytes, width: int, height: int) -> list[bytearray]:
    """The rows of pixels that the filtered bytes stand for."""
    count, rows, above = width * 3, [], bytearray(width * 3)
    assert len(data) == (count + 1) * height, f"{len(data)} bytes of pixels"
    for y in range(height):
        kind, *row = data[y * (count + 1):(y + 1) * (count + 1)]
        row = bytearray(row)
        for x in range(count):
            left, corner = (row[x - 3], above[x - 3]) if x >= 3 else (0, 0)
            guess = left + above[x] - corner
            paeth = min((left, above[x], corner), key=lambda value: abs(guess - value))
            row[x] = (row[x] + (0, left, above[x], (left + above[x]) // 2, paeth)[kind]) & 255
        rows.append(row)
        above = row
    return rows


def main() -> None:
    subprocess.run(["pvm", "build"], cwd=FOLDER, check=True, capture_output=True)
    with tempfile.TemporaryDirectory() as folder:
        pictures = {name: render(name, pathlib.Path(folder, name)) for name in ("interpreter", "compiler")}
    assert pictures["interpreter"] == pictures["compiler"], "the backends draw different pictures"
    assert pictures["compiler"] == (FOLDER / "picture.png").read_bytes(), "picture.png is another picture"

    parts = list(chunks(pictures["compiler"]))
    assert [kind for kind, _ in parts] == [b"IHDR", b"IDAT", b"IEND"], parts
    width, height, depth, color, *rest = struct.unpack(">IIBBBBB", parts[0][1])
    assert (depth, color, rest) == (8, 2, [0, 0, 0]), "another kind of PNG"
    rows = unfilter(zlib.decompress(parts[1][1]), width, height)
    colors = {bytes(row[x:x + 3]) for row in rows for x in range(0, len(row), 3)}
    # In the middle of the bottom row of spheres there is a yellow one.
    red, green, blue = rows[height * 3 // 4][width // 2 * 3:width // 2 * 3 + 3]
    assert red > green > 2 * blue, (red, green, blue)
    print(f"both backends: {width} x {height} pixels, {len(colors)} colours, as in picture.png")


if __name__ == "__main__":
    try:
        main()
    except AssertionError as problem:
        sys.exit(f"test.py: {problem}")
