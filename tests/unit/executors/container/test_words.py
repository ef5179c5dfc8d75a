"""The words of `run`, for docker and podman, and the options that they come from."""

from __future__ import annotations

import os
from typing import Any

import pytest

from redo_py.executors.backend import Placed
from redo_py.executors.container.argv import Surroundings, handed_on, kept_apart, run_words
from redo_py.executors.container.options import ContainerOptions, DockerOptions
from redo_py.executors.options import OptionFault, checked, with_job

KEY = "0123456789abcdef0123456789abcdef"
OWN = f"{os.getuid()}:{os.getgid()}"
START = f"""run --name redun-{KEY} --label redun.scratch=/s --label redun.owner=1 --pull missing --user {OWN}""".split()
AWS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_OTHER": "x"}


def options(**given: Any) -> ContainerOptions:
    found: ContainerOptions = checked(ContainerOptions, {"image": "img", **given})
    return found


def words(
    given: ContainerOptions, *, engine: str = "/usr/bin/docker", gpus: tuple[str, ...] = (), is_rootless: bool = False
) -> list[str]:
    around = Surroundings("/s", "1", "/project", ["/s"], AWS, is_rootless)
    return run_words([engine], Placed(KEY, "one", ["python3", "-m", "redo_py"], given), around, gpus, "/logs/variables")


def between(given: list[str]) -> list[str]:
    """What comes between the words that are always there."""
    assert given[1 : 1 + len(START)] == START
    assert given[-4:] == ["img", "python3", "-m", "redo_py"]
    return given[1 + len(START) : -4]


def test_the_fewest_words():
    found = words(options())
    assert found[0] == "/usr/bin/docker"
    assert between(found) == ["--volume", "/s:/s", "--env", "PYTHONUNBUFFERED=1"]


def test_a_job_in_the_project_says_in_which():
    assert "redun.mounted=/project" in words(options(project="mounted"))
    assert not any("redun.mounted" in word for word in words(options()))


def test_all_words():
    given = options(
        cpus=1.5, memory="2G", shared_memory="64M", network="host", volumes=["/data:/d:ro", ["in", "/in"], "./x:/x"],
        variables={"A": "b c"}, run_args=["--init"],
    )  # fmt: skip
    assert between(words(given)) == [
        "--cpus", "1.5", "--memory", "2147483648", "--shm-size", "67108864", "--network", "host", "--volume", "/s:/s",
        "--volume", "/data:/d:ro", "--volume", "in:/in", "--volume", "/project/x:/x", "--env", "PYTHONUNBUFFERED=1",
        "--env", "A", "--init",
    ]  # fmt: skip


def test_credentials_only_if_they_are_asked_for_and_never_in_words():
    assert not any("AWS" in word for word in words(options()))
    found = between(words(options(include_aws_env=True)))
    assert [word for word in found if "AWS" in word] == ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
    assert not any("secret" in word for word in found)


def test_no_value_of_a_variable_is_in_words():
    given = options(
        variables={"TOKEN": "s3cret", "HTTPS_PROXY": "http://me:s3cret@host", "PATH": "/s3cret", "K": "a\nb"}
    )
    found = words(given)
    assert not any("s3cret" in word or "\n" in word for word in found)
    assert handed_on(given) == {"TOKEN": "s3cret", "K": "a\nb"}
    assert kept_apart(given) == {"HTTPS_PROXY": "http://me:s3cret@host", "PATH": "/s3cret"}
    assert found[found.index("--env-file") + 1] == "/logs/variables"
    assert "--env-file" not in words(options(variables={"TOKEN": "1"}))


def test_gpus_by_their_names():
    docker = between(words(options(gpus=2), gpus=("3", "5")))
    assert docker[:2] == ["--gpus", '"device=3,5"']
    assert "CUDA_VISIBLE_DEVICES=0,1" in docker
    podman = between(words(options(gpus=2), engine="/usr/bin/podman", gpus=("3", "5")))
    assert podman[:4] == ["--device", "nvidia.com/gpu=3", "--device", "nvidia.com/gpu=5"]


@pytest.mark.parametrize(
    ("given", "is_rootless", "user"),
    [({}, False, OWN), ({}, True, "0:0"), ({"user": "me"}, True, "me"), ({"user": "7:8"}, False, "7:8")],
)
def test_the_user_makes_files_the_callers(given: dict[str, Any], is_rootless: bool, user: str):
    found = words(options(**given), is_rootless=is_rootless)
    assert found[found.index("--user") + 1] == user


def test_interactive():
    assert between(words(options(interactive=True)))[:2] == ["--interactive", "--tty"]


def test_names_and_values_of_redun():
    given = checked(
        DockerOptions,
        {
            "image": "img", "vcpus": "2", "shared_memory": "1", "volumes": '[["/a", "/b"]]', "include_aws_env": "true",
            "interactive": "False", "gpus": "1",
        },
    )  # fmt: skip
    assert (given.engine, given.cpus, given.gpus, given.volumes) == ("docker", 2.0, 1, ["/a:/b"])
    assert (given.shared_memory, given.include_aws_env, given.interactive) == (1 << 30, True, False)


def test_a_task_says_more_but_not_which_engine():
    given = options(engine="podman", cpus=1)
    found = with_job(given, {"image": "other", "vcpus": 2, "engine": "docker", "volumes": ["/a:/b"], "cache": False})
    assert (found.image, found.cpus, found.engine, found.volumes) == ("other", 2, "podman", ["/a:/b"])


def test_what_a_task_says_further_comes_behind_what_its_executor_says():
    given = options(
        volumes=["/a:/b", "/c:/d"], variables={"A": "1", "B": "1"}, run_args=["--init"], engine="podman", image="img"
    )
    found = with_job(given, {"volumes": ["/x:/d:ro"], "variables": {"B": "2"}, "run_args": "--ulimit nofile=9"})
    assert found.volumes == ["/a:/b", "/c:/d", "/x:/d:ro"]
    assert found.variables == {"A": "1", "B": "2"}
    assert found.run_args == ["--init", "--ulimit", "nofile=9"]
    assert with_job(given, {"image": "other"}).volumes == given.volumes
    said = words(found)
    assert [said[at + 1] for at, word in enumerate(said) if word == "--volume"] == ["/s:/s", "/a:/b", "/x:/d:ro"]


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("engine", "lxc", 'it must be "", "docker" or "podman"'),
        ("volumes", ["/a"], 'a volume is "HERE:/THERE", perhaps with ":ro" behind it'),
        ("volumes", ["/a:b"], 'a volume is "HERE:/THERE", perhaps with ":ro" behind it'),
        ("shared_memory", "lots", "it is an amount of memory, like 64M"),
        ("cpus", 0, "it must be more than 0"),
        ("pull", "sometimes", 'it must be "missing", "always" or "never", not \'sometimes\''),
        ("scratch_access", "all", 'it must be "owner" or "group", not \'all\''),
        ("cpus", "many", "it must be a number, not 'many'"),
        ("code_package", "maybe", "it must be true or false, not 'maybe'"),
        ("gpus", 1.5, "it must be a whole number, not 1.5"),
        ("max_result", "x", "a size is a number of bytes, or a text like \"2G\", not 'x'"),
        ("start_timeout", "x", "a duration is a number of seconds, or a text like \"2h\", not 'x'"),
        ("environments", "envs", "it is an absolute path, as jobs see it, not 'envs'"),
        ("code_includes", 3, "it must be a list, not 3"),
        ("variables", "{x", "it is a table, or a text that is one in JSON, not '{x'"),
        ("imag", "x", "there is no such option"),
    ],
)
def test_bad_options(name: str, value: Any, error: str):
    with pytest.raises(OptionFault) as caught:
        checked(ContainerOptions, {name: value})
    assert caught.value.name == name
    assert error in caught.value.error
