"""What is given to sbatch, and what is read from the answers of SLURM."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from redo_py.executors.backend import Placed
from redo_py.executors.options import OptionFault, checked
from redo_py.executors.slurm.answers import (
    exit_status,
    fields_of,
    history_states,
    moment,
    queue_states,
    settings_of,
)
from redo_py.executors.slurm.cluster import own_environment, own_words
from redo_py.executors.slurm.failures import shown_time
from redo_py.executors.slurm.options import SlurmOptions
from redo_py.executors.slurm.submission import (
    Submission,
    sbatch_words,
    script,
)

ALWAYS = ["--open-mode=truncate", "--no-requeue", "--chdir=/"]


def options(**given: Any) -> SlurmOptions:
    found: SlurmOptions = checked(SlurmOptions, given)
    return found


def placed(key: str, *argv: str, **given: Any) -> Placed:
    return Placed(key, "make(1, 'x')", argv or ("worker", key), options(**given))


def submission(*jobs: Placed) -> Submission:
    return Submission("name", "redun/p/job/name", jobs[0].argv, jobs, 0.0)


def test_the_words_of_one_job():
    assert sbatch_words(submission(placed("a")), "/s/slurm") == [
        "--parsable", "--job-name=redun-make-1---x--", "--comment=redun/p/job/name", "--output=/s/slurm/name.log",
        *ALWAYS, "--nodes=1", "--ntasks-per-node=1",
    ]  # fmt: skip


def test_the_words_of_an_array_with_all_options():
    given: dict[str, Any] = {
        "cpus": 1.5, "memory": (1 << 30) + 1, "gpus": 2, "gpu_type": "a100", "time": "90s", "partition": "p",
        "account": "acc", "qos": "q", "nodes": 2, "constraint": "c", "sbatch_args": ["--mail-type=END"],
    }  # fmt: skip
    assert sbatch_words(submission(placed("a", **given), placed("b", **given)), "/s/slurm")[3:] == [
        "--output=/s/slurm/name-%a.log", *ALWAYS, "--array=0-1", "--nodes=2", "--ntasks-per-node=1",
        "--cpus-per-task=2", "--mem=1025M", "--gres=gpu:a100:2", "--time=2", "--partition=p", "--account=acc",
        "--qos=q", "--constraint=c", "--mail-type=END",
    ]  # fmt: skip


def test_the_script_runs(tmp_path: Path):
    job = placed("a", "printf", "%s|", "it's", "$HOME", "a b", setup=["export X=1"])
    text = script(submission(job), str(tmp_path))
    assert text.splitlines()[2] == "export X=1"
    assert subprocess.run(["bash"], input=text, capture_output=True, text=True, check=True).stdout == "it's|$HOME|a b|"


def test_the_script_says_if_the_scratch_is_not_there(tmp_path: Path):
    done = subprocess.run(["bash"], input=script(submission(placed("a")), "/no/such"), capture_output=True, text=True)
    assert done.returncode == 97
    assert done.stderr.startswith("no folder /no/such on ")


def test_a_log_folder_with_a_percent_sign():
    found = sbatch_words(submission(placed("a")), "/100%j/slurm")
    assert [word for word in found if word.startswith("--output=/100%%j/slurm/")]


def test_a_scratch_of_any_name(tmp_path: Path):
    odd = f'{tmp_path}/a b "c" $(touch {tmp_path}/ran) `x` %s'
    text = script(submission(placed("a", "echo", odd)), odd)
    done = subprocess.run(["bash"], input=text, capture_output=True, text=True)
    assert (done.returncode, done.stderr.partition(" on ")[0]) == (97, f"no folder {odd}")
    assert list(tmp_path.iterdir()) == []
    Path(odd).mkdir(parents=True)
    assert subprocess.run(["bash"], input=text, capture_output=True, text=True, check=True).stdout == f"{odd}\n"
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 1800), ("1:30", 90), ("2:00:00", 7200), ("1-12", 129600), ("1-12:30", 131400), ("1-0:0:5", 86405),
        ("90s", 90), ("2h", 7200), ("30min", 1800), (45, 2700),
    ],
)  # fmt: skip
def test_times(text: Any, seconds: float):
    assert options(time=text).time == seconds


@pytest.mark.parametrize("text", ["soon", "1:2:3:4", "-5", "0", "1-", ""])
def test_no_times(text: str):
    with pytest.raises(OptionFault, match='a time is "30min", "2h", or as SLURM has it, like "1-12:00:00"'):
        options(time=text)


def test_shown_times():
    assert [shown_time(each) for each in (60, 5400, 86400, 30)] == ["1 minute", "1.5 hours", "1 day", "30 seconds"]


def test_lines_of_setup():
    assert options(setup="module load python\nulimit -c 0").setup == ["module load python", "ulimit -c 0"]


def test_the_queue():
    answer = (
        "12_3|RUNNING|None|1700000000|1700003600|n1|redun/p/array/x\n13|PENDING|Resources|N/A|N/A||(null)\n"
        "14|COMPLETED|None|1700000000|1700000001|n1|with | in it\nnonsense\n"
    )
    first, second, third = queue_states(answer)
    assert (first.id, first.runs, first.started, first.node, first.mark) == (
        "12_3",
        True,
        1.7e9,
        "n1",
        "redun/p/array/x",
    )
    assert (second.waits, second.reason, second.started) == (True, "Resources", None)
    assert (third.waits, third.runs, third.ended, third.mark) == (False, False, 1.7e9 + 1, "with | in it")


def test_accounting():
    answer = "12|CANCELLED by 1000|0:15|1700000000|1700000060|n1\n13_0|FAILED|3:0|Unknown|Unknown|None assigned\n"
    first, second = history_states(answer)
    assert (first.word, first.exit, first.ended) == ("CANCELLED", -15, 1.7e9 + 60)
    assert (second.word, second.exit, second.started) == ("FAILED", 3, None)


def test_small_answers():
    assert fields_of("JobId=3 JobState=FAILED ExitCode=1:0 Comment=a=b")["Comment"] == "a=b"
    assert settings_of("Configuration data as of x\nMaxArraySize            = 1001\n")["MaxArraySize"] == "1001"
    assert [exit_status(code) for code in ("3:0", "0:9", "", "x:0")] == [3, -9, None, None]
    assert [moment(text) for text in ("12", "N/A", "0", "Unknown")] == [12.0, None, None, None]


def test_what_commands_say():
    assert own_words("sbatch: error: x\nsbatch: error: Batch job submission failed: Invalid qos specification\n") == (
        "Invalid qos specification"
    )
    assert own_words("slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n") == (
        "Unable to contact slurm controller (connect failure)"
    )
    assert own_words(" \n") == ""
    refused = "sbatch: unrecognized option '--foo'\nTry \"sbatch --help\" for more information\n"
    assert own_words(refused) == "unrecognized option '--foo'"


def test_redun_in_a_job_does_not_hand_that_jobs_variables_on():
    given = {"SLURM_JOB_ID": "1", "SLURM_MEM_PER_CPU": "5", "SLURM_CONF": "/c", "SBATCH_PARTITION": "p", "A": "b"}
    assert own_environment(given) == {"SLURM_CONF": "/c", "SBATCH_PARTITION": "p", "A": "b", "SLURM_TIME_FORMAT": "%s"}
