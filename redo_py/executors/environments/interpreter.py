"""What another interpreter is: its version, and where its packages lie."""

from __future__ import annotations

import json
import subprocess

from redo_py.executors.environments.making import OWN_VERSION
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

ASK = (
    "import json, sys; "
    "print(json.dumps(['%d.%d' % sys.version_info[:2], [p for p in sys.path if p.endswith('-packages')]]))"
)
PATIENCE = 30.0  # seconds in which it must have answered


def packages_of(python: str, environ: Mapping[str, str], place: str) -> list[str]:
    """The folders with packages of the interpreter at the path `python`, which `place` in the settings names. Raises
    UsageError if there is none, or if it has another version than ours."""
    facts = [("set in", place)] if place else []
    try:
        asked = subprocess.run(
            [python, "-c", ASK],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environ,
            timeout=PATIENCE,
            check=True,
        )
        version, folders = json.loads(asked.stdout)
    except OSError as error:
        raise UsageError("interpreter-missing", python=python, reason=error.strerror, facts=facts) from None
    except (subprocess.SubprocessError, ValueError) as error:
        raise UsageError("interpreter-silent", python=python, reason=str(error), facts=facts) from None
    if version != OWN_VERSION:
        raise UsageError("interpreter-version", python=python, version=version, own=OWN_VERSION, facts=facts)
    return [str(folder) for folder in folders]
