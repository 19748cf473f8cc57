#!/usr/bin/env python3
"""Changes the guest's source while its host runs, on both backends, and looks at what the host says to each line."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent
ORIGINAL = (FOLDER / "Sources/Plugin.swift").read_text()
ADDITION = "return number + next"


class Host:
    """A running plugin-host. It says at least one line for each line that it gets."""

    def __init__(self, path: str, backend: str, guest: pathlib.Path):
        self.source = guest / "Sources/Plugin.swift"
        self.process = subprocess.Popen(
            [path, "--backend", backend, str(guest)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, bufsize=1)

    def edit(self, replacement: str) -> None:
        assert ADDITION in ORIGINAL
        self.source.write_text(ORIGINAL.replace(ADDITION, replacement))

    def expect(self, line: str, *expected: str) -> None:
        """Sends a line, and reads until the last of the expected texts came; the others must come before, in order."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        said = []
        for text in expected:
            while True:
                answer = self.process.stdout.readline()
                if not answer:
                    sys.exit(f"test.py: expected '{text}' for '{line}', and the host ended: {''.join(said)}")
                said.append(answer)
                if text in answer:
                    break
                if text == expected[-1] and answer.startswith(("the sum is", "expected a number")):
                    sys.exit(f"test.py: expected '{text}' for '{line}', found: {''.join(said)}")

    def end(self) -> None:
        self.process.stdin.close()
        rest = self.process.stdout.read()
        assert self.process.wait() == 0 and rest == "", (self.process.returncode, rest)


def test(path: str, backend: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        guest = pathlib.Path(folder, "plugin")
        shutil.copytree(FOLDER, guest, ignore=shutil.ignore_patterns("build", ".build", "host"))
        host = Host(path, backend, guest)
        host.expect("40", "the sum is 40")
        host.expect("two", "expected a number, found 'two'")
        host.expect("2", "the sum is 42")

        # A new version goes on with the number that the host kept.
        host.edit("return number - next")
        host.expect("2", "loaded the new guest", "the sum is 40")

        # A broken one does not disturb the old one, and is complained about once.
        host.edit("return number - nexd")
        host.expect("1", "the old guest stays", "cannot find 'nexd' in scope", "the sum is 39")
        host.expect("1", "the sum is 38")

        # One that traps, and one that never returns: the host lives, and keeps the number of the last good call.
        host.edit("remember(1000); return number / (next - next)")
        host.expect("1", "loaded the new guest", "the guest trapped")
        host.edit("remember(1000); while recall() == 1000 {}; return number")
        host.expect("1", "loaded the new guest", "the guest ran out of gas")
        host.expect("1", "the guest ran out of gas")

        # Not a plugin any more.
        host.source.write_text(ORIGINAL.replace("func receive", "func recieve"))
        host.expect("1", "the old guest stays", "no export 'receive'", "the guest ran out of gas")

        host.edit(ADDITION)
        host.expect("4", "loaded the new guest", "the sum is 42")
        host.end()
    print(f"{backend}: seven versions of the guest, one host")


def main() -> None:
    build = ["swift", "build", "-q", "-c", "release", "--package-path", str(FOLDER.parent), "--product", "plugin-host"]
    subprocess.run(build, check=True)
    folder = subprocess.run([*build, "--show-bin-path"], check=True, capture_output=True, text=True).stdout.strip()
    for backend in ("interpreter", "compiler"):
        test(f"{folder}/plugin-host", backend)


if __name__ == "__main__":
    main()
