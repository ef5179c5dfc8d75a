"""Shell scripts as steps of a workflow."""

from redo_py import File, script, task

redun_namespace = "script"


@task()
def count_words(text: File, counts: str) -> File:
    """How often each word comes, most often first."""
    return script(
        f"""
        tr -cs 'a-zA-Z' '\\n' < {text.path} | tr A-Z a-z | sort | uniq -c | sort -k1,1nr -k2 > {counts}
        """,
        inputs=[text],
        outputs=File(counts),
    )


@task()
def first_line(file: File) -> str:
    return file.readlines()[0].strip()


@task()
def main(text: File = File("text.txt")) -> dict:  # noqa: B008 - a path, which is looked at when the task runs
    counts = count_words(text, "counts.txt")
    return {"file": counts, "most": first_line(counts)}
