"""The options that all executors elsewhere have, and how options of any executor are checked.

The Options of an executor are a model of pydantic: their fields are names, defaults and docs. What a task may say for
one job is marked with `PER_JOB`; the rest belongs to the executor alone. Values may be texts, as redun.ini has them.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from redo_py.ground.units import bytes_of
from redo_py.ground.wanted import wanted
from redo_py.remote.api.package import fault_of
from redo_py.remote.api.scratch import fault_at
from redo_py.tasks.options import ALIKE, OF_EXECUTORS, OPTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# json_schema_extra of a field that a task may give for its own jobs,
PER_JOB: dict[str, Any] = {"per_job": True}
JOINED: dict[str, Any] = {"per_job": True, "joined": True}  # and of a table or list, to which it adds
CLOSE = 0.6  # how alike two names must be for one to be meant by the other


class Slip(ValueError):
    """What is wrong with a value, in words that need no `not VALUE` behind them."""


def as_bytes(value: Any) -> Any:
    """Bytes of a text such as `4G`; a number is one of bytes already."""
    found = bytes_of(value) if isinstance(value, str) and not value.isdecimal() else value
    if found is None and value is not None:
        raise ValueError('a size is a number of bytes, or a text like "2G"')
    return found


def as_words(value: Any) -> Any:
    """A list of a text: JSON, or words."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        import json

        try:
            return json.loads(value)
        except ValueError:
            raise Slip("it is a list of texts; a text that begins with `[` must be one in JSON") from None
    return value.split()


def as_patterns(value: list[str]) -> list[str]:
    """Glob patterns of files of the project. Raises ValueError."""
    for pattern in value:
        if fault := fault_of(pattern):
            raise Slip(f"`{pattern}`: {fault}" if pattern else f"a pattern: {fault}")
    return value


def as_mapping(value: Any) -> Any:
    """A dict of a text that is a JSON object."""
    if not isinstance(value, str):
        return value
    import json

    try:
        return json.loads(value or "{}")
    except ValueError:
        raise ValueError("it is a table, or a text that is one in JSON") from None


def as_span(value: Any) -> Any:
    """Seconds of a text such as `2h`; a number is one of seconds already."""
    from redo_py.tasks.declaration.units import seconds

    found = seconds(value) if isinstance(value, str) else value
    if found is None and value is not None:
        raise ValueError('a duration is a number of seconds, or a text like "2h"')
    return found


def check_absolute(value: str) -> str:
    """`value` if it is "" or an absolute path."""
    if value and not value.startswith("/"):
        raise ValueError("it is an absolute path, as jobs see it")
    return value


Bytes = Annotated[int, BeforeValidator(as_bytes), Field(ge=1)]
Words = Annotated[list[str], BeforeValidator(as_words)]
Patterns = Annotated[list[str], BeforeValidator(as_words), AfterValidator(as_patterns)]
Table = Annotated[dict[str, str], BeforeValidator(as_mapping)]
Seconds = Annotated[float, Field(gt=0)]
Span = Annotated[float, BeforeValidator(as_span), Field(gt=0)]


def renamed(*names: str, default: Any = None, per_job: bool = False, description: str = "", **rest: Any) -> Any:
    """A field that has other names, too: the first is its own."""
    extra: Any = PER_JOB if per_job else None
    return Field(
        default=default, validation_alias=AliasChoices(*names), description=description, json_schema_extra=extra, **rest
    )


def as_scratch(value: str) -> str:
    """Where a scratch can be. Raises ValueError."""
    if fault := fault_at(value):
        raise Slip(fault)
    return value


Place = Annotated[str, AfterValidator(as_scratch)]


class ExecutorOptions(BaseModel):
    """What every executor that the settings name has."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, frozen=True, arbitrary_types_allowed=True)

    cpus: float | None = Field(default=None, gt=0, description="processors of a job", json_schema_extra=PER_JOB)
    memory: Bytes | None = Field(default=None, description="memory of a job", json_schema_extra=PER_JOB)
    gpus: int | None = Field(default=None, ge=0, description="GPUs of a job", json_schema_extra=PER_JOB)
    retries: int | None = Field(
        default=None, ge=0, description="how often a failed job is tried again", json_schema_extra=PER_JOB
    )
    timeout: Seconds | None = Field(default=None, description="how long a job may take", json_schema_extra=PER_JOB)


class RemoteOptions(ExecutorOptions):
    """What every backend has: how code and files get there."""

    scratch: Place = Field(
        default="",
        description="where code, arguments, files and results pass through: a folder, or s3://, gs://, az://; "
        "by default `scratch` in the state folder",
    )
    scratch_access: Literal["owner", "group"] = Field(
        default="owner", description="who may read and write what lies in a folder as scratch"
    )
    python: str = Field(default="python3", description="the Python of the worker, which must have redo-py installed")
    code_package: bool = Field(
        default=True, description="whether the project's code is sent; else it must be there", json_schema_extra=PER_JOB
    )
    code_includes: Patterns = Field(
        default=["**/*.py"], description="glob patterns of the files that are sent as code", json_schema_extra=PER_JOB
    )
    code_excludes: Patterns = Field(
        default=[], description="glob patterns of files that are not", json_schema_extra=PER_JOB
    )
    environments: Annotated[str, AfterValidator(check_absolute)] = Field(
        default="",
        description="the folder, where jobs run, in which the environments of `env=` are made; by default one of the "
        "user's cache folder there",
    )
    max_workers: int | None = Field(default=None, ge=1, description="how many of its jobs run at once; all by default")
    max_result: Bytes = Field(
        default=256 << 20, description="a result that is larger fails its job", json_schema_extra=PER_JOB
    )
    job_monitor_interval: Seconds = Field(default=1.0, description="seconds between two looks at the jobs")
    job_stale_time: float = Field(
        default=0.05, ge=0, description="seconds that jobs wait for others to be started together with them"
    )
    start_timeout: Span | None = Field(
        default=None,
        description="how long a job may wait in a queue before it begins; by default as long as it takes",
        json_schema_extra=PER_JOB,
    )
    latency: float = Field(
        default=3.0, ge=0, description="seconds that a result may take to be seen after its job has ended"
    )
    patience: Seconds = Field(
        default=120.0, description="seconds of faults of network, scratch or service after which jobs fail"
    )

    @property
    def is_in_place(self) -> bool:
        """Whether jobs run in the project itself, and nothing is sent but the call."""
        return False


class OptionFault(ValueError):
    """An option of an executor that cannot be: which, why, and what to do."""

    def __init__(self, name: str, error: str, hint: str = "") -> None:
        super().__init__(error)
        self.name = name
        self.error = error
        self.hint = hint


def names_of(model: type[BaseModel]) -> dict[str, str]:
    """Every name that an option of `model` can be given by -> its first one."""
    found = {}
    for name, field in model.model_fields.items():
        found[name] = name
        alias = field.validation_alias
        if isinstance(alias, AliasChoices):
            found.update({str(choice): name for choice in alias.choices})
    return found


def per_job(model: type[BaseModel]) -> frozenset[str]:
    """The names by which a task can give options of `model` for its own jobs."""
    marked = {name for name, field in model.model_fields.items() if field.json_schema_extra in (PER_JOB, JOINED)}
    return frozenset(name for name, own in names_of(model).items() if own in marked)


def checked(model: type[BaseModel], given: Mapping[str, Any]) -> Any:
    """The options that `given`, in the units of the engine, says. Raises OptionFault for the first that cannot be."""
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        raise _fault(model, error.errors()[0]) from None


def with_job(options: Any, given: Mapping[str, Any]) -> Any:
    """`options` of an executor with what the job's own options `given` say over them. Raises OptionFault, for what must
    be a slip, too."""
    model = type(options)
    accepted, names = per_job(model), names_of(model)
    for name in unheeded(model, given):
        if name not in names and (meant := get_close_matches(name, sorted(accepted), 1, ALIKE)):
            raise OptionFault(name, "there is no such option", f"did you mean {meant[0]}?")
    own = {names[name]: value for name, value in given.items() if name in accepted and value is not None}
    if not own:
        return options
    said = {name: getattr(options, name) for name in options.model_fields_set}
    return _joined(options, checked(model, {**said, **own}), own)


def unheeded(model: type[BaseModel], given: Mapping[str, Any]) -> list[str]:
    """The names in `given` that neither redun heeds nor an executor of this `model`, for one job. Options of executors
    of other kinds are none of them: a task keeps its own wherever it runs."""
    accepted, names = per_job(model), names_of(model)
    others = (name for name in given if name not in accepted and name not in OPTIONS)
    return [name for name in others if name in names or name not in OF_EXECUTORS]


def _joined(options: Any, made: Any, own: Mapping[str, Any]) -> Any:
    """`made`, with what `options` say before what the job's `own` say, where that adds to it."""
    adding = [name for name in own if type(made).model_fields[name].json_schema_extra == JOINED]
    return made.model_copy(update={name: _sum(getattr(options, name), getattr(made, name)) for name in adding})


def _sum(first: Any, more: Any) -> Any:
    return {**first, **more} if isinstance(first, dict) else [*first, *more]


def _fault(model: type[BaseModel], found: Any) -> OptionFault:
    name = str(found["loc"][0]) if found["loc"] else ""
    if found["type"] == "extra_forbidden":
        return OptionFault(name, "there is no such option", suggestion(name, names_of(model)))
    if found["type"] == "missing":
        return OptionFault(name, "it is needed", "")
    slip = found.get("ctx", {}).get("error")
    if isinstance(slip, Slip):
        return OptionFault(name, str(slip))
    must_be = wanted(found)
    said = f"it must be {must_be}" if must_be else str(found["msg"]).removeprefix("Value error, ")
    return OptionFault(name, said[:1].lower() + said[1:] + f", not {found['input']!r}", "")


def suggestion(name: str, known: Iterable[str]) -> str:
    """Which of the names `known` may be meant; all of them if none is alike."""
    close = get_close_matches(name, list(known), 1, CLOSE)
    return f"did you mean {close[0]}?" if close else "known here: " + ", ".join(sorted({*known}))
