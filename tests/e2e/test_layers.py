"""Settings from all places: which of them wins, that a build notices when one changes, and what `redun config` says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.project import Project

RULES = """\
    MODE = config("mode", "none")
    LEVEL = config("level", 1)

    @rule("o.txt")
    def o(out):
        sh(f"echo {MODE} {LEVEL} > {out}")
    """


@pytest.fixture
def configured(project: Project, tmp_path: Path) -> Project:
    """One rule that shows two values, and a home of its own."""
    home = tmp_path / "own home"
    home.mkdir()
    project.environment["HOME"] = str(home)
    project.rules(RULES)
    return project


def user_file(project: Project, text: str) -> Path:
    """Write the user's settings."""
    path = Path(project.environment["HOME"]) / ".config/redun/redun.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def shown(project: Project, *words: str, **rest: object) -> str:
    project.build(*words, **rest)  # type: ignore[arg-type]
    return project.read("o.txt").strip()


def test_who_wins(configured: Project) -> None:
    assert shown(configured) == "none 1"
    user_file(configured, '[config]\nmode = "user"\nlevel = 2\n')
    assert shown(configured) == "user 2"
    configured.write("pyproject.toml", '[tool.redun.config]\nmode = "pyproject"\n')
    assert shown(configured) == "pyproject 2"
    configured.write(
        "redun.toml", '[config]\nmode = "redun"\n[profile.ci.config]\nmode = "ci"\n[profile.b.config]\nlevel = 7\n'
    )
    assert shown(configured) == "redun 2"
    assert shown(configured, "--profile", "ci") == "ci 2"
    assert shown(configured, environment={"REDUN_PROFILE": "b"}) == "redun 7"
    assert shown(configured, "--profile", "ci", environment={"REDUN_PROFILE": "b"}) == "ci 2"
    assert shown(configured, "--profile", "ci", "-D", "mode=line") == "line 2"
    assert shown(configured) == "redun 2"


def test_a_profile_of_a_lower_file_wins_over_the_plain_settings_of_a_higher_one(configured: Project) -> None:
    user_file(configured, '[profile.mine.config]\nmode = "mine"\n')
    configured.write("redun.toml", '[config]\nmode = "redun"\n')
    assert shown(configured, "--profile", "mine") == "mine 1"


STRANGE = """\
redun.toml:3:1: no redunfile of this project has the setting `level`
     3 | level = 2
       | ^
  hint: did you mean `"//lib:level"`?
redun.toml:5:1: no redunfile of this project has the setting `mod`
     5 | mod = "x"
       | ^
  hint: did you mean `mode`?
redun.toml:6:1: no redunfile of this project has the setting `//lib:nothing`
     6 | "//lib:nothing" = 1
       | ^
  hint: it has `//lib:level`, `mode`
"""


def test_a_name_that_no_redunfile_has(configured: Project) -> None:
    configured.rules('include("lib")\nMODE = config("mode", "none")\nif MODE == "x":\n    A = config("at times", 1)\n')
    configured.write(
        "lib/redunfile.py", 'LEVEL = config("level", 1)\n@rule("o")\ndef o(out):\n    sh(f"echo {LEVEL} > {out}")\n'
    )
    configured.write(
        "redun.toml",
        '[config]\nmode = "m"\nlevel = 2\n[profile.ci.config]\nmod = "x"\n"//lib:nothing" = 1\n"//lib:level" = 7\n',
    )
    refused = configured.run("build", "lib/o", status=2)
    assert refused.errors == STRANGE
    user_file(configured, '[config]\nof_another = "project"\n')
    configured.write("redun.toml", '[config]\n"at times" = 2\n"//lib:level" = 7\n"//other:x" = 1\n')
    configured.write("other/redunfile.py", 'X = config("x", 2)\n')  # not part of this build, perhaps of one elsewhere
    configured.build("lib/o")
    assert configured.read("lib/o") == "7\n"


def test_every_place_is_part_of_what_an_answer_rests_on(configured: Project) -> None:
    def settle() -> None:
        configured.build()
        assert configured.build().is_idle

    settle()
    user = user_file(configured, '[config]\nmode = "a"\n')
    assert shown(configured) == "a 1"
    settle()
    user.write_text('[config]\nmode = "b"\n')
    assert shown(configured) == "b 1"
    settle()
    configured.write("pyproject.toml", '[tool.redun]\nconfig.mode = "c"\n')
    assert shown(configured) == "c 1"
    settle()
    configured.write("redun.toml", '[config]\nmode = "d"\n')
    assert shown(configured) == "d 1"
    settle()
    configured.write("pyproject.toml", "[tool.redun]\nconfig.level = 9\n")
    assert shown(configured) == "d 9"
    settle()
    configured.remove("redun.toml", "pyproject.toml")
    user.unlink()
    assert shown(configured) == "none 1"


def test_another_home_has_other_settings(configured: Project, tmp_path: Path) -> None:
    assert shown(configured) == "none 1"
    (tmp_path / "xdg/redun").mkdir(parents=True)
    (tmp_path / "xdg/redun/redun.toml").write_text('[config]\nmode = "xdg"\n')
    assert shown(configured, environment={"XDG_CONFIG_HOME": str(tmp_path / "xdg")}) == "xdg 1"
    assert shown(configured) == "none 1"


def test_the_fast_lane_sees_a_variable_that_is_wrong(configured: Project) -> None:
    configured.build()
    assert configured.build().is_idle
    refused = configured.build(status=2, environment={"REDUN_JOBS": "many"})
    assert refused.errors == ("redun: the environment variable REDUN_JOBS must be a whole number, and not `many`\n")
    assert configured.build(environment={"REDUN_JOBS": "3"}).is_idle
    assert configured.build(environment={"REDUN_JOBS": ""}).is_idle


@pytest.mark.parametrize(
    ("variables", "text"),
    [
        ({"REDUN_JOBS": "0"}, "REDUN_JOBS must be at least 1, and not `0`"),
        ({"REDUN_TOOLS": "x"}, 'REDUN_TOOLS must be "digest", "path" or "ignore", and not `x`'),
        ({"REDUN_MAX_FILE": "2X"}, 'REDUN_MAX_FILE must be a number of bytes, or a text like "2G", and not `2X`'),
        ({"REDUN_MAX_TOTAL": "-1"}, "REDUN_MAX_TOTAL must be "),
    ],
)
def test_variables_that_are_wrong(configured: Project, variables: dict[str, str], text: str) -> None:
    refused = configured.build(status=2, environment=variables)
    assert refused.errors.startswith(f"redun: the environment variable {text}")
    assert not configured.exists("o.txt")


@pytest.mark.parametrize(
    ("settings", "name", "text"),
    [
        (
            "",
            "ci",
            """redun: there is no profile `ci`
  hint: no settings file has any: `[profile.ci.build]` in redun.toml begins one
""",
        ),
        ("[profile.ci]\n", "cii", "redun: there is no profile `cii`\n  hint: did you mean ci?\n"),
        ("[profile.b]\n[profile.ci]\n", "xxx", "redun: there is no profile `xxx`\n  hint: known here: b, ci\n"),
    ],
)  # fmt: skip
def test_a_profile_that_is_not_there(configured: Project, settings: str, name: str, text: str) -> None:
    configured.write("redun.toml", settings)
    assert configured.build("--profile", name, status=2).errors == text
    assert configured.build(status=2, environment={"REDUN_PROFILE": name}).errors == text


def test_wrong_settings_in_a_profile_and_in_the_users_file(configured: Project) -> None:
    configured.write("redun.toml", "[profile.ci.build]\njbos = 3\n")
    assert configured.build(status=2).errors == (
        "redun.toml:2:1: there is no setting profile.ci.build.jbos\n"
        "     2 | jbos = 3\n"
        "       | ^\n"
        "  hint: did you mean profile.ci.build.jobs?\n"
    )
    configured.remove("redun.toml")
    path = user_file(configured, "root = true\n")
    assert configured.build(status=2).errors.startswith(f"{path}:1:1: there is no setting root\n")
    path.write_text("[build]\njobs = 2.5\n")
    assert configured.build(status=2).errors.startswith(f"{path}:2:8: build.jobs must be a whole number\n")
    path.write_bytes(b"[config]\nmode = '\xff'\n")
    assert configured.build(status=2).errors.startswith(f"{path}:2:9: no valid TOML: it must be UTF-8\n")


def test_a_date_is_no_value_for_config(configured: Project) -> None:
    configured.write("redun.toml", "[config]\nmode = 2024-01-01\n")
    assert configured.build(status=2).errors == (
        "redun.toml:2:8: config.mode must be a text, a number, true, false or a list of these\n"
        "     2 | mode = 2024-01-01\n"
        "       |        ^\n"
    )


def test_a_value_that_the_redunfile_refuses_is_shown_where_it_stands(configured: Project) -> None:
    configured.rules('MODE = config("mode", "none", ["none", "all"])\nLEVEL = config("level", 1)\n')
    configured.write("redun.toml", '[config]\nmode = "al"\n[profile.ci]\nconfig.mode = "all"\nconfig.level = "x"\n')
    assert configured.run("build", status=2).errors == (
        "redun.toml:2:8: `mode` cannot be 'al'\n"
        '     2 | mode = "al"\n'
        "       |        ^\n"
        "  asked in  redunfile.py:1:8\n"
        "  hint: it is one of 'none', 'all'\n"
    )
    assert configured.run("build", "--profile", "ci", status=2).errors == (
        "redun.toml:5:16: `level` of [config] is a text, not a number\n"
        '     5 | config.level = "x"\n'
        "       |                ^\n"
        "  asked in  redunfile.py:2:9\n"
    )
    said = configured.run("build", "-D", "mode=b", status=2).errors
    assert said.startswith("redunfile.py:1:8: `mode` cannot be 'b'\n")


def test_what_config_lists(configured: Project) -> None:
    configured.write(
        "redun.toml", '[build]\njobs = 3\n[artifacts]\nmax_file = "2M"\n[profile.ci.config]\nmode = "ci"\n'
    )
    user = user_file(configured, '\n[build]\ntools = "path"\n')
    told = configured.run(
        "config", "--profile", "ci", "-D", "level=4", environment={"REDUN_MAX_TOTAL": "1G"}
    ).output.splitlines()
    lines = {line.split()[0]: line.split(maxsplit=2)[1:] for line in told if line.startswith("  ")}
    assert lines["root"] == ["false", "default"]
    assert lines["build.jobs"] == ["3", "redun.toml:2"]
    assert lines["build.tools"] == ['"path"', f"{user}:3"]
    assert lines["build.pass_env"] == ["[]", "default"]
    assert lines["artifacts.max_file"] == ["2097152", "redun.toml:4"]
    assert lines["artifacts.max_total"] == ["1073741824", "environment variable REDUN_MAX_TOTAL"]
    assert lines["mode"] == ['"ci"', "redun.toml:6, profile ci"]
    assert lines["level"] == ["4", "command line"]


def test_one_value(configured: Project) -> None:
    assert configured.run("config", "mode").output == 'mode  "none"  default, redunfile.py:1\n'
    found = json.loads(configured.run("config", "level", "--json").output)
    assert found == {"name": "level", "kind": "config", "value": 1, "origin": "default, redunfile.py:2"}
    assert len(json.loads(configured.run("config", "--json").output)) > 7


def test_whether_a_project_is_one_of_its_own(configured: Project) -> None:
    configured.write("redun.toml", "# here\nroot = true\n")
    assert configured.run("config", "root").output == "root  true  redun.toml:2\n"


def test_a_name_that_is_nowhere(configured: Project) -> None:
    assert configured.run("config", "build.job", status=2).errors == (
        "redun: there is no setting build.job, and no config(build.job) in the redunfile\n"
        "  hint: did you mean build.jobs?\n"
    )
    assert configured.run("config", "jobs", status=2).errors.endswith("  hint: did you mean build.jobs?\n")


def test_a_broken_redunfile_hides_no_setting(configured: Project) -> None:
    configured.write("redunfile.py", "x = (\n")
    told = configured.run("config", status=2)
    assert "build.jobs" in told.output
    assert told.errors.startswith("redunfile.py:1:5: ")
    assert configured.run("config", "build.jobs").output.startswith("build.jobs  ")


def test_what_the_machine_has_is_told_where_no_setting_says_anything(configured: Project) -> None:
    memory = json.loads(configured.run("config", "build.memory", "--json").output)
    assert memory["value"] > 1 << 20
    assert memory["origin"] == "default"
    visible = {"CUDA_VISIBLE_DEVICES": "2,5"}
    assert json.loads(configured.run("config", "build.gpus", "--json", environment=visible).output)["value"] == [
        "2",
        "5",
    ]
    configured.write("redun.toml", '[build]\nmemory = "2G"\n')
    assert configured.run("config", "build.memory").output == "build.memory  2147483648  redun.toml:2\n"


def test_limits_are_settings_too(configured: Project) -> None:
    configured.write("redun.toml", "[limits]\ndb = 2\n")
    assert configured.run("config", "limits.db").output == "limits.db  2  redun.toml:2\n"
