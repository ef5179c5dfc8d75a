"""What happens between two builds: edits of the State, which the folder then follows, or of what lies on disk alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.world.model import ODD_STEMS, State, seen
from tests.world.rules import FEATURES, expected, on

HEADERS = ("inc/p.h", "inc/q.h", "src/hdr.src")
WORDS = (b"alpha", b"beta", b"gamma", b"delta")


class Edit(NamedTuple):
    """One kind of thing that happens."""

    weight: int
    on_state: Callable[[State, Random], None] | None = None
    on_disk: Callable[[Path, State, Random], None] | None = None  # done before the folder follows the State
    idle: bool = False  # whether the next build must run nothing, if all was up to date before


# ---- the State


def edit_source(state: State, random: Random) -> None:
    path = random.choice(sorted(path for path in state.files if path.endswith((".txt", ".up"))) or ["src/a.txt"])
    state.files[path] = random.choice(WORDS) * random.randrange(4) + b"\n"


def edit_alike(state: State, random: Random) -> None:
    """Same size; `follow` sees to it that the time is the same, too."""
    path = random.choice(sorted(path for path in state.files if path.endswith(".txt")) or ["inc/p.h"])
    content = state.files.get(path, b"")
    state.files[path] = bytes((byte + 1) % 64 + 64 if byte != 10 else 10 for byte in content)


def edit_header(state: State, random: Random) -> None:
    state.files[random.choice(HEADERS)] = random.choice(WORDS) + b" %d\n" % random.randrange(5)


def edit_includes(state: State, random: Random) -> None:
    names = random.sample(["inc/p.h", "inc/q.h", "gen/hdr.h", "inc/none.h"], random.randrange(4))
    lines = [f"@include {name}\n" for name in names if name != "inc/none.h" or random.random() < 0.3]
    state.files[f"src/{random.choice(('one', 'two'))}.i"] = ("body\n" + "".join(lines)).encode()


def edit_c(state: State, random: Random) -> None:
    names = random.sample(["p", "q"], random.randrange(3))
    state.files["src/c.c"] = ("".join([f'#include "{name}.h"\n' for name in names]) + "body_c\n").encode()


def edit_list(state: State, random: Random) -> None:
    names = ["src/a.txt", "build/a.up", "build/b.up", "inc/p.h", "gen/list.txt", "src/none.txt"]
    some = random.sample(names[: 6 if random.random() < 0.2 else 5], random.randrange(5))
    state.files["conf/list"] = "".join([f"{name}\n" for name in some]).encode()


def edit_rate(state: State, random: Random) -> None:
    state.files["conf/rate"] = b"%d\n" % random.randrange(99)


def edit_tool(state: State, random: Random) -> None:
    if random.random() < 0.5:
        state.files["tools/t.sh"] = b"#!/bin/sh\necho tool %d\n" % random.randrange(9)
    else:
        state.files["tools/inc.sh"] += b"# more\n"


def toggle_option(state: State, random: Random) -> None:
    if state.files.pop("conf/opt.txt", None) is None:
        state.files["conf/opt.txt"] = random.choice(WORDS) + b"\n"


def add_source(state: State, random: Random) -> None:
    stem = random.choice((*ODD_STEMS, "new", "a", "b"))
    state.files[f"src/{stem}.txt"] = random.choice(WORDS) + b"\n"


def remove_source(state: State, random: Random) -> None:
    keep = ("a", "b") if random.random() < 0.8 else ()
    stems = [stem for stem in state.stems() if stem not in keep]
    if stems:
        del state.files[f"src/{random.choice(stems)}.txt"]


def break_source(state: State, random: Random) -> None:
    stem = random.choice(state.stems() or ["a"])
    state.files[f"src/{stem}.txt"] = b"FAIL\n"


def mend_sources(state: State, random: Random) -> None:
    for path, content in state.files.items():
        if content == b"FAIL\n":
            state.files[path] = b"mended\n"
    state.files.setdefault("src/a.txt", b"a\n")


def change_mode(state: State, random: Random) -> None:
    state.executable ^= {random.choice(sorted(state.files))}


def change_variable(state: State, random: Random) -> None:
    value = random.choice((None, "one", "two words", "it's", "", "nothing", "$HOME `x` \\n"))
    state.environment.pop("WORLD_E", None)
    if value is not None:
        state.environment["WORLD_E"] = value


def change_define(state: State, random: Random) -> None:
    state.defines = random.choice(({}, {"mode": "fast"}, {"mode": "slow"})) if "config" in on(state) else {}


def change_command(state: State, random: Random) -> None:
    state.rules[random.choice(sorted(state.rules) or ["up"])] = random.randrange(9)


def toggle_rules(state: State, random: Random) -> None:
    name = random.choice(sorted(FEATURES))
    if state.rules.pop(name, None) is None:
        state.rules[name] = random.randrange(9)
    if "config" not in on(state):
        state.defines = {}


def rearrange(state: State, random: Random) -> None:
    state.order = random.randrange(1 << 30)


def change_helper(state: State, random: Random) -> None:
    state.helper = (state.helper + random.randrange(1, 4)) % 5


def comment_helper(state: State, random: Random) -> None:
    state.looks += 1


# ---- only the disk


def nothing(folder: Path, state: State, random: Random) -> None:
    """Time passes."""


def touch(folder: Path, state: State, random: Random) -> None:
    for path in random.sample(sorted(state.files), min(3, len(state.files))):
        when = random.choice((None, (1, 1), (2_000_000_000, 2_000_000_000)))  # now, long ago, in the future
        if (folder / path).is_file():
            os.utime(folder / path, when)


def copy_anew(folder: Path, state: State, random: Random) -> None:
    """As a checkout would: the same content under another inode."""
    for path in state.files:
        if (folder / path).is_file():
            shutil.copyfile(folder / path, folder / "copy")
            shutil.copymode(folder / path, folder / "copy")
            os.replace(folder / "copy", folder / path)


def outputs_of(state: State) -> list[str]:
    try:
        return sorted(expected(state).entries, key=os.fsencode)
    except Exception:
        return ["build/all.txt", "gen/hdr.h"]


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        with suppress(FileNotFoundError, NotADirectoryError):  # its folder may be a file by now
            path.unlink()


def delete_outputs(folder: Path, state: State, random: Random) -> None:
    outputs = outputs_of(state)
    for path in random.sample(outputs, min(len(outputs), random.randrange(1, 5))):
        remove(folder / path)


def delete_all_outputs(folder: Path, state: State, random: Random) -> None:
    for name in ("build", "gen", "tree", "flat", "obj", "lnk", "bin", "py", "tmp"):
        remove(folder / name)
        if random.random() < 0.1:
            (folder / name).write_bytes(b"in the way\n")


def damage_output(folder: Path, state: State, random: Random) -> None:
    """Somebody writes over an output, or puts something else in its place."""
    path = folder / random.choice(outputs_of(state) or ["build/x"])
    there = seen(path)
    if there is None or path.parent.is_symlink():
        return
    kind = random.randrange(6)
    if kind == 0 and there.kind == "file":
        path.chmod(path.stat().st_mode ^ 0o100)
    elif kind == 1 and there.kind == "file":
        with path.open("ab") as stream:
            stream.write(b"by hand\n")
    elif kind == 2 and there.kind == "folder":
        (path / "stray").write_bytes(b"stray\n")
    else:
        remove(path)
        if kind == 3:
            path.mkdir()
            (path / "precious").write_bytes(b"x")
        elif kind == 4:
            path.symlink_to("nowhere")
        else:
            path.write_bytes(b"somebody else's\n")


def lose_state(folder: Path, state: State, random: Random) -> None:
    """Some of redun's own files are lost."""
    names = ("memo", "snapshots", "artifacts", "state.db", "parsed", "parser", "tmp", "settings", "probe", "lock", "")
    remove(folder / ".redun" / random.choice(names))
    if not (folder / ".redun/state.db").exists():
        for name in ("state.db-wal", "state.db-shm"):
            remove(folder / ".redun" / name)


def spoil_state(folder: Path, state: State, random: Random) -> None:
    """Some of redun's own files are truncated or overwritten."""
    files = [path for path in sorted((folder / ".redun").rglob("*")) if path.is_file() and path.name != ".gitignore"]
    names = sorted({path.relative_to(folder / ".redun").parts[0] for path in files} - {"displaced"})
    if not names:
        return
    name = random.choice(names)
    path = random.choice([path for path in files if path.relative_to(folder / ".redun").parts[0] == name])
    content = bytearray(path.read_bytes())
    kind = random.randrange(3)
    if kind == 0:
        content = content[: random.randrange(len(content) + 1)]
    elif kind == 1:
        content = bytearray(random.randbytes(random.randrange(1, 5000)))
    elif content:
        place = random.randrange(len(content))
        content[place : place + 64] = random.randbytes(len(content[place : place + 64]))
    path.chmod(0o644)
    path.write_bytes(content)


EDITS: dict[str, Edit] = {
    "edit a source": Edit(6, edit_source),
    "edit to the same size": Edit(6, edit_alike),
    "edit a header": Edit(6, edit_header),
    "edit includes": Edit(4, edit_includes),
    "edit includes of C": Edit(2, edit_c),
    "edit the list": Edit(4, edit_list),
    "edit a tool": Edit(3, edit_tool),
    "edit the rate": Edit(2, edit_rate),
    "make or drop the optional file": Edit(3, toggle_option),
    "add a source": Edit(4, add_source),
    "remove a source": Edit(4, remove_source),
    "break a source": Edit(2, break_source),
    "mend": Edit(4, mend_sources),
    "change a mode": Edit(2, change_mode),
    "change a variable": Edit(3, change_variable),
    "change a setting": Edit(3, change_define),
    "change a command": Edit(5, change_command),
    "add or drop rules": Edit(5, toggle_rules),
    "rearrange the redunfile": Edit(3, rearrange, idle=True),
    "change a helper": Edit(3, change_helper),
    "comment a helper": Edit(3, comment_helper, idle=True),
    "nothing": Edit(2, on_disk=nothing, idle=True),
    "touch": Edit(3, on_disk=touch, idle=True),
    "copy anew": Edit(2, on_disk=copy_anew, idle=True),
    "delete outputs": Edit(5, on_disk=delete_outputs),
    "delete all outputs": Edit(2, on_disk=delete_all_outputs),
    "damage an output": Edit(6, on_disk=damage_output),
    "lose state": Edit(3, on_disk=lose_state),
    "spoil state": Edit(3, on_disk=spoil_state),
}
