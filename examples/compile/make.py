"""Two C programs that share a library: each object is compiled once, and again only when its source changes."""

import subprocess

from redo_py import File, task

redun_namespace = "examples.compile"


@task()
def compile(c_file: File) -> File:  # noqa: A001 - inside this module, nobody needs the built-in one
    """Compile one C file into an object file."""
    o_file = c_file.path.replace(".c", ".o")
    subprocess.run(["cc", "-c", c_file.path, "-o", o_file], check=True)
    return File(o_file)


@task()
def link(prog_path: str, o_files: list[File]) -> File:
    """Link several object files into one program."""
    subprocess.run(["cc", "-o", prog_path, *(o_file.path for o_file in o_files)], check=True)
    return File(prog_path)


@task()
def make_prog(prog_path: str, c_files: list[File]) -> File:
    """Compile one program from its C files."""
    return link(prog_path, [compile(c_file) for c_file in c_files])


PROGRAMS = {
    "prog": [File("prog.c"), File("lib.c")],
    "prog2": [File("prog2.c"), File("lib.c")],
}


@task()
def make(programs: dict[str, list[File]] = PROGRAMS) -> list[File]:
    """Compile all programs."""
    return [make_prog(prog_path, c_files) for prog_path, c_files in programs.items()]
