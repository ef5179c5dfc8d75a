"""Packages of conda, and a channel of them in a folder, made without a network."""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import tarfile
from pathlib import Path
from typing import Any

PLACEHOLDER = "/placeholder/of/the/folder/that/it/will/be/installed/in"  # which is put in its place, in texts
OWN = f"{sys.version_info[0]}.{sys.version_info[1]}"
HOME = os.path.dirname(os.path.realpath(sys.executable))


class Channel:
    """A channel in `folder`; `url` is what files call it."""

    def __init__(self, folder: Path) -> None:
        from rattler import Subdir

        self.folder = folder
        self.url = folder.as_uri()
        self.subdir = str(Subdir.current())
        self._packages: dict[str, dict[str, Any]] = {self.subdir: {}, "noarch": {}}
        self._index()

    def add(
        self, name: str, version: str, files: dict[str, str], depends: list[str] | None = None, noarch: bool = False
    ) -> None:
        """A package. A text of `files` that begins with "->" is a link to what follows; one that has the PLACEHOLDER
        knows where it is installed. One that is `noarch` is a package of Python, with a program NAME-say."""
        subdir = "noarch" if noarch else self.subdir
        facts: dict[str, Any] = {
            "name": name, "version": version, "build": "0", "build_number": 0, "depends": depends or [],
            "subdir": subdir,
        }  # fmt: skip
        if noarch:
            facts["noarch"] = "python"
        entries = {path: text.encode() for path, text in files.items()}
        paths = [described(path, content) for path, content in entries.items()]
        told: dict[str, Any] = {"info/index.json": facts, "info/paths.json": {"paths_version": 1, "paths": paths}}
        if noarch:
            points = {"type": "python", "entry_points": [f"{name}-say = {name}:main"]}
            told["info/link.json"] = {"noarch": points, "package_metadata_version": 1}
        entries |= {path: json.dumps(each).encode() for path, each in told.items()}
        entries["info/files"] = "".join(f"{path}\n" for path in files).encode()
        archive = packed(entries)
        (self.folder / subdir / f"{name}-{version}-0.tar.bz2").write_bytes(archive)
        sums = {
            "md5": hashlib.md5(archive).hexdigest(), "sha256": hashlib.sha256(archive).hexdigest(),
            "size": len(archive),
        }  # fmt: skip
        self._packages[subdir][f"{name}-{version}-0.tar.bz2"] = facts | sums
        self._index()

    def add_python(self) -> None:
        """The packages `python` and `pip`: those that these tests run in, under the folder of the environment."""
        import pip

        self.add("python", f"{OWN}.0", {
            "bin/python": f"->{HOME}/python{OWN}", f"bin/python{OWN}": "->python",
            "pyvenv.cfg": f"home = {HOME}\ninclude-system-site-packages = false\n",
        })  # fmt: skip
        place = f"lib/python{OWN}/site-packages/pip"
        self.add("pip", "1", {place: f"->{os.path.dirname(pip.__file__)}"}, ["python"])

    def _index(self) -> None:
        for subdir, packages in self._packages.items():
            (self.folder / subdir).mkdir(parents=True, exist_ok=True)
            index = {"info": {"subdir": subdir}, "packages": packages, "packages.conda": {}, "repodata_version": 1}
            (self.folder / subdir / "repodata.json").write_text(json.dumps(index))


def described(path: str, content: bytes) -> dict[str, Any]:
    """What info/paths.json says of one."""
    if content.startswith(b"->"):
        return {"_path": path, "path_type": "softlink", "sha256": hashlib.sha256(b"").hexdigest(), "size_in_bytes": 0}
    told = {
        "_path": path, "path_type": "hardlink", "sha256": hashlib.sha256(content).hexdigest(),
        "size_in_bytes": len(content),
    }  # fmt: skip
    if PLACEHOLDER.encode() in content:
        told |= {"prefix_placeholder": PLACEHOLDER, "file_mode": "text"}
    return told


def packed(entries: dict[str, bytes]) -> bytes:
    """These as an archive; programs may be run."""
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w:bz2") as archive:
        for path, content in entries.items():
            member = tarfile.TarInfo(path)
            member.mode = 0o755 if path.startswith("bin/") else 0o644
            if content.startswith(b"->"):
                member.type, member.linkname = tarfile.SYMTYPE, content[2:].decode()
                archive.addfile(member)
            else:
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return sink.getvalue()
