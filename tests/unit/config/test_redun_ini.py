"""The settings file of redun: what it means here, and how it reads when it cannot be understood."""

from __future__ import annotations

import pytest

from redo_py.config.layers import Layer, merged
from redo_py.config.redun_ini import ini_layer
from redo_py.config.settings import DEFAULTS, Settings
from redo_py.ground.errors import UsageError

EVERYTHING = """\
# what a project of redun may have
[DEFAULT]
queue = fast

[scheduler]
ignore_warnings = namespace
job_status_interval = 5
setup_scheduler = setup.py::make
context = {"mode": "${MODE}",
    "deep": {"x": 1}}
federated_configs =
    team/one
    team/two

[backend]
db_uri = sqlite:///redun.db
automigrate = True
db_retries = 3

[limits]
api = 3

[tags]
project = moon
size: 12

[executors.default]
type = local
max_workers = 7

[executors.Big]
type = alias
target = default

[executors.batch]
type = aws_batch
image = ${executors.default:type}-image:${queue}
s3_scratch = s3://bucket/$$x

[federated_tasks.train]
namespace = other
task_name = train
load_module = other.workflow
executor = process
config_dir = ../other/.redun

[repos.prod]
config_dir = /shared/.redun
"""


def read(text: str, **environ: str) -> Layer:
    return ini_layer(text.encode(), environ)


def refusal(text: str) -> str:
    with pytest.raises(UsageError) as caught:
        read(text)
    return str(caught.value)


def test_everything_becomes_a_setting():
    layer = read(EVERYTHING, MODE="night")
    settings = Settings(merged(DEFAULTS, [layer]))
    assert layer.notices == []
    assert settings.status_interval == 5
    assert settings.setup_scheduler == "setup.py::make"
    assert settings.context == {"mode": "night", "deep": {"x": 1}}
    assert settings.federated_configs == ["team/one", "team/two"]
    assert settings.limits == {"api": 3}
    assert settings.tags == {"project": "moon", "size": 12}
    assert settings.executors == {
        "default": {"type": "local", "max_workers": 7},
        "Big": {"type": "alias", "target": "default"},
        "batch": {"type": "aws_batch", "image": "local-image:fast", "s3_scratch": "s3://bucket/$x"},
    }
    assert settings.federated_tasks["train"]["load_module"] == "other.workflow"


def test_what_redun_toml_says_goes_before_it():
    layers = [read("[limits]\napi = 3\ndb = 2\n"), Layer({"limits": {"api": 9}}, "redun.toml")]
    assert merged(DEFAULTS, layers)["limits"] == {"api": 9, "db": 2}


def test_default_counts_for_executors():
    layer = read("[DEFAULT]\nmax_workers = 4\n[executors.a]\ntype = local\n")
    assert layer.values["executors"] == {"a": {"type": "local", "max_workers": 4}}


def test_each_setting_knows_its_line():
    lines = read(EVERYTHING, MODE="x").lines
    assert lines is not None
    assert lines["limits", "api"] == 21
    assert lines["context", "deep"] == 9
    assert lines["executors", "Big"] == 31


def test_what_redun_does_not_have_either_is_told():
    assert read("[schedular]\nx = 1\n[scheduler]\ncontex = {}\n[executors.a]\nmax_worker = 3\n").notices == [
        ".redun/redun.ini:1: [schedular] means nothing to redun; did you mean scheduler?",
        ".redun/redun.ini:4: scheduler.contex means nothing to redun; did you mean scheduler.context?",
        ".redun/redun.ini:6: executors.a.max_worker means nothing to redun; did you mean executors.a.max_workers?",
    ]


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg2", "postgres"])
def test_a_database_in_postgres_is_where_runs_are_recorded(scheme: str):
    found = read(f"[backend]\ndb_uri = {scheme}://me@host:5432/db\ndb_username_env = U\ndb_password_env = P\n")
    assert found.values["run"] == {
        "database": "postgresql://me@host:5432/db", "database_user_env": "U", "database_password_env": "P",
    }  # fmt: skip
    assert found.notices == []


def test_secrets_of_aws_are_not_read():
    assert read("[backend]\ndb_aws_secret_name = secret\n").notices == [
        (
            ".redun/redun.ini:2: secrets of AWS are not read: say `db_uri`, and give the user and the password by the "
            "variables REDUN_DB_USERNAME and REDUN_DB_PASSWORD"
        )
    ]


def test_a_line_that_is_none():
    assert refusal("[limits]\nwhat is this\n") == (
        ".redun/redun.ini:2:1: no valid INI: it is neither `name = value` nor a [section]\n"
        "     2 | what is this\n"
        "       | ^"
    )


def test_a_line_outside_of_sections():
    assert refusal("api = 3\n").startswith(".redun/redun.ini:1:1: no valid INI: it stands in no [section]")


def test_a_name_or_section_that_comes_twice():
    assert "`api` stands in this section already" in refusal("[limits]\napi = 1\napi = 2\n")
    assert "there is a section [limits] already" in refusal("[limits]\n[limits]\n")


def test_bytes_that_are_no_text():
    with pytest.raises(UsageError, match="it must be UTF-8"):
        ini_layer(b"[limits]\napi = \xff\n", {})


@pytest.mark.parametrize("text", ["many", "0", "-1", ""])
def test_a_limit_that_is_no_number(text: str):
    assert refusal(f"[limits]\napi = {text}\n").startswith(
        ".redun/redun.ini:2:1: limits.api must be a whole number from 1 on\n"
    )


def test_a_context_that_is_no_object():
    assert refusal("[scheduler]\ncontext = [1]\n").startswith(
        '.redun/redun.ini:2:1: scheduler.context must be a JSON object, like {"name": "value"}\n'
    )


def test_a_variable_that_is_nowhere():
    assert refusal("[tags]\nx = ${NOWHERE}\n") == (
        ".redun/redun.ini:2:1: there is no option and no environment variable `NOWHERE`\n"
        "     2 | x = ${NOWHERE}\n"
        "       | ^\n"
        "  hint: `$$` is a dollar sign; an option of another section is written ${SECTION:NAME}"
    )


def test_variables_in_a_circle():
    assert refusal("[tags]\nx = ${y}\ny = ${x}\n").startswith(
        ".redun/redun.ini:2:1: the variables of this value never come to an end\n"
    )


def test_numbers_of_other_executors():
    text = "[executors.box]\ntype = docker\nmemory = 0.5\nshared_memory = 2\ngpus = 1\nretries = 0\nvcpus = 2\n"
    assert read(text).values["executors"]["box"] == {
        "type": "docker", "memory": 0.5, "shared_memory": 2.0, "gpus": 1, "retries": 0, "vcpus": "2",
    }  # fmt: skip
    assert read("[executors.box]\ntype = docker\ngpus = few\n").values["executors"]["box"]["gpus"] == "few"
