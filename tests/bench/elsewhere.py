"""What executors cost: `python tests/bench/elsewhere.py --write docs/benchmarks.md`.

Trivial jobs through the pool of processes; files staged to an object store beside a plain loop of obstore over the same
files, in turns; and tasks in Spark after the first, in one session. Needs moto, and for the last part pyspark and Java.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.rendering import publish

PLACE = "elsewhere"
WORKFLOW = """\
from redo_py import task

redun_namespace = "bench"


@task(executor="process")
def inc(x: int) -> int:
    return x + 1


@task
def main(n: int) -> int:
    return sum_of([inc(x) for x in range(n)])


@task
def sum_of(values: list) -> int:
    return sum(values)
"""
TABLES = """\
from redo_py import task
from redo_py.spark import get_spark_session

redun_namespace = "tried"


@task
def rows(number):
    return get_spark_session().range(1000 + number).count()


@task
def echo(value):
    return value
"""
SERVER = """\
import logging, sys
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print("http://%s:%d" % server.get_host_and_port(), flush=True)
sys.stdin.read()
"""
Row = tuple[str, str, str, bool]  # what, measured, wanted, whether it is


def seconds(act: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


# ---- the pool of processes


def process_rows(folder: Path, count: int, rounds: int) -> Iterator[Row]:
    """Trivial jobs through two workers: the executor alone, and whole runs over one with a single job."""
    rate = count / statistics.median(pool_seconds(folder, count, rounds))
    yield (f"{count:,} trivial jobs through 2 processes, jobs/s", f"{rate:,.0f}", "at least 3,000", rate >= 3000)
    (folder / "program.py").write_text(WORKFLOW)
    over = statistics.median(run_seconds(folder, count) - run_seconds(folder, 1) for _ in range(rounds))
    own = max(over, 1e-3)  # what cannot be told from the start takes no time
    yield ("the same in a run, with its records, jobs/s", f"{count / own:,.0f}", "", True)


def pool_seconds(folder: Path, count: int, rounds: int) -> Iterator[float]:
    """Seconds of each round, with workers that are there already."""
    from redo_py.config.environment import environment, worker_environment
    from redo_py.executors.api import CallStep, JobSpec
    from redo_py.executors.functions.process import ProcessExecutor
    from redo_py.executors.inbox import SelectInbox
    from redo_py.executors.processes.journal import Unwritten
    from redo_py.ground.clock import Clock

    clock = Clock()
    inbox = SelectInbox(clock)
    executor = ProcessExecutor(2, str(folder), clock, Unwritten(), worker_environment(environment()), lambda _: b"")
    executor.start(inbox)
    env = {"PATH": os.defpath}

    def act() -> None:
        executor.submit([JobSpec(n, "abs", [CallStep(abs, (n,), {})], env) for n in range(count)])
        waited = 0
        while waited < count:
            waited += len(inbox.wait(None))

    act()
    for _ in range(rounds):
        yield seconds(act)
    executor.stop()
    inbox.close()


def run_seconds(folder: Path, count: int) -> float:
    """Seconds of a first run."""
    subprocess.run(["rm", "-rf", str(folder / ".redun")], check=True)
    words = ["run", "-j", "2", "program.py", "main", "--n", str(count)]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    command = [sys.executable, "-P", "-m", "redo_py", *words]
    return seconds(lambda: subprocess.run(command, cwd=folder, env=environ, check=True, capture_output=True))


# ---- staging


def staging_rows(folder: Path, count: int, rounds: int) -> Iterator[Row]:
    """Small files put into an object store, and fetched from there."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        endpoint = server.stdout.readline().strip()
        os.environ.update(
            AWS_ENDPOINT_URL=endpoint, AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_DEFAULT_REGION="us-east-1"
        )
        for number in range(count):
            place = folder / f"in/{number // 100}/{number}.txt"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(f"{number}\n" * 100)
        up, down = [], []
        for number in range(rounds):
            own, plain = staged(folder, endpoint, number), looped(folder, endpoint, number)
            up.append(own[0] / plain[0])
            down.append(own[1] / plain[1])
        server.stdin.close()
    for what, ratios in (("staged to S3", up), ("fetched from there", down)):
        ratio = statistics.median(ratios)
        yield (f"{count:,} small files {what} / a loop of obstore", f"{ratio:.2f}", "at most 3.00", ratio <= 3)


def new_bucket(endpoint: str) -> str:
    """A new bucket."""
    name = f"bucket-{uuid.uuid4().hex}"
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/{name}", method="PUT"), timeout=20).close()
    return name


def staged(folder: Path, endpoint: str, number: int) -> tuple[float, float]:
    """Seconds that our staging takes, there and back, from files to files."""
    from redo_py.files import public as public
    from redo_py.remote.api.scratch import Scratch
    from redo_py.remote.api.stage import entries_at, lay_out, send

    scratch = Scratch(f"s3://{new_bucket(endpoint)}/scratch")
    entries = entries_at(str(folder), ["in"])
    there = folder / f"ours{number}"
    up = seconds(lambda: send(scratch, str(folder), entries_at(str(folder), ["in"]), set()))
    return up, seconds(lambda: lay_out(scratch, entries, lambda entry: str(there / entry.path)))


def looped(folder: Path, endpoint: str, number: int) -> tuple[float, float]:
    """Seconds that a plain loop takes for the same."""
    import obstore
    from obstore.store import S3Store

    store = S3Store(new_bucket(endpoint), endpoint=endpoint, client_options={"allow_http": True})
    paths = sorted(path.relative_to(folder) for path in (folder / "in").rglob("*.txt"))
    there = folder / f"plain{number}"

    def put() -> None:
        for path in paths:
            obstore.put(store, str(path), (folder / path).read_bytes())

    def get() -> None:
        for path in paths:
            (there / path).parent.mkdir(parents=True, exist_ok=True)
            (there / path).write_bytes(bytes(obstore.get(store, str(path)).bytes()))

    return seconds(put), seconds(get)


# ---- Spark


def spark_rows(folder: Path, rounds: int) -> Iterator[Row]:
    """Tasks in a session that is there already."""
    if importlib.util.find_spec("pyspark") is None:
        return
    from redo_py.testing import Bench

    local = '{"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1", "spark.ui.enabled": "false"}'
    before = Path.cwd()
    bench = Bench(folder, {"type": "spark", "master": "local[2]", "conf": local}, patience=600.0)
    bench.write("parts/tasks.py", TABLES)

    def act(name: str, number: int) -> float:
        return seconds(lambda: bench.driver.success(bench.call(number, name, number)))

    try:
        first, *later = [act("rows", number) for number in range(rounds + 2)]
        own = [act("echo", number) for number in range(rounds)]
    finally:
        bench.close()
        os.chdir(before)
    yield ("first task in Spark on local[2], which counts 1,000 rows, s", f"{first:.2f}", "", True)
    yield ("the second one, s", f"{later[0]:.2f}", "at most 0.50", later[0] <= 0.5)
    yield ("later ones, s", f"{statistics.median(later[1:]):.2f}", "", True)
    yield ("one that asks nothing of Spark, s", f"{statistics.median(own):.3f}", "", True)


def table(rows: Iterator[Row]) -> Iterator[str]:
    """The rows as Markdown."""
    yield from ("| | measured | wanted | reached |", "|---|---:|---:|---|")
    for what, measured, wanted, is_reached in rows:
        yield f"| {what} | {measured} | {wanted} | {('yes' if is_reached else 'no') if wanted else ''} |"


def rows(options: argparse.Namespace, folder: Path) -> Iterator[Row]:
    """All that was asked for, each part in a folder of its own."""
    parts: dict[str, Callable[[Path], Iterator[Row]]] = {
        "process": lambda place: process_rows(place, options.jobs, options.rounds),
        "staging": lambda place: staging_rows(place, options.files, options.rounds),
        "spark": lambda place: spark_rows(place, options.rounds),
    }
    for name in options.parts.split(","):
        place = folder / name
        place.mkdir()
        print(f"{name} ...", file=sys.stderr)
        yield from parts[name](place)


def main(words: Sequence[str] | None = None) -> int:
    """Measure and tell; the exit status."""
    parser = argparse.ArgumentParser(description="What executors cost.")
    say = parser.add_argument
    say("--parts", default="process,staging,spark", metavar="NAME,NAME", help="what to measure")
    say("--jobs", type=int, default=5000, metavar="N", help="through the pool of processes")
    say("--files", type=int, default=1000, metavar="N", help="that are staged")
    say("--rounds", type=int, default=5, metavar="N", help="of anything")
    say("--write", type=Path, nargs="+", default=[], metavar="FILE", help="documents to put the table into")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        text = "\n".join(table(rows(options, Path(folder))))
    publish(text, PLACE, options.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
