"""What loading and planning ask of the world; app answers, tests answer from a dict."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from typing import Any, Protocol

    from redo_py.front.redunfile.grammar.syntax import Module
    from redo_py.ground.spans import Span

    class ParameterKind(Protocol):
        """One parameter, in the order of the signature."""

        @property
        def name(self) -> str: ...
        @property
        def kind(self) -> str:
            """ "positional", "normal", "keyword", "*" or "**"."""

        @property
        def has_default(self) -> bool: ...

    class FunctionKind(Protocol):
        """What the syntax tree of a module tells about one of its functions."""

        @property
        def kind(self) -> str:
            """ "task" for a decorated one, "function" for a plain one, anything else for what is no function."""

        @property
        def parameters(self) -> Sequence[ParameterKind]: ...

    class TaskKind(Protocol):
        """A task of this process."""

        @property
        def fullname(self) -> str: ...

    class Host(Protocol):
        """The windows of a redunfile. Paths are relative to the project's root."""

        @property
        def overrides(self) -> Mapping[str, str]:
            """What -D gave: name -> text."""

        @property
        def system(self) -> str:
            """Operating system and machine: part of the key of commands."""

        @property
        def tools(self) -> str:
            """The setting `[build] tools`: "digest", "path" or "ignore"."""

        @property
        def passed(self) -> Mapping[str, str]:
            """What `[build] pass_env` names, as far as it is set: every command gets it, and it is in its key."""

        def env(self, name: str) -> str | None:
            """The environment variable, None if it is not set."""

        def glob(self, pattern: str, exclude: Sequence[str]) -> list[str]:
            """The existing files that match, sorted bytewise; dot files only if `pattern` names the dot."""

        def is_file(self, path: str) -> bool:
            """Is there a regular file at `path`?"""

        def real_folder(self, folder: str) -> str:
            """The folder that `folder` is when links are followed; absolute if that is outside of the project."""

        def oddity(self, path: str) -> str:
            """What lies at `path` if it is neither a file nor a folder: "a named pipe", "a socket" ...; else ""."""

        def redunfile(self, file: str) -> tuple[Module, str]:
            """The syntax tree and the text of another redunfile; raises OSError, and ErrorList for what is wrong."""

        def embedded(self, module: str) -> tuple[Module, str, str] | None:
            """(syntax tree of what is redun's in a Python module, its text, its file); None if it has no rules. Raises
            UsageError, and ErrorList for what is wrong in it."""

        def border(self, folder: str) -> str:
            """What makes `folder`, or one above it below the root, a project of its own: the path of a `.git`, or of a
            redun.toml that says `root = true`; "" if nothing does."""

        @property
        def limits(self) -> Mapping[str, int]:
            """The places of the pools that the settings name."""

        @property
        def executors(self) -> Sequence[str]:
            """The names of the executors that are configured."""

        def executor_options(self, name: str) -> Collection[str]:
            """The options that jobs may give the executor `name` of the settings; none for one of this machine, and for
            one that cannot be made."""

        def read_text(self, path: str) -> str:
            """The text of a source file; raises OSError."""

        def setting(self, name: str) -> Any:
            """`name` of `[config]` in redun.toml, None if it is not there."""

        def setting_place(self, name: str) -> tuple[Span, str]:
            """Where a settings file has the `name` of `[config]` that `setting` gives, and the text of that line."""

        def strange_settings(self, known: Callable[[str], bool]) -> Sequence[tuple[str, Span, str]]:
            """What the files of the project have in `[config]`, profiles included, and `known` does not know: (name,
            where it stands, the text of that line)."""

        def constant(self, module: str, name: str, span: Span) -> Any:
            """The literal that `name` of `module` is bound to; raises UsageError if it is anything else."""

        def function_kind(self, module: str, name: str, span: Span) -> FunctionKind | None:
            """What kind of function `name` of `module` is, without importing it; None if it is none."""

        def task(self, module: str, name: str, options: Mapping[str, Any], span: Span) -> TaskKind:
            """The task for `name` of `module`, imported now; a plain function is wrapped with `options`."""
