"""What bodies, requests and expressions ask of the plan that they are part of."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, Protocol

    from redo_py.front.redunfile.commands.shapes import Shape
    from redo_py.front.redunfile.evaluation.declared import Recipe, Redunfile
    from redo_py.front.redunfile.evaluation.host import Host
    from redo_py.front.redunfile.evaluation.machine import Machine
    from redo_py.front.redunfile.evaluation.reads import Reads
    from redo_py.front.redunfile.instances.depfiles import Depfiles
    from redo_py.front.redunfile.instances.instance import Instance
    from redo_py.front.redunfile.instances.lowering import Lowering
    from redo_py.front.redunfile.instances.owners import Owners
    from redo_py.ground.spans import Span
    from redo_py.ir.expression import Expression
    from redo_py.values.file import File, Tool

    class Plan(Protocol):
        """Implemented by planner.Planner, where each is described."""

        redunfile: Redunfile
        machine: Machine
        host: Host
        reads: Reads
        owners: Owners
        depfiles: Depfiles
        lowering: Lowering
        shapes: dict[Any, Shape]

        def producer(self, path: str) -> Instance | None: ...
        def target(self, recipe: Recipe, arguments: Mapping[str, Any]) -> Instance: ...
        def lazy(self, name: str) -> Instance: ...
        def plan(self, instance: Instance) -> Expression: ...
        def file(self, path: str) -> File: ...
        def product(self, path: str) -> Any: ...
        def names_file(self, path: str, asking: Instance) -> bool | None: ...
        def text_names_file(self, path: str, text: str, asking: Instance, is_part: bool) -> bool | None: ...
        def tool(self, name: str, path: str | None, cwd: str) -> Tool: ...
        def need_source(self, path: str, span: Span, asking: str) -> None: ...
        def made_before(self, path: str) -> Iterable[Any]: ...
