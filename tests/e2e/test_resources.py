"""Processors, memory, GPUs and pools through the real command."""

from __future__ import annotations

import pytest

from tests.e2e.project import Project

ALONE = "mkdir busy; sleep 0.1; rmdir busy; touch {out}"  # fails when two of these run together


def trainer(options: str, names: str = "012") -> str:
    """A rule of three outputs, of which no two may be made at once."""
    outputs = [f"{n}.out" for n in names]
    return f'@rule("{{n}}.out", {options})\ndef o(out, n):\n    sh(f"{ALONE}")\n\n\ndefault({outputs})\n'


@pytest.mark.parametrize(
    ("options", "settings"),
    [
        ("cpus=2", ""),
        ("vcpus=99", ""),
        ('memory="600M"', '[build]\nmemory = "1G"\n'),
        ("memory=600", "[build]\nmemory = 1\n"),
        ("gpus=1", "[build]\ngpus = 1\n"),
        ('limits={"net": 3}', "[limits]\nnet = 4\n"),
        ('pool="net"', "[limits]\nnet = 1\n"),
    ],
)
def test_what_does_not_fit_together_does_not_run_together(project: Project, options: str, settings: str):
    project.write("redun.toml", settings)
    project.rules(trainer(options))
    assert len(project.build("-j3").made) == 3


def test_the_settings_say_more_than_the_redunfile(project: Project):
    project.write("redun.toml", "[limits]\nnet = 1\n")
    project.rules('pool("net", 8)\n\n\n' + trainer('pool="net"'))
    assert len(project.build("-j3").made) == 3


def test_a_job_with_more_memory_than_there_is_says_so_and_runs(project: Project):
    project.write("redun.toml", '[build]\nmemory = "1G"\n')
    project.rules(trainer('memory="2G"'))
    outcome = project.build("-j3")
    assert len(outcome.made) == 3
    assert outcome.output.count("needs more memory (2.0 GiB) than there is (1.0 GiB): it runs alone") == 1


def test_commands_are_told_what_they_got_and_it_is_in_no_key(project: Project):
    project.write("redun.toml", '[build]\ngpus = [4, "GPU-x"]\n')
    text = (
        '@rule("out", cpus={}, gpus={})\ndef o(out):\n'
        '    sh(f"echo -j{{cpus}} {{gpus}} $N $CUDA_VISIBLE_DEVICES > {{out}}", N=cpus)\n'
    )
    project.rules(text.format(3, 1))
    project.build("-j8")
    assert project.read("out") == "-j3 1 3 4\n"
    project.rules(text.format(5, 2))
    assert project.build("-j2").made == []
    assert project.read("out") == "-j3 1 3 4\n"
    project.build("-j4", "-B")
    assert project.read("out") == "-j4 2 4 4,GPU-x\n"
    assert "{cpus}" in project.run("why", "out").output


def test_a_function_and_its_commands(project: Project):
    project.write("redun.toml", "[build]\ngpus = 1\n")
    project.write(
        "learning.py",
        "from redo_py import task\n\n\n@task(vcpus=2, memory='1G', gpus=1)\n"
        "def total(path, out):\n    open(out, 'w').write(open(path).read() * 2)\n",
    )
    project.rules(
        'from learning import total\n\n\n@rule("out", words="words.txt")\ndef o(out):\n'
        '    sh(f"echo {cpus} $CUDA_VISIBLE_DEVICES > {out.words}")\n    return total(out.words, out[0])\n'
    )
    project.build("-j4")
    assert project.read("out") == "2 0\n2 0\n"


@pytest.mark.parametrize("form", ["rule", "task"])
def test_too_few_gpus_are_an_error_before_anything_runs(project: Project, form: str):
    project.write("learning.py", "def train(model, out):\n    open(out, 'w').write('x')\n")
    bodies = {
        "rule": "    sh(f\"cp {need('prepared')} {out}\")\n",
        "task": "    return task(train, gpus=2)(need('prepared'), out)\n",
    }
    options = ", gpus=2" if form == "rule" else ""
    project.rules(
        "from learning import train\n\n\n"
        f'@rule("model"{options})\ndef model(out):\n{bodies[form]}\n\n'
        '@rule("prepared")\ndef prepared(out):\n    sh(f"touch {out}")\n'
    )
    outcome = project.build("model", status=2, environment={"CUDA_VISIBLE_DEVICES": "3"})
    assert ": model asks for gpus=2, and this machine has 1\n" in outcome.errors
    assert outcome.errors.startswith("redunfile.py:")
    assert project.files() == ["learning.py", "redunfile.py"]
    project.build("prepared", environment={"CUDA_VISIBLE_DEVICES": ""})
    assert project.build("model", environment={"CUDA_VISIBLE_DEVICES": "0,1"}).status == 0
    project.remove("model")
    assert project.build("model", environment={"CUDA_VISIBLE_DEVICES": ""}).restored == ["model"]


def test_a_version_runs_again(project: Project):
    project.rules('@rule("out", version="1")\ndef o(out):\n    sh(f"date +%N > {out}")\n')
    assert project.build().made == ["out"]
    assert project.build("-v").made == []
    project.rules('@rule("out", version="2")\ndef o(out):\n    sh(f"date +%N > {out}")\n')
    outcome = project.build("--explain")
    assert outcome.made == ["out"]
    assert "its option `version` changed" in outcome.output


def test_cache_false_is_always(project: Project):
    project.rules('@rule("out", cache=False)\ndef o(out):\n    sh(f"echo x > {out}")\n')
    assert project.build().made == project.build().made == ["out"]


def test_an_unbound_limit_is_an_error_at_its_rule(project: Project):
    project.rules(trainer('limits=["nett"]'))
    project.write("redun.toml", "[limits]\nnet = 1\n")
    outcome = project.build(status=2)
    assert "there is no pool `nett`" in outcome.errors
    assert "did you mean `net`?" in outcome.errors


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ('[build]\nmemory = "lots"\n', 'build.memory must be a text like "16G" or "512M", or a number of gigabytes'),
        ("[build]\nmemory = 0\n", 'build.memory must be a text like "16G" or "512M", or a number of gigabytes'),
        ("[build]\ngpus = -1\n", "build.gpus must be a number of GPUs, or a list of their names"),
        ('[build]\ngpus = ["a,b"]\n', "build.gpus must be a number of GPUs, or a list of their names"),
        ('[build]\njobserver = "on"\n', 'build.jobserver must be "auto", "always" or "never"'),
        ("[limits]\nnet = 0\n", "limits.net must be at least 1"),
        ('[limits]\nnet = "4"\n', "limits.net must be a whole number"),
    ],
)
def test_wrong_settings(project: Project, settings: str, wanted: str):
    project.write("redun.toml", settings)
    project.rules(trainer("cpus=1"))
    outcome = project.build(status=2)
    assert f"redun.toml:2:{settings.splitlines()[1].index('=') + 3}: {wanted}\n" in outcome.errors
