"""What a command line asks for. Made by the fast lane and by typer alike; a test compares the two."""

from __future__ import annotations

import sys

from redo_py import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class Request:
    """`redun build ...`, parsed."""

    __slots__ = (
        "arguments", "defines", "directory", "dry", "explain", "file", "force", "force_all", "jobs", "keep_failed",
        "max_failures", "print_ir", "quiet", "targets", "verbose",
    )  # fmt: skip

    def __init__(
        self,
        targets: Sequence[str] = (),
        jobs: int | None = None,
        max_failures: int | None = 1,
        dry: bool = False,
        force_all: bool = False,
        force: Sequence[str] = (),
        defines: Sequence[str] = (),
        directory: str = "",
        file: str = "",
        explain: bool = False,
        quiet: bool = False,
        verbose: bool = False,
        keep_failed: bool = False,
        print_ir: bool = False,
        arguments: Sequence[str] = (),
    ) -> None:
        self.targets = tuple(targets)
        self.jobs = jobs  # -j; None: as the settings say
        self.max_failures = max_failures  # None: -k, never stop for a failure
        self.dry = dry  # -n
        self.force_all = force_all  # -B
        self.force = tuple(force)  # --force: patterns of outputs and names that run whatever is known
        self.defines = tuple(defines)  # -D: NAME=VALUE
        self.directory = directory  # -C
        self.file = file  # -f
        self.explain = explain
        self.quiet = quiet  # -q
        self.verbose = verbose  # -v
        self.keep_failed = keep_failed
        self.print_ir = print_ir
        self.arguments = tuple(arguments)  # what follows the name of an action: its own options

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Request) and self.as_tuple() == other.as_tuple()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Request{self.as_tuple()}"

    def as_tuple(self) -> tuple[Any, ...]:
        """All fields in the order of their names."""
        return tuple(getattr(self, name) for name in self.__slots__)

    @property
    def may_be_answered(self) -> bool:
        """Whether a snapshot may answer: nothing is asked but to be up to date."""
        return not (self.dry or self.force_all or self.force or self.explain or self.print_ir or self.arguments)


def snapshot_key(request: Request, root: str, here: str, versions: str) -> str:
    """The name of the snapshot that answers `request` made in the folder `here` below `root`."""
    given = dict(text.partition("=")[::2] for text in request.defines)  # the last one counts
    return repr((sorted(set(request.targets)), sorted(given.items()), request.file, root, here, versions))


def versions() -> str:
    """Whatever makes old snapshots meaningless when it changes."""
    return f"{__version__} {sys.version}"


def defines(texts: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE` texts as a dict; raises UsageError for one that is none."""
    parsed: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            from redo_py.ground.errors import UsageError

            raise UsageError("bad-define", text=text)
        parsed[name] = value
    return parsed
