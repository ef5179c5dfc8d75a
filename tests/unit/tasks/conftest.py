"""A test with a parameter `interpreter` runs for this Python and for the other supported ones that can be found."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Look for interpreters only where they are asked for."""
    if "interpreter" in metafunc.fixturenames:
        found = interpreters()
        metafunc.parametrize("interpreter", found.values(), ids=found.keys())


@functools.cache
def interpreters() -> dict[str, str]:
    """version -> path: this Python, and those on PATH or installed beside it."""
    found = {version_of(sys.executable): sys.executable}
    beside = Path(sys.base_prefix).parent
    for minor in (11, 12, 13):
        candidates = [shutil.which(f"python3.{minor}"), *map(str, sorted(beside.glob(f"3.{minor}*/bin/python")))]
        for path in candidates:
            if path and version_of(path) == f"3.{minor}":
                found.setdefault(f"3.{minor}", path)
    return found


def version_of(path: str) -> str:
    """As 3.12; "" if it does not run."""
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run([path, "-c", program], capture_output=True, text=True, check=False).stdout.strip()
