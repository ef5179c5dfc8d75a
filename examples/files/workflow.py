"""Files as values: what they hold decides, wherever they are."""

from redo_py import Dir, File, task

redun_namespace = "files"


@task()
def split(source: File, folder: str) -> Dir:
    """One file for each line of the source."""
    for number, line in enumerate(source.readlines()):
        File(f"{folder}/{number}.txt").write(line)
    return Dir(folder)


@task()
def shout(file: File) -> File:
    loud = File(f"loud/{file.basename()}")
    loud.write(file.read().upper())
    return loud


@task()
def shout_all(lines: Dir) -> list[File]:
    return [shout(file) for file in sorted(lines, key=lambda file: file.path)]


@task()
def join(files: list[File], path: str) -> File:
    File(path).write("".join(file.read() for file in files))
    return File(path)


@task()
def main(source: File = File("source.txt"), out: str = "joined.txt") -> File:  # noqa: B008 - looked at when it runs
    return join(shout_all(split(source, "lines")), out)
