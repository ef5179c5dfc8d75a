"""What must be installed here for Spark, found out without importing it."""

from __future__ import annotations

import os
from importlib.util import find_spec
from shutil import which

from redo_py.ground.errors import RunError
from redo_py.remote.api.spark import CONNECT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OF_CONNECT = {"grpc": "grpcio", "grpc_status": "grpcio-status", "pandas": "pandas", "pyarrow": "pyarrow"}


def is_installed(module: str) -> bool:
    """Whether `module` can be imported here."""
    return find_spec(module) is not None


def check_needs(master: str, environ: Mapping[str, str], has: Callable[[str], bool] = is_installed) -> None:
    """Raises RunError with the first thing that is missing for the Spark at `master`; `has` tells of modules."""
    if not has("pyspark"):
        raise RunError("spark-no-pyspark")
    if master.startswith(CONNECT):
        absent = [package for module, package in OF_CONNECT.items() if not has(module)]
        if absent:
            raise RunError("spark-no-connect", packages=", ".join(absent))
    elif not java_of(environ):
        raise RunError("spark-no-java")


def java_of(environ: Mapping[str, str]) -> str:
    """The Java that Spark would start; "" if there is none."""
    home = environ.get("JAVA_HOME")
    if home:
        java = os.path.join(home, "bin", "java")
        return java if os.access(java, os.X_OK) else ""
    return which("java", path=environ.get("PATH", os.defpath)) or ""
