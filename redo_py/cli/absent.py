"""Commands and options of redun that its users will type and that are not here, each with what does the same, or that
nothing does.

One that comes to be a command or an option of ours has to go from these tables.
"""

from __future__ import annotations

RECORDS = "the records are one file, `.redun/state.db`: copy `.redun` to take them along; docs/ci.md shows it"
ELSEWHERE = "docs/executors.md tells which executors there are"
QUERIES = "`redun log --format json` gives the records to programs; `.redun/state.db` is SQLite with views for people"

ABSENT: dict[str, str] = {
    "console": "`redun log` shows executions, jobs and files, `redun graph -o graph.html` a page to look around in",
    "db": "whoever opens the database brings it up to date; `redun doctor` checks it, and `redun gc` makes it smaller",
    "export": RECORDS,
    "gcp": ELSEWHERE,
    "import": RECORDS,
    "k8s": ELSEWHERE,
    "pull": RECORDS,
    "push": RECORDS,
    "repl": QUERIES,
    "repo": RECORDS,
    "server": "`redun graph -o graph.html` writes a page that needs no server; `redun log` shows everything else",
    "tag": (
        "`redun run --tag KEY=VALUE`, `@task(tags=...)` and `apply_tags` give tags; `redun log --tag` finds "
        "executions by theirs, and `redun log JOB` shows those of a job"
    ),
    "viz": "`redun graph` draws: dot, mermaid, json, or a page of HTML with `-o graph.html`",
}  # fmt: skip

JOBS = "`redun log EXECUTION` lists its jobs, `redun log --task NAME` those of a task"
ONE = "`redun log` takes a part of an id and shows all of what has it"
NUMBERED = "`redun log --all --format json` gives an object a line, to be counted and filtered"

ABSENT_OF_LOG: dict[str, str] = {
    "--arg": NUMBERED,
    "--call-node": ONE,
    "--count": NUMBERED,
    "--detail": ONE,
    "--exec": "`redun log` lists executions",
    "--exec-id": ONE,
    "--exec-status": "`--status` is that of executions, and with `--task` that of jobs",
    "--exec-tag": "`--tag` is that of executions",
    "--file-path": "`redun log --file PATTERN` lists files",
    "--job": JOBS,
    "--job-status": "`redun log --task NAME --status FAILED` lists jobs that ended so",
    "--result": NUMBERED,
    "--task-hash": ONE,
    "--task-name": JOBS,
    "--value": ONE,
    "--value-type": NUMBERED,
}  # fmt: skip

REPO = "`redun run -c DIR/.redun` keeps the records there, `redun log -C DIR` shows them"
ABSENT_OPTIONS: dict[str, str] = {  # those that stand before the command
    "--repo": REPO,
    "-r": REPO,
}
