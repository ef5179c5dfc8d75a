"""redo_py: build files and run workflows from one graph of lazy expressions."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"

_WHERE = {  # public name -> module that has it; loaded when it is asked for
    "Config": "redo_py.compat.config",
    "ContentDir": "redo_py.files.public",
    "ContentFile": "redo_py.files.public",
    "ContentFileSet": "redo_py.files.public",
    "Dir": "redo_py.files.public",
    "File": "redo_py.files.public",
    "FileCache": "redo_py.values.file_cache",
    "FileSet": "redo_py.files.public",
    "FileSystem": "redo_py.files.systems.filesystem",
    "Handle": "redo_py.values.handle",
    "IDir": "redo_py.files.public",
    "IFile": "redo_py.files.public",
    "IFileSet": "redo_py.files.public",
    "JobInfo": "redo_py.tasks.job_info",
    "PartialTask": "redo_py.tasks.task",
    "ProxyValue": "redo_py.values.custom",
    "RedunFileNotFoundError": "redo_py.files.trouble",
    "RedunOSError": "redo_py.files.trouble",
    "RedunPermissionError": "redo_py.files.trouble",
    "Scheduler": "redo_py.compat.scheduler",
    "ScriptError": "redo_py.ground.errors",
    "ShardedDataset": "redo_py.library.sharded",
    "ShardedS3Dataset": "redo_py.library.sharded",
    "StagingDir": "redo_py.values.staging",
    "StagingFile": "redo_py.values.staging",
    "Task": "redo_py.tasks.task",
    "Value": "redo_py.values.custom",
    "apply_func": "redo_py.library.python",
    "apply_tags": "redo_py.library.tags",
    "as_task": "redo_py.library.python",
    "catch": "redo_py.library.control",
    "catch_all": "redo_py.library.control",
    "command": "redo_py.tasks.builtin",
    "compose": "redo_py.library.functional",
    "cond": "redo_py.library.control",
    "const": "redo_py.library.functional",
    "copy_file": "redo_py.files.filing",
    "delay": "redo_py.library.functional",
    "eval_": "redo_py.library.python",
    "flat_map": "redo_py.library.functional",
    "flatten": "redo_py.library.functional",
    "force": "redo_py.library.functional",
    "fork_thread": "redo_py.library.threads",
    "get_context": "redo_py.library.context",
    "get_current_namespace": "redo_py.tasks.naming",
    "get_current_scheduler": "redo_py.compat.scheduler",
    "get_filesystem": "redo_py.files.systems.registry",
    "get_task_registry": "redo_py.tasks.registry",
    "glob_file": "redo_py.files.filing",
    "identity": "redo_py.library.functional",
    "join_thread": "redo_py.library.threads",
    "len_": "redo_py.ir.expression",
    "list_filesystems": "redo_py.files.systems.registry",
    "map_": "redo_py.library.functional",
    "merge_handles": "redo_py.library.handles",
    "namespace": "redo_py.tasks.naming",
    "no_prov": "redo_py.library.provenance",
    "open_file": "redo_py.files.filing",
    "quote": "redo_py.ir.expression",
    "register_filesystem": "redo_py.files.systems.registry",
    "run": "redo_py.app.running.from_python",
    "scheduler_task": "redo_py.compat.forms",
    "script": "redo_py.library.scripting",
    "seq": "redo_py.library.control",
    "set_current_scheduler": "redo_py.compat.current",
    "starmap": "redo_py.library.functional",
    "subrun": "redo_py.compat.subrun",
    "task": "redo_py.tasks.making",
    "tasks_of_process": "redo_py.app.running.ambient",
    "throw": "redo_py.library.control",
    "with_export_options": "redo_py.library.provenance",
    "wraps_task": "redo_py.tasks.wrapping",
    "zip_": "redo_py.library.functional",
}

__all__ = ["__version__", *_WHERE]  # __getattr__ has them; for type checkers they stand in __init__.pyi


def home_of(name: str) -> str:
    """The module that has the public name; "" if it is none."""
    return _WHERE.get(name, "")


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'redo_py' has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(_WHERE[name]), name)
    globals()[name] = found
    return found
