"""The modules of redun and their public names, as strings: where each is with us, or what to use instead.

A name is looked up in ELSEWHERE, then in `redo_py` if SAME lists it, then in INSTEAD. tests/unit/ground/test_alias.py
asserts that every row leads somewhere. Source of the names: redun 0.44.1 as installed from PyPI.
"""

from __future__ import annotations

TOP = "redun"
OURS = "redo_py"
PAGE = "docs/coming-from-redun.md"

SAME: dict[str, str] = {  # module of redun -> its names that `redo_py` has under the same name
    "redun": """
        Dir File Handle PartialTask Scheduler ShardedS3Dataset Task __version__ apply_tags catch cond get_context
        get_current_namespace get_current_scheduler get_task_registry merge_handles namespace run script
        set_current_scheduler task throw
    """,
    "redun.backends": "",
    "redun.backends.base": "Handle",
    "redun.cli": "",
    "redun.config": "",
    "redun.context": "get_context",
    "redun.executors": "",
    "redun.executors.alias": "",
    "redun.executors.aws_batch": "",
    "redun.executors.aws_glue": "",
    "redun.executors.base": "",
    "redun.executors.docker": "",
    "redun.executors.gcp_batch": "",
    "redun.executors.k8s": "",
    "redun.executors.local": "",
    "redun.expression": "quote",
    "redun.federated_tasks": "subrun",
    "redun.file": """
        ContentDir ContentFile ContentFileSet Dir File FileSet FileSystem IDir IFile IFileSet RedunFileNotFoundError
        RedunOSError RedunPermissionError ShardedS3Dataset StagingDir StagingFile copy_file get_filesystem glob_file
        list_filesystems open_file register_filesystem
    """,
    "redun.functools": """
        PartialTask Task apply_func as_task compose const delay eval_ flat_map flatten force identity map_ no_prov quote
        scheduler_task seq starmap task zip_
    """,
    "redun.glue": "",
    "redun.handle": "Handle",
    "redun.hashing": "",
    "redun.logging": "",
    "redun.namespace": "get_current_namespace namespace",
    "redun.promise": "",
    "redun.pytest": "",
    "redun.scheduler": """
        Dir Handle JobInfo Scheduler Task apply_tags catch catch_all cond fork_thread
        get_current_scheduler get_task_registry join_thread merge_handles quote scheduler_task set_current_scheduler
        subrun task throw with_export_options
    """,
    "redun.scripting": "File ScriptError Task script task",
    "redun.tags": "",
    "redun.task": "PartialTask Task get_task_registry scheduler_task task wraps_task",
    "redun.tools": "Dir File seq task",
    "redun.utils": "",
    "redun.value": "FileCache ProxyValue Value",
}

EXPRESSIONS = (
    "Expression", "QuotedExpression", "SchedulerExpression", "SimpleExpression", "TaskExpression", "ValueExpression",
)  # fmt: skip
NESTED, SCOPES, TEXTS = "redo_py.compat.nested", "redo_py.compat.scopes", "redo_py.compat.texts"

ELSEWHERE: dict[str, dict[str, str]] = {  # module of redun -> its name -> our module, or our module:name
    "redun": {
        "AWSBatchExecutor": "redo_py.compat.executors",
        "AWSGlueExecutor": "redo_py.compat.executors",
        "AliasExecutor": "redo_py.compat.executors",
        "DockerExecutor": "redo_py.compat.executors",
        "GCPBatchExecutor": "redo_py.compat.executors",
        "K8SExecutor": "redo_py.compat.executors",
        "LocalExecutor": "redo_py.compat.executors",
        "register_executor": "redo_py.compat.executors",
        "version": "redo_py:__version__",
    },
    "redun.cli": {"RedunClient": "redo_py.cli.client"},
    "redun.config": {"Config": "redo_py.compat.config", "create_config_section": "redo_py.compat.config"},
    "redun.executors.alias": {"AliasExecutor": "redo_py.compat.executors"},
    "redun.executors.aws_batch": {"AWSBatchExecutor": "redo_py.compat.executors"},
    "redun.executors.aws_glue": {"AWSGlueExecutor": "redo_py.compat.executors"},
    "redun.executors.base": dict.fromkeys(
        ("Executor", "ExecutorError", "register_executor"), "redo_py.compat.executors"
    ),
    "redun.executors.docker": {"DockerExecutor": "redo_py.compat.executors"},
    "redun.executors.gcp_batch": {"GCPBatchExecutor": "redo_py.compat.executors"},
    "redun.executors.k8s": {"K8SExecutor": "redo_py.compat.executors"},
    "redun.executors.local": {"LocalExecutor": "redo_py.compat.executors"},
    "redun.promise": {"Promise": "redo_py.compat.promise", "wait_promises": "redo_py.compat.promise"},
    "redun.pytest": {"scheduler": "redo_py.pytest"},
    "redun.namespace": {"compute_namespace": "redo_py.compat.texts"},
    "redun.scheduler": {
        "DryRunResult": "redo_py.compat.scheduler",
        "Execution": "redo_py.compat.sight:ExecutionSight",
        "Job": "redo_py.compat.sight:JobSight",
        "NoCurrentScheduler": "redo_py.compat.current",
        "SchedulerError": "redo_py.compat.scheduler",
        "Thread": "redo_py.values.thread",
        **dict.fromkeys(("CacheCheckValid", "CacheResult", "CacheScope"), SCOPES),
        **dict.fromkeys(EXPRESSIONS, "redo_py.ir.expression"),
    },
    "redun.backends.base": dict.fromkeys(("CacheCheckValid", "CacheResult", "CacheScope"), SCOPES),
    "redun.context": {"get_context_value": NESTED},
    "redun.expression": dict.fromkeys(EXPRESSIONS, "redo_py.ir.expression"),
    "redun.federated_tasks": dict.fromkeys(
        ("federated_task", "lambda_federated_task", "launch_federated_task", "rest_federated_task"),
        "redo_py.compat.federated",
    ),
    "redun.hashing": dict.fromkeys(
        ("hash_bytes", "hash_stream", "hash_struct", "hash_tag_bytes", "hash_text"), "redo_py.compat.digests"
    ),
    "redun.logging": {"log_levels": "redo_py.compat.loggers", "logger": "redo_py.compat.loggers"},
    "redun.tags": dict.fromkeys(
        ("ANY_VALUE", "format_tag_key_value", "format_tag_value", "parse_tag_key_value", "parse_tag_value"),
        "redo_py.compat.tags",
    ),
    "redun.task": {
        "CacheCheckValid": SCOPES,
        "CacheResult": SCOPES,
        "CacheScope": SCOPES,
        "SchedulerTask": "redo_py.tasks.scheduling",
        "TaskRegistry": "redo_py.tasks.registry",
        "split_task_fullname": TEXTS,
    },
    "redun.tools": dict.fromkeys(
        ("copy_dir", "copy_file", "copy_files", "debug_task", "render_template"), "redo_py.library.tools"
    ),
    "redun.value": {"InvalidValueError": "redo_py.values.foreign:NotEncodable"},
    "redun.utils": {
        "iter_nested_value": NESTED,
        "map_nested_value": NESTED,
        "merge_dicts": NESTED,
        "pickle_dumps": "redo_py.values.codec:pack",
        "pickle_loads": "redo_py.values.codec:unpack",
        **dict.fromkeys(
            (
                "add_import_path",
                "format_timedelta",
                "format_timestamp",
                "get_func_source",
                "get_import_paths",
                "json_dumps",
                "str2bool",
                "trim_string",
            ),
            TEXTS,
        ),
    },
    "redun.file": dict.fromkeys(
        ("ContentStagingDir", "ContentStagingFile", "IStagingDir", "IStagingFile", "Staging"), "redo_py.values.staging"
    ),
    "redun.scripting": {"Staging": "redo_py.values.staging"},
    "redun.glue": {
        "clean_datacatalog_table": "redo_py.spark",
        "get_glue_context": "redo_py.spark",
        "get_num_workers": "redo_py.spark",
        "get_spark_context": "redo_py.spark",
        "get_spark_session": "redo_py.spark",
        "load_datacatalog_spark_dataset": "redo_py.spark",
        "sql_query": "redo_py.spark",
        "udf": "redo_py.spark",
    },
}

DATABASE = "`redun log` and `redun why` tell of past executions; the database is .redun/state.db and has other tables"
EXECUTORS = "executors send code and results in a way of their own here: docs/executors.md tells how to write one"
ABSENT = "this executor is not here yet: docs/executors.md tells which there are"
ENGINE = "the engine has no promises and callbacks: write the form as a generator with @scheduler_task"

INSTEAD: dict[str, dict[str, str]] = {  # module of redun -> its name -> what to do instead
    "redun.scheduler": {
        "ErrorValue": "an error that was handled is the exception itself",
        "Frame": "`redun log JOB` shows the traceback of a job that failed",
        "Traceback": "`redun log JOB` shows the traceback of a job that failed",
    },
    "redun.glue": {"setup_glue_job": "the driver of the Spark executor makes the session"},
    "redun.scripting": {"script_task": "call `script(...)`, or make a task with @task(script=True)"},
    "redun.task": {"hash_args_eval": "identities are computed by the engine"},
    "redun.value": {
        "TypeRegistry": "a class of values is known once it is defined",
        "get_type_registry": "a class of values is known once it is defined",
    },
    "redun.hashing": {
        "hash_call_node": "identities are computed by the engine",
        "hash_eval": "identities are computed by the engine",
        "hash_tag": "tags need no hash here",
    },
}

GONE: dict[str, str] = {  # module of redun -> what to do instead
    "redun.azure_utils": "credentials are found by the file system of az:// paths",
    "redun.backends.db": DATABASE,
    "redun.backends.db.dataflow": DATABASE,
    "redun.backends.db.query": DATABASE,
    "redun.backends.db.serializers": DATABASE,
    "redun.backends.value_store": "large values are kept in .redun/artifacts",
    "redun.bcoding": "values have an encoding of their own, which is not bencode",
    "redun.console": "`redun log` shows executions, jobs, files and values",
    "redun.db_utils": DATABASE,
    "redun.executors.aws_utils": "use boto3 itself",
    "redun.executors.code_packaging": EXECUTORS,
    "redun.executors.command": EXECUTORS,
    "redun.executors.gcp_utils": ABSENT,
    "redun.executors.k8s_utils": ABSENT,
    "redun.executors.launch": EXECUTORS,
    "redun.executors.scratch": EXECUTORS,
    "redun.job_array": EXECUTORS,
    "redun.scheduler_config": "settings are read from redun.toml, pyproject.toml and .redun/redun.ini",
    "redun.sphinx": "tasks are documented by their docstrings; there is no extension for Sphinx",
}


def names_of(module: str) -> list[str]:
    """The public names of `module` that are here, sorted."""
    return sorted(name for name in {*SAME[module].split(), *ELSEWHERE.get(module, ())} if place_of(module, name))


def place_of(module: str, name: str) -> tuple[str, str] | None:
    """(our module, its name) of a name of redun; None if we do not have it."""
    elsewhere = ELSEWHERE.get(module, {}).get(name)
    if elsewhere is not None:
        where, _, renamed = elsewhere.partition(":")
        return where, renamed or name
    if name not in SAME.get(module, "").split():
        return None
    from redo_py import home_of

    return (OURS, name) if home_of(name) or name == "__version__" else None


def spelled(module: str, member: str) -> tuple[str, str]:
    """The one (module, name) for what `from module import member` gives, whichever way ours are spelled: the identity
    of code rests on it."""
    place = place_of(module, member) if module.partition(".")[0] == TOP else (module, member)
    if place is None:
        return module, member
    from redo_py import home_of

    return (TOP, place[1]) if place[0] == OURS or home_of(place[1]) == place[0] else place


def absent(module: str, name: str = "") -> str:
    """What to say of a module that is not here, or of a name that a module here does not have."""
    said = INSTEAD.get(module, {}).get(name, "") if name else GONE.get(module, "")
    what = f"{module}.{name}" if name else module
    return f"redo_py has no `{what}`: {said or _near(module, name) or 'it is no part of what was kept'}; see {PAGE}"


def _near(module: str, name: str) -> str:
    """A name that may have been meant, else where in redun's tree the name is."""
    homes = [home for home in SAME if name and place_of(home, name) is not None]
    if homes:
        return f"`from {homes[0]} import {name}`"
    from difflib import get_close_matches

    known = names_of(module) if name else [*SAME]
    close = get_close_matches(name or module, known, 1, 0.7)
    return f"did you mean `{close[0]}`?" if close else ""
