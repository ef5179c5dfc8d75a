"""The settings that redun.toml may hold, checked by pydantic. Imported only when a settings file changed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from redo_py.config.complaints import ANYWHERE, HERE, OF_EXECUTORS
from redo_py.config.databases import as_postgres
from redo_py.ground.units import bytes_of


def as_bytes(value: Any) -> Any:
    """A size that is written as a text, such as `2G`, in bytes."""
    if not isinstance(value, str):
        return value
    size = bytes_of(value)
    if size is None:
        raise PydanticCustomError("size", "no size")
    return size


def as_plain(value: Any) -> Any:
    """A value for config(...): TOML has dates and times as well, which the language does not."""
    kept: list[Any] = [value]
    while kept:
        each = kept.pop()
        if isinstance(each, dict):
            kept += each.values()
        elif isinstance(each, list):
            kept += each
        elif not isinstance(each, (str, int, float)):
            raise PydanticCustomError("plain", "no plain value")
    return value


def as_database(value: Any) -> Any:
    """The address of a database in Postgres; "" is none."""
    if value == "":
        return value
    try:
        return as_postgres(value)
    except (AttributeError, ValueError):
        raise PydanticCustomError("database", "no database") from None


Plain = Annotated[Any, BeforeValidator(as_plain)]
Size = Annotated[int, BeforeValidator(as_bytes)]


def as_memory(value: Any) -> Any:
    """What `memory=` of a rule takes, in bytes."""
    from redo_py.tasks.declaration.units import size

    found = size(value)
    if found is None:
        raise PydanticCustomError("memory", "no amount of memory")
    return found


def as_gpus(value: Any) -> Any:
    """A number of GPUs, or their names, as the list of their names."""
    if type(value) is int and value >= 0:
        return [str(number) for number in range(value)]
    names = [str(name) if type(name) is int and name >= 0 else name for name in value] if type(value) is list else [""]
    if not all(isinstance(name, str) and name and "," not in name for name in names):
        raise PydanticCustomError("gpus", "no GPUs")
    return list(dict.fromkeys(names))


Memory = Annotated[int, BeforeValidator(as_memory)]
Gpus = Annotated[list[str], BeforeValidator(as_gpus)]
Places = Annotated[int, Field(ge=1)]


class Section(BaseModel):
    """What all sections share: an unknown name is an error."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Build(Section):
    """[build]"""

    jobs: int | None = Field(
        default=None, ge=1, description="how many jobs run at once; two more than there are processors by default"
    )
    memory: Memory | None = Field(
        default=None, description="how much the jobs that say `memory=` may take together, e.g. 16G; by default all"
    )
    gpus: Gpus | None = Field(
        default=None, description="how many GPUs jobs may have, or a list of their names; found out by default"
    )
    jobserver: Literal["auto", "always", "never"] = Field(
        default="auto", description="which commands share redun's -j: those that call make and the like, all or none"
    )
    tools: Literal["digest", "path", "ignore"] = Field(
        default="digest", description="what identifies a command's program: its content, its path, or nothing"
    )
    pass_env: list[str] = Field(
        default_factory=list, description="environment variables that every command gets, and that are in its key"
    )


class Artifacts(Section):
    """[artifacts]"""

    max_file: Size = Field(default=256 << 20, ge=0, description="bytes, or a text like 2G; larger outputs are not kept")
    max_total: Size = Field(
        default=5 << 30, ge=0, description="bytes, or a text like 2G; beyond it the outputs not used for longest go"
    )
    large_value: Size = Field(
        default=1 << 20, ge=0, description="bytes, or a text like 2G; larger values are files and not in the database"
    )
    max_value: Size = Field(
        default=4 << 30, ge=0, description="bytes, or a text like 2G; a task whose result is larger fails"
    )
    run: bool = Field(
        default=False, description="whether `redun run` puts missing products of tasks back, as builds do"
    )


class Code(Section):
    """[code]"""

    packages: list[str] = Field(
        default_factory=list, description="installed packages whose version is part of the identity of tasks"
    )


class Tasks(Section):
    """[tasks]"""

    python: str = Field(
        default="", description="the interpreter that functions run in, if it is not the one that redun is installed in"
    )
    measure: bool = Field(
        default=False,
        description="whether the processor time of functions in threads is measured, as that of processes",
    )


class Run(Section):
    """[run]"""

    setup_scheduler: str = Field(
        default="", description="`FILE::FUNCTION` or `MODULE::FUNCTION` that makes the scheduler"
    )
    log_level: Literal["", "error", "warn", "info", "debug"] = Field(
        default="", description="how much `redun run` tells; by default of the first jobs and of all in a table"
    )
    job_status_interval: float = Field(
        default=20.0, description="seconds between two tables of the status of jobs; 0 for none but the last"
    )
    context_file: str = Field(
        default="", description="a JSON file with values of the context; `[context]` wins over it"
    )
    ignore_warnings: list[Literal["namespace"]] = Field(
        default_factory=list, description='what is not warned of; `"namespace"`: tasks that have none'
    )
    database: Annotated[str, BeforeValidator(as_database)] = Field(
        default="", description="a Postgres database, `postgresql://HOST/NAME`, in which runs are recorded"
    )
    database_trusted: bool = Field(
        default=False, description="whether pickles of that database are loaded, which run code of whoever wrote them"
    )
    database_user_env: str = Field(
        default="REDUN_DB_USERNAME", description="the environment variable that names its user"
    )
    database_password_env: str = Field(
        default="REDUN_DB_PASSWORD", description="the environment variable that has the password"
    )
    federated_configs: list[str] = Field(
        default_factory=list, description="further files or folders with sections `federated_tasks` and `executors`"
    )


class AnyExecutor(BaseModel):
    """[executors.NAME] of any type: what the options of other types may be, their executors know."""

    model_config = ConfigDict(extra="allow")

    type: str = "local"
    cpus: float | None = Field(default=None, gt=0)  # from here on what its jobs have unless they say something else
    memory: Memory | None = None
    gpus: int | None = Field(default=None, ge=0)
    retries: int | None = Field(default=None, ge=0)
    timeout: str | float | None = None


class Executor(AnyExecutor):
    """[executors.NAME] of the types that are here in any case."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: Literal["local", "alias"] = "local"
    mode: Literal["thread", "process"] = "thread"
    max_workers: Places | None = None
    target: str | None = None
    timeout: str | None = None


def kind_of_executor(value: Any) -> str:
    """By which of the two models the settings of an executor are checked."""
    if isinstance(value, AnyExecutor):
        return HERE if isinstance(value, Executor) else ANYWHERE
    is_here = not isinstance(value, dict) or ("class" not in value and value.get("type", "local") in ("local", "alias"))
    return HERE if is_here else ANYWHERE


OneOf = Annotated[
    Annotated[Executor, Tag(HERE)] | Annotated[AnyExecutor, Tag(ANYWHERE)], Discriminator(kind_of_executor)
]


class Federated(Section):
    """[federated_tasks.NAME]"""

    task_name: str
    namespace: str = ""
    load_module: str = ""
    executor: str = ""
    config_dir: str = ""
    task_signature: str = ""
    description: str = ""


class Repository(Section):
    """[repos.NAME]"""

    config_dir: str


class Compat(Section):
    """[compat]"""

    redun: Literal["ours", "real"] = Field(
        default="ours", description="what `import redun` gives in a workflow: redo_py, or the redun that is installed"
    )


class Profile(Section):
    """[profile.NAME], and what every other place for settings has as well."""

    build: Build = Field(default_factory=Build)
    artifacts: Artifacts = Field(default_factory=Artifacts)
    code: Code = Field(default_factory=Code)
    tasks: Tasks = Field(default_factory=Tasks)
    limits: dict[str, Places] = Field(
        default_factory=dict, description="how many places each pool has, whatever the redunfile says"
    )
    config: dict[str, Plain] = Field(default_factory=dict, description="values for the redunfile's config(...)")
    run: Run = Field(default_factory=Run)
    context: dict[str, Plain] = Field(default_factory=dict, description="values that get_context(...) gives to tasks")
    tags: dict[str, Plain] = Field(default_factory=dict, description="tags of every run")
    executors: dict[str, OneOf] = Field(default_factory=dict, description="what `executor=` of a task can name")
    federated_tasks: dict[str, Federated] = Field(
        default_factory=dict, description="tasks of other projects that `federated_task` can call"
    )
    repos: dict[str, Repository] = Field(default_factory=dict, description="other repositories by name")
    compat: Compat = Field(default_factory=Compat)


class UserFile(Profile):
    """The redun.toml of a user."""

    profile: dict[str, Profile] = Field(default_factory=dict, description="settings that --profile NAME picks")


class File(UserFile):
    """The redun.toml of a project."""

    root: bool = Field(default=False, description="whether this folder is a project of its own, below another one")


def known() -> list[str]:
    """The names of all settings, as docs/settings.md writes them: `build.jobs`."""
    names = []
    for name, field in File.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, Section):
            names += [f"{name}.{inner}" for inner in section.model_fields]
        else:
            names.append(name)
    return names


def of_executors() -> list[str]:
    """The names of the settings of executors that are here in any case, below [executors.NAME]."""
    return [OF_EXECUTORS + name for name in Executor.model_fields]
