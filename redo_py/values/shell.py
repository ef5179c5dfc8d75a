"""Shell commands that copy files, for scripts that run where no File can be asked."""

from __future__ import annotations

from shlex import quote

from redo_py.values.spelling import is_url

LEFT_OUT = (".git", ".redun")  # what is no part of a Dir
COPY = "redo-py fs cp"  # the one that knows all file systems, wherever redun is installed


def copy_command(source: str, destination: str | None, recursive: bool = False) -> str:
    """The command that copies `source` to `destination`, "-" and None being standard input and output."""
    source, target = source or "-", destination or "-"
    if is_url(source) or is_url(target):
        option = " --recursive" if recursive else ""
        return f"{COPY}{option} {quote(source)} {quote(target)}"
    if "-" in (source, target):
        return f"cat {quote(source)}" if target == "-" else f"cat > {quote(target)}"
    if recursive:
        left_out = " ".join(f"--exclude={name}" for name in LEFT_OUT)
        read, write = f"tar -C {quote(source)} {left_out} -cf - .", f"tar -C {quote(target)} -xf -"
        # a POSIX shell tells the status of the last command of a pipe alone: what fails writes to descriptor 3
        failures = f"$({{ {{ {read} || echo 1 >&3; }} | {write} || echo 1 >&3; }} 3>&1)"
        return f'mkdir -p {quote(target)} && test -z "{failures}"'
    return f"cp {quote(source)} {quote(target)}"
