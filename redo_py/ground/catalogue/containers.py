"""Jobs in containers, and what docker and podman refuse."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "container-engine-missing": (
        "the executor `{name}` runs containers, and {engine} is not on PATH",
        "install docker or podman; `engine` says which of them is meant",
    ),
    "container-engine": (
        "{engine} does not work here: {reason}",
        "`{command}` says more. A daemon may not run, or be another user's",
    ),
    "container-without-image": (
        "{label} is to run in a container, and no image is named",
        "say `image` for the executor, or for the task",
    ),
    "container-image": (
        "{label} cannot run: there is no image `{image}`",
        "make it, or fetch it with `{engine} pull {image}`; `pull` says when redun does that",
    ),
    "container-refused": ("{engine} does not start a container for {label}: {reason}", ""),
    "container-program": (
        "the image `{image}` cannot run {program}",
        "it needs Python and redo-py; `python` says what its Python is called",
    ),
    "container-memory": (
        "{label} needed more memory than its container may use, which is {memory}",
        "give it more with `memory`",
    ),
    "container-no-terminal": (
        "{label} is to run interactively, and redun has no terminal",
        "begin it in a terminal, or take `interactive` away",
    ),
}
