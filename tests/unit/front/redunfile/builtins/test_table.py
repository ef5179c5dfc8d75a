"""The table of built-in names, and what is written from it.

UPDATE_GOLDEN=1 writes redo_py/build.py and the reference in grammar/README.md anew.
"""

from __future__ import annotations

import ast
import inspect
import os
from pathlib import Path

import pytest

from redo_py.front.redunfile.builtins.stubs import build_module, reference
from redo_py.front.redunfile.builtins.table import TABLE

ROOT = Path(__file__).resolve().parents[5]
BUILD = ROOT / "redo_py/build.py"
README = ROOT / "grammar/README.md"
BEGIN, END = "<!-- built-in names: written by stubs.py -->\n", "<!-- end of built-in names -->\n"
IS_UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"
STUBBED = [name for name, builtin in TABLE.items() if builtin.stub]


def test_the_module_for_editors_is_up_to_date():
    if IS_UPDATE:
        BUILD.write_text(build_module(), encoding="utf-8")
    assert BUILD.read_text(encoding="utf-8") == build_module()


def test_the_reference_is_up_to_date():
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    written, _, after = rest.partition(END)
    if IS_UPDATE:
        README.write_text(f"{before}{BEGIN}\n{reference()}\n{END}{after}", encoding="utf-8")
        written = f"\n{reference()}\n"
    assert written == f"\n{reference()}\n"


@pytest.mark.parametrize("name", STUBBED)
def test_a_signature_for_editors_is_that_of_the_function(name: str):
    builtin = TABLE[name]
    stub = ast.parse(f"def {name}{builtin.stub}: ...").body[0]
    assert isinstance(stub, ast.FunctionDef)
    real = list(inspect.signature(builtin.function).parameters.values())[2:]
    stars = [stub.args.vararg.arg] if stub.args.vararg else []
    assert stars == [each.name for each in real if each.kind == each.VAR_POSITIONAL]
    told = [each.arg for each in (*stub.args.args, *stub.args.kwonlyargs)]
    assert told == [each.name for each in real if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
    assert bool(stub.args.kwarg) == any(each.kind == each.VAR_KEYWORD for each in real)


def test_what_has_no_stub_is_python_s():
    import builtins

    assert all(hasattr(builtins, name) for name in TABLE if name not in STUBBED)


@pytest.mark.parametrize("name", TABLE)
def test_every_name_is_described(name: str):
    assert TABLE[name].doc.partition("\n")[0].endswith(".")
    assert TABLE[name].phase in ("load", "plan", "both")
