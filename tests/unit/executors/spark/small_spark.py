"""A very small pyspark in place of the real one, which takes seconds to start: the sessions, tags and tables that a
driver uses. It is put first on the path of the drivers of a test; what those do is then as fast as the protocol is."""

from __future__ import annotations

from pathlib import Path

JAVA = """
import os
import shutil
import stat


class SparkContext:
    @staticmethod
    def _ensure_initialized():
        words = os.environ["PYSPARK_SUBMIT_ARGS"].split()
        assert words[0] == "--properties-file"
        mode = stat.S_IMODE(os.stat(words[1]).st_mode)
        shutil.copy(words[1], os.path.join(os.environ["SMALL_SPARK"], f"conf-{mode:o}"))
"""
SQL = """
import os
import shutil
import threading
import time
import uuid

SENT = os.environ["SMALL_SPARK"]


class SparkError(Exception):
    pass


class Row(tuple):
    pass


class Process:
    status = None

    def poll(self):
        return self.status


class Gateway:
    proc = Process()


class Java:
    stopped = False

    def sc(self):
        return self

    def isStopped(self):
        return self.stopped


class Context:
    uiWebUrl = "http://here:4040"
    applicationId = "local-7"
    _gateway = Gateway()
    _jsc = Java()

    def __init__(self):
        self.tags = threading.local()
        self.active = []

    def addPyFile(self, path):
        shutil.copy(path, f"{SENT}/{os.getpid()}.zip")

    def addJobTag(self, tag):
        self.tags.now = tag

    def removeJobTag(self, tag):
        self.tags.now = ""

    def setInterruptOnCancel(self, is_interrupted):
        assert is_interrupted

    def cancelJobsWithTag(self, tag):
        for other, job in list(self.active):
            if other == tag:
                job.set()


class DataFrame:
    def __init__(self, text, parts=2):
        self.text = text
        self.parts = parts

    @property
    def write(self):
        return self

    def parquet(self, url):
        if self.text == "elsewhere":
            return
        os.makedirs(url.removeprefix("file://"))
        writing = uuid.uuid4()
        for number in range(self.parts):
            with open(f"{url.removeprefix('file://')}/part-{number:05}-{writing}-c000.snappy.parquet", "w") as file:
                file.write(f"{self.text} {number}")


class SparkSession:
    builder = None
    version = "4.0"
    sparkContext = Context()

    def __init__(self, settings):
        self.settings = settings

    def work(self, seconds):
        context = self.sparkContext
        job = context.tags.now, threading.Event()
        context.active.append(job)
        try:
            if job[1].wait(seconds):
                raise SparkError("[OPERATION_CANCELED] cancelled")
        finally:
            context.active.remove(job)

    def break_down(self):
        Process.status = 1
        raise SparkError("Connection refused")

    def stop(self):
        Java.stopped = True


class Builder:
    def __init__(self):
        self.settings = {}

    def config(self, name, value):
        self.settings[name] = value
        return self

    def master(self, master):
        if "slow" in master:
            time.sleep(300)
        if "nowhere" in master:
            raise SparkError(f"cannot reach {master}\\n\\n  at one\\n  at two")
        return self

    def getOrCreate(self):
        return SparkSession(self.settings)


SparkSession.builder = Builder()
"""


def lay(folder: Path) -> Path:
    """Write it below `folder`; where it can be imported from, as a package that is installed."""
    folder /= "site-packages"
    (folder / "pyspark/sql").mkdir(parents=True)
    (folder / "pyspark/__init__.py").write_text(JAVA)
    (folder / "pyspark/sql/__init__.py").write_text(SQL)
    return folder
