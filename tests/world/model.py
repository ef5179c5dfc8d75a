"""What a project of the world consists of, and what must be made of it: plain data that can be copied and written."""

from __future__ import annotations

import os
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from random import Random


class Refused(Exception):
    """The plan must be refused: nothing may run."""


class Broken(Exception):
    """The command that makes a path must fail."""


class Entry:
    """What must lie at a path."""

    def __init__(self, kind: str, content: bytes = b"", executable: bool = False) -> None:
        self.kind = kind  # "file" "link" "folder"
        self.content = content  # of a link: its text
        self.executable = executable

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Entry) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{self.kind}{'*' if self.executable else ''} {self.content!r}" if self.kind != "folder" else "folder"


@dataclass
class State:
    """Everything that a build from nothing would see."""

    files: dict[str, bytes] = field(default_factory=dict)  # sources by path; no redunfile, no helpers
    executable: set[str] = field(default_factory=set)  # those of `files` that the owner may run
    rules: dict[str, int] = field(default_factory=dict)  # features that are on -> variant of their commands
    order: int = 0  # seed of the order, the names and the looks of the rules
    helper: int = 0  # variant of the Python functions
    looks: int = 0  # variant of their comments
    environment: dict[str, str] = field(default_factory=dict)
    defines: dict[str, str] = field(default_factory=dict)

    def copy(self) -> State:
        """A copy that shares nothing."""
        return deepcopy(self)

    def stems(self) -> list[str]:
        """The stems of src/*.txt in bytewise order, as glob lists them."""
        paths = [path for path in self.files if path.startswith("src/") and path.endswith(".txt")]
        return [path[4:-4] for path in sorted(paths, key=os.fsencode)]

    def read(self, made: Made, path: str) -> bytes:
        """The content of a source or of something made; raises Refused or Broken when there is none."""
        if path in made.entries:
            return made.entries[path].content
        if path in made.broken:
            raise Broken(path)
        if path not in self.files:
            raise Refused(path)
        return self.files[path]


class Made:
    """What a build must leave behind, in the order in which it can be made."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.broken: set[str] = set()  # paths whose command fails, or rests on one that does
        self.folders: set[str] = set()  # outputs that are folders: nothing else may lie in them
        self.gone: set[str] = set()  # temporary outputs, which must not be left

    def file(self, path: str, content: bytes, executable: bool = False) -> None:
        """A regular file is made."""
        self.entries[path] = Entry("file", content, executable)

    def copy(self, state: State, path: str, source: str, more: bytes = b"") -> None:
        """`cp` makes a file: the mode is that of its source; `more` is written behind it."""
        above = self.entries.get(source)
        executable = source in state.executable if above is None else above.executable
        self.file(path, state.read(self, source) + more, executable)


def seen(path: Path) -> Entry | None:
    """What lies at a path, links not followed; None when there is nothing."""
    if path.is_symlink():
        return Entry("link", os.fsencode(os.readlink(path)))
    if path.is_dir():
        return Entry("folder")
    if not path.exists():
        return None
    return Entry("file", path.read_bytes(), bool(path.stat().st_mode & 0o100))


def first_state(random: Random) -> State:
    """A project to begin with."""
    from tests.world.rules import FEATURES

    state = State(order=random.randrange(1 << 30), helper=random.randrange(3))
    state.files = {
        "src/hdr.src": b"generated 0\n",
        "inc/p.h": b"p 0\n",
        "inc/q.h": b"q 0\n",
        "conf/list": b"src/a.txt\nbuild/a.up\n",
        "conf/rate": b"1\n",
        "build/given.up": b"given\n",
        "tools/t.sh": b"#!/bin/sh\necho tool 0\n",
        "tools/inc.sh": INCLUDER,
        "src/one.i": b"@include inc/p.h\nbody one\n@include gen/hdr.h\n",
        "src/two.i": b"@include inc/q.h\nbody two\n",
        "src/c.c": b'#include "p.h"\nbody_c\n',
    }
    for stem in ("a", "b", random.choice(ODD_STEMS)):
        state.files[f"src/{stem}.txt"] = f"text of {stem}\n".encode("utf-8", "surrogateescape")
    state.rules = {name: random.randrange(9) for name in FEATURES if random.random() < feature_share(name)}
    return state


def feature_share(name: str) -> float:
    """The share of the projects that begin with a feature; a rule with `always` keeps the fast lane out of it all."""
    return 0.05 if name == "always" else 0.2


ODD_STEMS = ("c d", "e'f", "ü", "g$h", 'i"j', "k;l", "-m", "n\nl", "o*p", "q{r}", "\udcff", "s\\t", "~u", "#v")

INCLUDER = rb"""# inc.sh SOURCE OUTPUT DEPFILE: include files and tell which
set -e
: > "$2"
printf '%s:' "$2" > "$3"
while IFS= read -r line; do
  case $line in
    "@include "*)
      printf ' %s' "${line#@include }" >> "$3"
      cat "${line#@include }" >> "$2" ;;
    *) printf '%s\n' "$line" >> "$2" ;;
  esac
done < "$1"
printf '\n' >> "$3"
"""
