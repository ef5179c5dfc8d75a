"""Executors as objects, as redun's users make them: `scheduler.add_executor(LocalExecutor("batch"))`.

They only say what is wanted; who runs jobs is decided by the same settings as for everybody else.
"""

from __future__ import annotations

from redo_py.executors.registered import REGISTERED
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    Kind = TypeVar("Kind", bound="type[Executor]")


class Executor:
    """What runs jobs under the name `name`. A class of the user's own can be made and added; that a job asks for it is
    an error, because it was written for another scheduler."""

    is_for_redun = True

    def __init__(self, name: str, scheduler: Any = None, config: Mapping[str, Any] | None = None) -> None:
        self.name = name
        self.scheduler = scheduler
        self.config = config or {}

    def setting(self) -> dict[str, Any]:
        """As `[executors.NAME]` has it."""
        return {"class": f"{type(self).__module__}.{type(self).__qualname__}"}


class LocalExecutor(Executor):
    """Threads of this process, or processes beside it; `mode` is that of a config that says nothing of it."""

    def __init__(
        self, name: str, scheduler: Any = None, config: Mapping[str, Any] | None = None, mode: str = "thread"
    ) -> None:
        super().__init__(name, scheduler, config)
        self.mode = str(self.config.get("mode", mode))

    def setting(self) -> dict[str, Any]:
        """As `[executors.NAME]` has it; raises UsageError."""
        setting: dict[str, Any] = {"type": "local", "mode": self.mode}
        count = self.config.get("max_workers")
        if count is not None:
            if not str(count).isdigit() or int(count) < 1:
                raise UsageError("executor-workers", name=self.name, value=count)
            setting["max_workers"] = int(count)
        return setting


class AliasExecutor(Executor):
    """Another name of an executor."""

    def setting(self) -> dict[str, Any]:
        """As `[executors.NAME]` has it."""
        return {"type": "alias", "target": str(self.config.get("target", "default"))}


class Named(Executor):
    """An executor of a type that the table of executors has; `config` are its options, as redun.ini has them."""

    kind = ""

    def setting(self) -> dict[str, Any]:
        """As `[executors.NAME]` has it."""
        return {"type": self.kind, **self.config}


class Absent(Executor):
    """An executor of a kind that is not here yet: it cannot be made."""

    kind = ""

    def __init__(self, name: str, scheduler: Any = None, config: Mapping[str, Any] | None = None) -> None:
        from redo_py.executors.plugins import absent

        raise absent(name, self.kind)


class AWSBatchExecutor(Named):
    """AWS Batch."""

    kind = "aws_batch"


class AWSGlueExecutor(Absent):
    """AWS Glue."""

    kind = "aws_glue"


class DockerExecutor(Named):
    """Docker on this machine."""

    kind = "docker"


class GCPBatchExecutor(Absent):
    """Google Batch."""

    kind = "gcp_batch"


class K8SExecutor(Absent):
    """Kubernetes."""

    kind = "k8s"


def of_setting(name: str, setting: Mapping[str, Any]) -> Executor:
    """The executor `name` that `[executors.NAME]` describes."""
    kind = setting.get("type", "local")
    if kind == "local" and "class" not in setting:
        return LocalExecutor(name, config=setting)
    return AliasExecutor(name, config=setting) if kind == "alias" else Described(name, config=setting)


class Described(Executor):
    """One that is only known by its settings."""

    def setting(self) -> dict[str, Any]:
        """As `[executors.NAME]` has it."""
        return dict(self.config)


def register_executor(name: str, klass: Any = None) -> Callable[[Kind], Kind]:
    """Let the decorated class be what executors of the type `name` are made of."""

    def register(made: Kind) -> Kind:
        REGISTERED[name] = made
        return made

    if klass is not None:
        REGISTERED[name] = klass
    return register


class ExecutorError(Exception):
    """What an executor of the user's own raises."""
