"""What a `redun run` line asks for, as far as it can be read without knowing the task."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class RunRequest:
    """`redun run ...`. Its fields but the first ones are those that `line.OPTIONS` fill."""

    __slots__ = (
        "argv", "cache", "config", "context", "context_file", "debug", "directory", "doc", "dry", "exclude_users",
        "execution_id", "help", "input", "jobs", "log_level", "max_failures", "options", "plain", "profile", "project",
        "prov", "rerun", "setup", "setup_help", "tags", "user", "words",
    )  # fmt: skip

    def __init__(self, **given: Any) -> None:
        self.argv: tuple[str, ...] = ()  # the whole line behind `redun`, for the record
        self.plain: tuple[str, ...] = ()  # SCRIPT and TASK, as far as they are there; with `rerun` [SCRIPT] and ID
        self.words: tuple[str, ...] = ()  # what follows them: arguments of the task, and options of redun among them
        self.cache = True  # --no-cache
        self.config = ""  # -c: the folder of the state; "": the nearest .redun
        self.context: list[str] = []  # --context: k.a=v
        self.context_file = ""
        self.debug = False  # --pdb
        self.directory = ""  # -C
        self.doc = ""
        self.dry = False  # --dryrun
        self.exclude_users: list[str] = []
        self.execution_id = ""
        self.help = False  # --help behind the task
        self.input = ""  # -i: a pickle of the arguments
        self.jobs: int | None = None  # -j; None: as the settings say
        self.log_level = ""  # "": as the settings say
        self.max_failures: int | None = 1  # None: -k, never stop for a failure
        self.options: list[str] = []  # -o: name=value
        self.profile = ""
        self.project = ""
        self.prov = True  # --no-prov
        self.rerun = False
        self.setup: list[str] = []  # -s: name=value
        self.setup_help = False
        self.tags: list[str] = []  # -t: key=value
        self.user = ""
        for name, value in given.items():
            setattr(self, name, value)

    def __repr__(self) -> str:
        return f"RunRequest({', '.join(self.argv)})"
