"""What `script` turns into, and what comes back."""

from __future__ import annotations

import pickle

import pytest

from redo_py import Dir, File, FileSet, IFile, ScriptError, StagingDir, StagingFile, script
from redo_py.executors.api import CommandStep, JobSpec
from redo_py.executors.failures import exit_failure, job_failure, script_failure
from redo_py.ground.errors import RunError
from redo_py.ir.expression import ValueExpression
from redo_py.tasks.scripts import interpreter_of, prepared, returned_script, script_result


def test_a_text_loses_its_indentation():
    call = script(
        """
        if true; then
            echo a
        fi
        """
    )
    assert call.args == ("if true; then\n    echo a\nfi",)
    assert call.task_name == "redun.script"
    assert prepared(["echo", "a b", 3]) == "echo 'a b' 3"
    with pytest.raises(TypeError, match="a script is a text or a list of words, not 3"):
        script(3)


def test_the_first_line_names_the_interpreter():
    assert interpreter_of("#!/usr/bin/env python3 -u\nprint()") == "/usr/bin/env python3 -u"
    assert interpreter_of("echo '#!'") == ""


def test_outputs_are_told_apart_from_inputs():
    outputs = {
        "a": File("a"),
        "b": [Dir("b"), File("-")],
        "c": StagingFile("x", "s3://b/c"),
        "d": FileSet("*.d"),
        "n": 1,
    }
    call = script("true", outputs=outputs)
    assert repr(call.kwargs["outputs"]) == "{'a': a, 'b': [b, -], 'c': x -> s3://b/c, 'd': glob://*.d, 'n': 1}"
    assert script_result(call.kwargs["outputs"], b"said", text=True) == {
        "a": File("a"),
        "b": [Dir("b"), "said"],
        "c": File("s3://b/c"),
        "d": FileSet("*.d"),
        "n": 1,
    }
    lasting = script("true", outputs=StagingFile("y", IFile("out"))).kwargs["outputs"]
    assert script_result(lasting, None, text=False) == IFile("out")
    staged = script("true", outputs=StagingDir("y", "out")).kwargs["outputs"]
    assert script_result(staged, None, text=False) == Dir("out")
    assert script_result(script("true").kwargs["outputs"], b"\xff", text=False) == b"\xff"


def test_late_outputs_are_told_apart_later():
    call = script(ValueExpression("true"), outputs=[ValueExpression(File("a"))])
    assert call.task_name == "redun.script_later"


def test_options_are_those_of_tasks():
    assert script("true", timeout="2m", retries=1).options["timeout"] == 120
    with pytest.raises(TypeError, match="timeout"):
        script("true", timeout="soon")


def test_what_a_script_task_returns():
    call = returned_script("cat a", {"file": File("a")})
    assert call.kwargs["inputs"] == {"file": File("a")}
    call = returned_script(("cp a b", File("b")), {})
    assert repr(call.kwargs["outputs"]) == "b"
    with pytest.raises(RunError) as caught:
        returned_script(42, {})
    assert str(caught.value) == ("redun: the command of `script` is 42\n  hint: it takes a text, or a list of words")


def spec() -> JobSpec:
    return JobSpec(1, "redun.script", [CommandStep("false")], {}, script=True)


def test_the_error_of_a_script_has_what_it_said():
    error = script_failure(exit_failure(spec(), CommandStep("false"), 3 << 8, {}), b"one\nlast words\n")
    assert isinstance(error, ScriptError)
    assert (error.stderr, error.message) == (b"one\nlast words\n", "last words")
    assert str(error) == (
        "redun: redun.script: the command ended with exit status 3\n  command  false\n  stderr   last words"
    )
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.stderr) == (str(error), error.stderr)


def test_other_failures_stay_what_they_are():
    error = job_failure("job-cancelled", spec())
    assert script_failure(error, b"said") is error


def test_an_error_made_by_hand():
    error = ScriptError("no\nroom left")
    assert error.stderr == b"no\nroom left"
    assert str(error) == "redun: the script failed: room left"
    assert ScriptError().message == ""
