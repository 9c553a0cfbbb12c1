"""Fuzzes the reader and the renderer, guided by coverage: `python -m tests.fuzz_reader FOLDER`.

Needs atheris (PyPI), which is no part of the development environment. FOLDER receives the inputs
that reach new code; what libFuzzer is told besides goes after it, as `-max_total_time=3600`.
"""

import sys

import atheris

with atheris.instrument_imports(include=["selfcheck_tools", "markdown_it", "mdit_py_plugins"]):
    from selfcheck_tools import listing  # noqa: F401  # pulls in the reader
    from selfcheck_tools.text import Source
    from tests.test_robustness import check


def one(data: bytes) -> None:
    """What must hold for any bytes."""
    check(Source.from_bytes("a/b.md", data))


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
