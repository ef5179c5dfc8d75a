"""How long loading and planning take: `python tests/bench/bench_plan.py [TARGETS]`. Meant: 40 µs a target.

Times are processor time of this process, the best of five; parsing is not in them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from redo_py.front.redunfile.evaluation.declared import Redunfile
from redo_py.front.redunfile.grammar.parse import parse
from redo_py.front.redunfile.loading.load import load
from redo_py.front.redunfile.planning.planner import Planner
from tests.unit.front.redunfile.small_world import World

WIDE = """
@rule("out/{i}.txt")
def cp(out, i):
    src = need(f"in/{i}.txt")
    sh(f"cp {src} {out}")


group("all", [f"out/{i}.txt" for i in range(COUNT)])
"""
CHAIN = """
@rule("out/{i}")
def step(out, i):
    before = need(f"out/{int(i) - 1}" if int(i) else "in/0.txt")
    sh(f"cp {before} {out}")


group("all", f"out/{COUNT - 1}")
"""
RULES = """
for i in range(COUNT):
    @rule(f"out/{i}/{{stem}}.txt")
    def cp(out, stem):
        sh(f"cp {need(f'in/{i}.txt')} {out}")


group("all", [f"out/{i}/x.txt" for i in range(COUNT)])
"""


def best_of_five(act: Callable[[], Any]) -> float:
    times = []
    for _ in range(5):
        before = time.process_time()
        made = act()
        times.append(time.process_time() - before)
        del made  # taking it apart is not measured
    return min(times)


def planned(redunfile: Redunfile, world: World) -> Planner:
    plan = Planner(redunfile, world)
    plan.request([])
    return plan


def report(name: str, text: str, count: int) -> None:
    text = text.replace("COUNT", str(count))
    world = World(tuple(f"in/{i}.txt" for i in range(count)))
    module = parse(text, "redunfile.py")
    loading = best_of_five(lambda: load(module, text, world))
    redunfile = load(module, text, world)
    planning = best_of_five(lambda: planned(redunfile, world))
    each = planning / count * 1e6
    times = f"load {loading * 1e3:8.1f} ms   plan {planning * 1e3:8.1f} ms   {each:5.1f} µs each"
    print(f"{name:6} {count:>7,} targets   {times}")


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    report("wide", WIDE, asked)
    report("chain", CHAIN, asked)
    report("rules", RULES, asked // 10)
