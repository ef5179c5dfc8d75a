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
    "tag": "`redun run --tag KEY=VALUE`, `@task(tags=...)` and `apply_tags` give tags; `redun log --tag` finds them",
    "viz": "`redun graph` draws: dot, mermaid, json, or a page of HTML with `-o graph.html`",
}  # fmt: skip

ABSENT_OPTIONS: dict[str, str] = {  # those that stand before the command
    "--check-version": "`redun --version` says which this is; a requirement like `redo-py>=0.1` asks for one",
    "--repo": "`-c DIR` names another folder of records",
    "--setup-help": "`-s NAME=VALUE` are the parameters of the function that `run.setup_scheduler` names",
    "-r": "`-c DIR` names another folder of records",
}
