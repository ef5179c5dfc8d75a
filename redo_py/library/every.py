"""Importing this module defines all tasks of redun's own: a result of an earlier run may call one that nothing has
imported yet."""

from __future__ import annotations

import redo_py.library.control
import redo_py.library.functional
import redo_py.library.python
import redo_py.library.scripting
import redo_py.library.tools  # noqa: F401 - defining its tasks is what it does
