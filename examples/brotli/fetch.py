"""Fetch the brotli release from PyPI and unpack its C sources into `c/` beside this file.

    python fetch.py [FOLDER]

FOLDER is where `c/` goes; the folder of this file by default.
"""

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "1.2.0"


def fetch(folder: Path) -> None:
    """Put the release's `c/` into `folder`; does nothing if it is there."""
    if (folder / "c").is_dir():
        return
    with tempfile.TemporaryDirectory() as scratch:
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "brotli"]
        subprocess.run([*download, "--dest", scratch, f"brotli=={VERSION}"], check=True)
        with tarfile.open(next(Path(scratch).glob("*.tar.gz"))) as archive:
            archive.extractall(scratch, filter="data")
        shutil.move(next(Path(scratch).glob("brotli-*/")) / "c", folder / "c")


if __name__ == "__main__":
    fetch(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
