"""The package as text: its modules, what each imports, and which dotted names each uses."""

from __future__ import annotations

import ast
import builtins
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "redo_py"


class Module(NamedTuple):
    """One file of the package."""

    name: str  # dotted; a package goes by its own name
    path: Path
    text: str
    tree: ast.Module


class Mention(NamedTuple):
    """A dotted name that a module imports or uses, and the line."""

    name: str
    line: int


@functools.cache
def modules() -> dict[str, Module]:
    """Every module of the package, by name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = module_name(path)
        text = path.read_text()
        found[name] = Module(name, path, text, ast.parse(text, str(path)))
    return found


def module_name(path: Path) -> str:
    """The dotted name of the file at `path`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_within(name: str, room: str) -> bool:
    """Is the dotted `name` the `room` itself, or below it?"""
    return name == room or name.startswith(room + ".")


@functools.cache
def imports(module: Module) -> tuple[Mention, ...]:
    """Everything that `module` imports, wherever the statement stands: in functions and under TYPE_CHECKING too.

    `from a import b` is an import of a.b if that is a module of ours, else of a.
    """
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found += [Mention(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            source = source_of(module, node)
            for alias in node.names:
                full = f"{source}.{alias.name}"
                found.append(Mention(full if full in modules() else source, node.lineno))
    return tuple(found)


def source_of(module: Module, node: ast.ImportFrom) -> str:
    """The module that a `from` statement names, with leading dots resolved."""
    if not node.level:
        return node.module or ""
    package = module.name.split(".")
    drop = node.level - (module.path.name == "__init__.py")
    package = package[: len(package) - drop]
    return ".".join([*package, node.module] if node.module else package)


def own_imports(module: Module) -> set[str]:
    """The modules of the package that `module` imports."""
    return {mention.name for mention in imports(module) if is_within(mention.name, "redo_py")} - {module.name}


@functools.cache
def uses(module: Module) -> tuple[Mention, ...]:
    """Every dotted name that `module` reaches through an import or a builtin: `os.environ`, `time.sleep`, `print`.

    Aliases are followed (`from os import environ as e` makes `e` mean os.environ); a name that the module binds
    itself anywhere is not taken for the builtin.
    """
    found = list(imports(module))
    meaning = {name: name for name in set(dir(builtins)) - bound_names(module)}
    for name, target, line in imported_names(module):
        meaning[name] = target
        found.append(Mention(target, line))
    for node in ast.walk(module.tree):
        dotted = dotted_name(node)
        head, _, rest = dotted.partition(".")
        if head in meaning:
            found.append(Mention(f"{meaning[head]}.{rest}" if rest else meaning[head], getattr(node, "lineno", 1)))
    return tuple(found)


def imported_names(module: Module) -> Iterator[tuple[str, str, int]]:
    """(local name, what it stands for, line) of every import statement of `module`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                head = alias.name.partition(".")[0]
                yield alias.asname or head, alias.name if alias.asname else head, node.lineno
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{source_of(module, node)}.{alias.name}", node.lineno


def bound_names(module: Module) -> set[str]:
    """Names that `module` binds by def, class, assignment or as a parameter."""
    bound = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
    return bound


def dotted_name(node: ast.AST) -> str:
    """`a.b.c` for a chain of attributes on a name, else an empty text."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def functions(module: Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """(qualified name, node) of every function and method of `module`."""
    stack: list[tuple[str, ast.AST]] = [("", module.tree)]
    while stack:
        prefix, node = stack.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield prefix + child.name, child
                stack.append((f"{prefix}{child.name}.", child))
            elif isinstance(child, ast.ClassDef):
                stack.append((f"{prefix}{child.name}.", child))
            else:
                stack.append((prefix, child))


def texts(folder: Path = ROOT) -> Iterator[tuple[str, str]]:
    """(path relative to the root, text) of every text file below `folder`, what tools make aside."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            if not is_product(path):
                yield from texts(path)
        elif path.is_file() and path.name != ".git":  # what a second work tree of the repository has
            try:
                yield str(path.relative_to(ROOT)), path.read_text()
            except UnicodeDecodeError:
                continue


def is_product(folder: Path) -> bool:
    """Is `folder` made by a tool: version control, caches, environments, build output?"""
    name = folder.name
    return (
        name in {".git", "__pycache__", "dist", "build"}
        or name.endswith("_cache")
        or (name.startswith(".") and name not in {".ci", ".github"})
    )
