#!/usr/bin/env python3
"""Runs guests on all backends: all must take the same turns."""

import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent


def turns(backend: str) -> str:
    command = ["swift", "run", "-q", "-c", "release", "--package-path", "..", "scheduler-host",
               "build/scheduler.polkavm", "1000", backend]
    return subprocess.run(command, cwd=FOLDER, check=True, capture_output=True, text=True).stdout.splitlines()[0]


def main() -> None:
    subprocess.run(["pvm", "build"], cwd=FOLDER, check=True, capture_output=True)
    lines = {backend: turns(backend) for backend in ("interpreter", "compiler", "auto")}
    assert len(set(lines.values())) == 1, lines
    print("interpreter, compiler and auto: the same turns")


if __name__ == "__main__":
    try:
        main()
    except AssertionError as problem:
        sys.exit(f"test.py: {problem}")
