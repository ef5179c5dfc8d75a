"""Values are read back in a process that has not imported their classes yet."""

from __future__ import annotations

import subprocess
import sys

from redo_py import Dir, FileSet, IFile
from redo_py.values.encoding import encode
from redo_py.values.outputs import ScriptOutput

PROGRAM = """
import sys
from redo_py.values.encoding import decode

print(repr(decode(bytes.fromhex(sys.argv[1]))))
"""


def test_classes_are_imported_when_they_are_met():
    value = [Dir("a"), FileSet("*.c"), IFile("b"), ScriptOutput("file", "c", "d")]
    command = [sys.executable, "-c", PROGRAM, encode(value).hex()]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[Dir(path=a), FileSet(pattern=*.c), IFile(path=b), d -> c]\n"
