"""Tasks of redun's own are found by name, whatever was imported before."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
from redo_py.app.tasks import ProjectTasks

tasks = ProjectTasks(lambda: None)
for name in ("redun.script", "redun.script_later", "redun.tools.copy_file", "redun.map_"):
    print(tasks.resolve(name).fullname)
"""


def test_they_are_there_without_being_imported():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["redun.script", "redun.script_later", "redun.tools.copy_file", "redun.map_"]
