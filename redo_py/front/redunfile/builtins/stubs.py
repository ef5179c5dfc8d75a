"""`redo_py/build.py` and the reference of the built-in names, both written from the table."""

from __future__ import annotations

from redo_py.front.redunfile.builtins.table import TABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.front.redunfile.evaluation.callables import Builtin

_HEAD = '''\
"""The built-in names of redunfiles, for rules in Python modules, and for editors.

Generated: front/redunfile/builtins/stubs.py. A redunfile knows these names without importing them, and is read, never
executed. Rules in a module are read in the same way; what the names do when Python runs the module is in
front/embedded/answers.py.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.values.file import File

    Texts = str | Sequence[str]


def _answered(name: str, given: dict[str, Any]) -> Any:
    from redo_py.config.environment import environment
    from redo_py.front.embedded.answers import answer

    return answer(name, given, environment)
'''
_PHASES = {"load": "At the top level.", "plan": "In bodies.", "both": "Everywhere."}


def build_module() -> str:
    """The text of redo_py/build.py: everything that Python itself does not have."""
    return _HEAD + "".join(_stub(builtin) for builtin in TABLE.values() if builtin.stub)


def _stub(builtin: Builtin) -> str:
    stub = builtin.stub.replace("''", '""')
    signature = f"def {builtin.name}{stub}:"
    if len(signature) > 120:
        inside, _, result = stub[1:].rpartition(") -> ")
        parameters = "".join(f"    {part},\n" for part in inside.split(", "))
        signature = f"def {builtin.name}(\n{parameters}) -> {result}:"
    lines = builtin.doc.split("\n")
    doc = "\n".join([lines[0], *(f"    {line}" if line else "" for line in lines[1:])])
    close = '"""' if len(lines) == 1 else '\n    """'
    return f'\n\n{signature}\n    """{doc}{close}\n{_body(builtin.name, stub.rpartition(" -> ")[2])}'


def _body(name: str, result: str) -> str:
    """The lines that hand a call on."""
    call = f'_answered("{name}", locals())'
    if result == "None":
        return f"    {call}\n"
    return f"    return {call}\n" if result == "Any" else f"    answer: {result} = {call}\n    return answer\n"


def reference() -> str:
    """The reference of every built-in name, in Markdown, in the order of the table."""
    own = [builtin for builtin in TABLE.values() if builtin.stub]
    shared = [builtin for builtin in TABLE.values() if not builtin.stub]
    sections = [
        f"### `{builtin.name}{_plain(builtin.stub)}`\n\n{builtin.doc}\n\n*{_PHASES[builtin.phase]}*\n"
        for builtin in own
    ]
    listed = "".join(f"- `{builtin.name}`: {builtin.doc}\n" for builtin in shared)
    return "\n".join([*sections, f"### As in Python\n\n{listed}"])


def _plain(stub: str) -> str:
    """A signature without types."""
    parameters = stub[1:].rpartition(") -> ")[0].split(", ")
    plain = []
    for parameter in parameters:
        name, default = parameter.partition(": ")[0], parameter.partition(" = ")[2]
        plain.append(f"{name}={default}" if default else name)
    return f"({', '.join(plain)})"
