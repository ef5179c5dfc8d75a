"""What the names of a Python module stand for, as far as its own text tells: built-in names of redun, functions,
modules, other things. A name means here what it means to Python, so a built-in name must be imported."""

from __future__ import annotations

import _ast
import sys

from redo_py.front.redunfile.builtins.table import TABLE
from redo_py.tasks.reading.scopes import chain_of, import_binding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.tasks.reading.bindings import Binding
    from redo_py.tasks.reading.scopes import Chain, Import
    from redo_py.tasks.reading.sources import Source

BUILD = "redo_py.build"
DECORATORS = frozenset(["rule", "action", "check"])
OURS = frozenset(name for name, builtin in TABLE.items() if builtin.stub)  # the others are Python's own
FUNCTIONS = (_ast.FunctionDef, _ast.AsyncFunctionDef)


class Names:
    """The names of one module; raises what `source.tree` raises."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._bindings = source.bindings

    def bindings(self, name: str) -> list[Binding]:
        """The statements that bind or change `name` when the module is imported, in order."""
        return self._bindings.names.get(name, [])

    def binders(self, name: str) -> list[Binding]:
        """Those of them that bind it; the others at most change what it is bound to."""
        return [binding for binding in self.bindings(name) if not binding.changes]

    def star(self) -> Import | None:
        """The last `from MODULE import *` of a module that is not redun's."""
        stars = [star for star in self._bindings.stars if star.module != BUILD]
        return stars[-1] if stars else None

    def builtin(self, chain: Chain) -> tuple[str, int]:
        """(built-in name, number of leading parts of `chain` that spell it); ("", 0) if it is none."""
        bindings = self.binders(chain[0])
        if not bindings:
            is_ours = chain[0] in OURS and any(star.module == BUILD for star in self._bindings.stars)
            return (chain[0], 1) if is_ours else ("", 0)
        target = bindings[0].target if len(bindings) == 1 else None
        if target is None or target.level:
            return ("", 0)
        dotted = f"{target.module}.{target.member}" if target.member else target.module
        for used in range(1, min(len(chain), 3) + 1):
            module, _, name = ".".join((dotted, *chain[1:used])).rpartition(".")
            if module == BUILD:
                return (name, used)
        return ("", 0)

    def takes_builtins(self) -> bool:
        """Whether the module imports anything of redo_py.build, or that module itself."""
        by_name = any(self.builtin((name, "build", "rule"))[0] for name in self._bindings.names)
        return by_name or any(star.module == BUILD for star in self._bindings.stars)

    def member(self, chain: Chain) -> tuple[str, str, int]:
        """(module, name, number of parts) for what `chain` takes from a module that an `import` statement binds, as in
        `helpers.clean`; ("", "", 0) for any other chain."""
        for binding in self.bindings(chain[0]):
            for alias in binding.statement.names if isinstance(binding.statement, _ast.Import) else ():
                spelled = (alias.asname,) if alias.asname else tuple(alias.name.split("."))
                if import_binding(alias)[0] == chain[0] and chain[: len(spelled)] == spelled and chain[len(spelled) :]:
                    return (alias.name, chain[len(spelled)], len(spelled) + 1)
        return ("", "", 0)

    def declares(self, decorator: _ast.expr) -> bool:
        """Whether a decorator is `rule`, `action` or `check`, under whatever name."""
        for _ in range(10):  # `cc = rule(...)`, and `@cc`
            chain = chain_of(decorator.func if isinstance(decorator, _ast.Call) else decorator)
            if not chain or self.builtin(chain)[0]:
                return bool(chain) and self.builtin(chain)[0] in DECORATORS
            bindings = self.binders(chain[0])
            statement = bindings[0].statement if len(bindings) == 1 else None
            if not isinstance(statement, _ast.Assign):
                return False
            decorator = statement.value
        return False

    def is_recipe(self, statement: _ast.AST) -> bool:
        """Whether a statement is a def that one of our decorators stands on."""
        return isinstance(statement, FUNCTIONS) and any(map(self.declares, statement.decorator_list))

    def is_callable(self, name: str) -> bool:
        """Whether `name` is a function of the module, or is imported: what is called by it runs in Python."""
        return any(isinstance(each.statement, (*FUNCTIONS, _ast.ImportFrom)) for each in self.bindings(name))


def is_standard(module: str) -> bool:
    """Whether a module belongs to Python or to redun, not to the project."""
    top = module.partition(".")[0]
    return top in sys.stdlib_module_names or top == "redo_py"
