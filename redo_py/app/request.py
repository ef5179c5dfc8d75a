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
        "arguments", "check", "defines", "directory", "dry", "events", "explain", "file", "force", "force_all", "jobs",
        "junit", "keep_failed", "max_failures", "print_ir", "profile", "quiet", "targets", "trace", "verbose",
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
        profile: str = "",
        check: bool = False,
        events: str = "",
        trace: str = "",
        junit: str = "",
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
        self.check = check  # --check: as -n, and the exit status tells whether anything would run
        self.events = events  # --events: a file, "-" for standard output, "" for none; so are the next two
        self.trace = trace
        self.junit = junit
        self.profile = profile  # --profile; "": the one of the environment, if any

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
        asks_more = self.dry or self.force_all or self.force or self.explain or self.print_ir or self.arguments
        return not (asks_more or self.writes_files or self.verbose)

    @property
    def meaning(self) -> list[str]:
        """The words that say what is to be up to date: two builds in which one differs have not the same results."""
        options = [word for text in self.defines for word in ("-D", text)]
        options += ["-f", self.file] if self.file else []
        options += ["--profile", self.profile] if self.profile else []
        return [*options, *self.targets, *self.arguments]

    @property
    def is_rehearsal(self) -> bool:
        """Whether everything is decided, and nothing run or changed."""
        return self.dry or self.check

    @property
    def writes_files(self) -> bool:
        """Whether the build is to be told to other programs."""
        return bool(self.events or self.trace or self.junit)

    @property
    def prints_for_programs(self) -> bool:
        """Whether standard output is for them; what is for people goes to standard error then."""
        return "-" in (self.events, self.trace, self.junit)


def snapshot_key(request: Request, root: str, here: str, versions: str) -> str:
    """The name of the snapshot that answers `request` made in the folder `here` below `root`."""
    given = dict(text.partition("=")[::2] for text in request.defines)  # the last one counts
    question = (sorted(set(request.targets)), sorted(given.items()), request.file, request.profile)
    return repr((*question, root, here, versions))


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
