"""What the body of one rule, action or check says when planning runs it: steps, needs, environment, tools."""

from __future__ import annotations

from redo_py.front.redunfile.commands.holes import Noticed
from redo_py.front.redunfile.commands.shapes import SPLIT, is_written_to, parts_of
from redo_py.front.redunfile.evaluation.callables import PendingCall
from redo_py.front.redunfile.names.paths import joined, relative
from redo_py.ground.shell import BUILTINS
from redo_py.ir.commands import quote
from redo_py.ir.expression import Expression, SimpleExpression
from redo_py.tasks.declaration.environments import split
from redo_py.values.file import File, PathLike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from redo_py.front.redunfile.evaluation.declared import Recipe
    from redo_py.front.redunfile.evaluation.texts import ArgumentsFile
    from redo_py.front.redunfile.grammar.syntax import Node
    from redo_py.front.redunfile.instances.instance import Instance
    from redo_py.front.redunfile.instances.plans import Plan
    from redo_py.ground.spans import Span


class Step:
    """One command."""

    __slots__ = ("cwd", "env", "is_posix", "parts", "shell", "span", "stdin")

    def __init__(
        self,
        parts: list[Any],
        cwd: str,
        shell: str,
        stdin: str,
        env: Mapping[str, Any],
        is_posix: bool,
        span: Span | None = None,
    ) -> None:
        self.parts = parts  # see holes
        self.cwd = cwd
        self.shell = shell
        self.stdin = stdin
        self.env = env
        self.is_posix = is_posix
        self.span = span

    def names(self, variable: str) -> bool:
        """Whether the literal text of the command has the word `variable` in it."""
        return any(has_word(part, variable) for part in self.parts if type(part) is str)

    def text(self, exports: Mapping[str, Any]) -> Any:
        """The effective text with `exports` set in it: a str, or an expression if something in it is lazy."""
        parts = [*_exporting(exports), *self.parts] if exports else self.parts
        for part in parts:
            if type(part) is not str:
                return SimpleExpression("render", (tuple(parts),), self.span)
        return "".join(parts)


def has_word(text: str, word: str) -> bool:
    """Whether `word` stands in `text` with no letter, digit or underscore beside it."""
    at = text.find(word)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
        if not (before.isalnum() or before == "_" or after.isalnum() or after == "_"):
            return True
        at = text.find(word, at + 1)
    return False


def _exporting(exports: Mapping[str, Any]) -> list[Any]:
    parts: list[Any] = []
    for name, value in exports.items():
        if isinstance(value, str):
            parts.append(f"export {name}={quote(value)}\n")
        else:
            parts += [(f"export {name}=", value, ""), "\n"]
    return parts


_FOLDER_OPTIONS = ("-I", "-L", "-isystem", "-iquote", "-B")  # of compilers, with the folder in the same word
_OURSELVES = ("redun", "redo-py")  # the names of our command
NAMED = "named in the command"
_NO_EXPORTS: Mapping[str, Any] = {}


class Body(Noticed):
    """Filled while the body runs, read when its expression is made."""

    __slots__ = (
        "absent", "after", "call", "checks", "cwd", "depfile", "inputs", "instance", "needs", "node",
        "offered", "planner", "prelude", "shell", "steps", "tools", "variables",
    )  # fmt: skip

    def __init__(self, planner: Plan, instance: Instance, shell: str) -> None:
        self.planner = planner
        self.instance = instance
        self.shell = shell  # of the steps that name none
        self.node: Any = None  # the `sh` or `need` being evaluated, for the places of dependencies
        self.cwd = ""  # the folder of the step being evaluated
        self.prelude: list[str] = []  # commands that the step being evaluated begins with
        self.steps: list[Step] = []
        self.variables: dict[str, None] = {}  # environment variables that the body reads by `env()`
        self.call: PendingCall | None = None  # the task call that the body returned
        self.inputs: dict[Any, Any] = {}  # path -> path, or id -> lazy value; in order of first appearance
        self.needs: dict[str, tuple[Node, bool, str]] = {}  # path -> (place, missing_ok, how it came about)
        self.absent: dict[str, None] = {}  # paths that literal words would name, and that nothing makes
        self.offered: dict[str, None] = {}  # sources that values of variables name, there or not: read, or written over
        self.after: dict[str, Node] = {}  # paths of order-only needs
        self.checks: list[Instance] = []  # that must succeed before
        self.tools: dict[tuple[str, int], None] = {}  # (first word of a command, which step it is in)
        self.depfile = ""

    # ---- dependencies

    def add(self, path: str, missing_ok: bool = False, how: str = "") -> None:
        """The content of `path` is an input."""
        known = self.needs.get(path)
        if known is None or (known[1] and not missing_ok):
            self.needs[path] = (self.node, missing_ok, how)
        self.inputs[path] = path

    def add_environment(self, options: Mapping[str, Any]) -> None:
        """What the environment is made of that `options` ask for is an input."""
        if "env" in options:
            self.node = None
            self.add(split(options["env"])[1])

    def mention(self, path: str) -> None:
        """`path` stands in a command: its content is an input, and whether it may be missing is for `need` to say."""
        if path not in self.needs:
            self.add(path)

    def only_looks(self, path: str, node: Node) -> None:
        """`node`, the argument of a window, is why `path` is needed: what the window shows of it is the input then, not
        all that it holds. A `path` that is needed for another reason stays an input."""
        known = self.needs.get(path)
        if known is not None and known[0] is node:
            del self.needs[path], self.inputs[path]

    def add_lazy(self, value: Expression) -> None:
        """What `value` will be is an input, if it is a file."""
        self.inputs[id(value)] = value

    def order(self, path: str) -> None:
        """`path` must be there before, whatever it holds."""
        self.after.setdefault(path, self.node)

    def order_check(self, recipe: Recipe) -> None:
        """The check `recipe` must succeed before."""
        self.checks.append(self.planner.target(recipe, {}))

    # ---- what Filler notices

    def word(self, text: str, role: str, folder: str) -> None:
        if role == "other" or role == "output" or role == "assignment":
            return
        if "//" in text:
            self._refuse_from_root(text)
        if role == "command":
            if "/" not in text:
                self.add_tool(text)
                return
            if not self._add_named(text, folder):
                self.add_tool(text)
        elif not text.startswith("-"):
            self._add_named(text, folder)

    def filled(self, text: str, role: str, folder: str) -> None:
        if "//" in text:
            self._refuse_from_root(text)
        if role == "command" and ("/" not in text or not self._add_filled(text, folder)):
            self.add_tool(text)
        elif role in SPLIT:
            if role != "assignment" and text[:1] != "-":
                self._add_filled(text, folder)
            for part in parts_of(text):
                self._add_filled(part, folder, is_part=True)

    def _refuse_from_root(self, text: str) -> None:
        """Raise UsageError for a word that is a path from the root as the language writes it, `//tools/gen.py`, and
        not for redun itself, which knows those."""
        if any((name, len(self.steps)) in self.tools for name in _OURSELVES):
            return
        option, _, path = text.partition("//")
        is_file = bool(path) and (self.planner.reads.is_file(path) or self.planner.producer(path) is not None)
        if not option and is_file:
            hint = f'write {{need("{text}")}} in its place'
        elif option in _FOLDER_OPTIONS and path:
            seen = relative(path, self.cwd)
            hint = f'write `{option}{seen}`, as it is seen from here, or `cwd="//"` and `{option}{path}`'
        else:
            return
        raise self.planner.redunfile.error("root-path", self.planner.machine.span(self.node), text=text, hint=hint)

    def _add_named(self, text: str, folder: str) -> bool:
        """Add the file that a literal word names in `folder`, if it names one; an output of this body is none."""
        path = joined(folder, text)
        if self.planner.reads.is_made_up(path):
            return False
        return self._take(path, self.planner.names_file(path, self.instance))

    def _add_filled(self, text: str, folder: str, is_part: bool = False) -> bool:
        """The same for a word that is filled."""
        path = joined(folder, text)
        if self.planner.reads.is_made_up(path):
            return False
        return self._take(path, self.planner.text_names_file(path, text, self.instance, is_part))

    def set_depfile(self, path: str) -> None:
        """`path` is where the command says what it read: no input, though words name it and it may lie there."""
        self.depfile = path
        if path in self.needs and self.needs[path][2] == NAMED:
            del self.needs[path], self.inputs[path]

    def _take(self, path: str, is_named: bool | None) -> bool:
        if path == self.depfile:
            return False
        if is_named:
            self.add(path, how=NAMED)
        elif is_named is None:
            self.absent[path] = None
        return bool(is_named)

    def words(self) -> dict[str, tuple[str, ...]]:
        """What the engine has to know of words, see tasks.options: `absent_words`, `named_words` and `offered`."""
        absent = tuple([path for path in self.absent if path not in self.needs and path != self.depfile])
        named = tuple([path for path, (_, _, how) in self.needs.items() if how == NAMED])
        offered = tuple([path for path in self.offered if path not in self.needs and path != self.depfile])
        options = {"absent_words": absent, "named_words": named, "offered": offered}
        return {name: paths for name, paths in options.items() if paths}

    def path(self, value: PathLike, role: str) -> None:
        if isinstance(value, File) and role != "output":
            self.mention(value.path)

    def lazy(self, value: Expression) -> None:
        self.add_lazy(value)

    def arguments_file(self, value: ArgumentsFile, script: str) -> None:
        self.prelude.append(script)
        for word in value.words:
            if isinstance(word, File):
                self.mention(word.path)
            elif isinstance(word, str):
                self.filled(word, "argument", self.cwd)

    def variable(self, name: str, value: str, parts: Sequence[Any]) -> None:
        """`value` is what the environment variable `name` says to the command of `parts`, and holds no file. Programs
        take names of caches and logs from variables: only when the command has ended is it known whether a source that
        one names was read, or missed. What a rule makes is an input."""
        if not is_written_to("".join([part for part in parts if type(part) is str]), name):
            for text in (value, *parts_of(value)):
                self._add_offered(text, is_part=text is not value)

    def _add_offered(self, text: str, is_part: bool) -> None:
        path = joined(self.cwd, text)
        if text[:1] == "-" or self.planner.reads.is_made_up(path):
            return
        is_named = self.planner.text_names_file(path, text, self.instance, is_part)
        if is_named and self.planner.producer(path) is not None:
            self.add(path, how=NAMED)
        elif is_named or (is_named is None and "://" not in text and any(map(str.isalpha, text))):
            self.offered[path] = None

    def add_tool(self, name: str) -> None:
        """The executable `name`, in the step being evaluated, is part of the key."""
        if name and name not in BUILTINS:
            self.tools[name, len(self.steps)] = None

    # ---- results

    def environment(self) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
        """(what is set for the whole job, what each step sets in its own text).

        Only what all steps agree on is set for the job, and what steps of other interpreters need, which cannot set
        anything in their text. Raises UsageError if two of these disagree.
        """
        environments = [step.env for step in self.steps]
        if len(environments) == 1:
            return environments[0], [_NO_EXPORTS]
        if not environments or all(_same(environments[0], each) for each in environments[1:]):
            return (environments[0] if environments else {}), [_NO_EXPORTS] * len(environments)
        common: dict[str, Any] = {}
        for step in self.steps:
            for name, value in () if step.is_posix else step.env.items():
                if not _same({name: common.setdefault(name, value)}, {name: value}):
                    raise self.planner.redunfile.error("foreign-env", self.instance.span, name=name)
        return common, [step.env if step.is_posix else _NO_EXPORTS for step in self.steps]


def _same(left: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
    """Are two environments equal? Lazy values are compared by identity."""
    if left.keys() != right.keys():
        return False
    return all(
        left[name] is right[name] or (isinstance(left[name], str) and left[name] == right[name]) for name in left
    )
