"""`redun targets`: what can be built, for people and for programs. No module of the project is imported."""

from __future__ import annotations

from redo_py.app.project import Project
from redo_py.app.redunfile import OpenRedunfile
from redo_py.app.report import printable
from redo_py.app.request import defines
from redo_py.front.redunfile.planning.spelling import spelled_name, spelled_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from redo_py.app.request import Request
    from redo_py.front.redunfile.planning.listing import Target

TITLES = {  # kind of target -> title of its section, in the order of sections
    "group": "groups", "check": "checks", "action": "actions", "lazy": "values", "rule": "files", "pattern": "patterns",
}  # fmt: skip
WIDEST = 40  # characters of the first column; a longer name has its line for itself
LISTED = 20  # files of one pattern that are shown


class Listing:
    """Everything that the redunfiles of a project offer."""

    __slots__ = ("doc", "file", "spell", "spell_path", "targets")

    def __init__(
        self,
        file: str,
        doc: str,
        targets: Sequence[Target],
        spell: Callable[[Target], str] | None = None,
        spell_path: Callable[[str], str] = str,
    ) -> None:
        self.file = file  # the redunfile at hand where the user stands
        self.doc = doc
        self.targets = targets
        self.spell = spell or (lambda target: target.name)  # what to write for a target there
        self.spell_path = spell_path  # and for a path from the root


def targets_of(request: Request, environ: Mapping[str, str]) -> Listing:
    """What the redunfile of `request` offers. Raises UsageError and ErrorList."""
    project = Project(request.directory, request.file, environ, request.profile)
    try:
        opened = OpenRedunfile(project, defines(request.defines))
        unit = opened.redunfile.unit_at(project.here)

        def spell_path(path: str) -> str:
            return spelled_path(path, project.here)

        def spell(target: Target) -> str:
            if target.kind in ("rule", "pattern"):
                return spell_path(target.name)
            return spelled_name(opened.redunfile, target.name, project.here)

        return Listing(unit.file, unit.doc, opened.planner.targets(project.here), spell, spell_path)
    finally:
        project.close()


def as_text(listing: Listing) -> str:
    """For people: one section for each kind, defaults marked with a star."""
    paragraphs = [[listing.doc]] if listing.doc else []
    for kind, title in TITLES.items():
        targets = [target for target in listing.targets if target.kind == kind]
        if targets:
            paragraphs.append([title, *lines_of(targets, listing)])
    if any(target.is_default for target in listing.targets):
        paragraphs.append(["* what `redun build` builds without a target"])
    if not listing.targets:
        paragraphs.append([f"{listing.file} has no targets"])
    return "\n\n".join("\n".join(lines) for lines in paragraphs) + "\n"


def lines_of(targets: Sequence[Target], listing: Listing) -> Iterator[str]:
    """A line for each target: a star, what to write, what it is; below a pattern the files that are known of it."""
    spelled = [spelling(target, listing.spell(target)) for target in targets]
    width = max(min(len(each), WIDEST) for each in spelled)
    for target, name in zip(targets, spelled, strict=True):
        star = "*" if target.is_default else " "
        doc = first_line(target.doc)
        if doc and len(name) > width:
            yield f"{star} {name}"
            name = ""
            star = " "
        yield f"{star} {name:<{width}}  {doc}".rstrip()
        for path in target.instances[:LISTED]:
            yield f"    {printable(listing.spell_path(path))}"
        if len(target.instances) > LISTED:
            yield f"    and {len(target.instances) - LISTED} more"


def spelling(target: Target, name: str) -> str:
    """What to write on the command line: the name, for an action with its options."""
    return " ".join([printable(name), *(option_of(*parameter) for parameter in target.parameters)])


def option_of(name: str, kind: str, default: Any) -> str:
    """A parameter of an action as an option: `--filter STR` must be given, `[--count 3]` need not be."""
    option = "--" + name.replace("_", "-")
    if kind == "bool":
        return f"[{option}]" if not default else f"[--no-{option[2:]}]"
    if default is ...:
        return f"{option} {kind.upper()}"
    return f"[{option} {kind.upper()}]" if default in ("", [], None) else f"[{option} {default}]"


def first_line(doc: str) -> str:
    """The first line of a docstring."""
    return doc.strip().partition("\n")[0].strip()


def as_json(listing: Listing) -> str:
    """For programs."""
    import json

    content = {
        "file": listing.file,
        "doc": listing.doc,
        "targets": [as_object(target) for target in listing.targets],
    }
    return json.dumps(content, indent=2, default=str) + "\n"


def as_object(target: Target) -> dict[str, Any]:
    """One target as JSON has it, under the name that is the same in all folders. `default` of a parameter is missing
    when it must be given."""
    parameters: list[dict[str, Any]] = []
    for name, kind, default in target.parameters:
        parameters.append({"name": name, "type": kind} | ({} if default is ... else {"default": default}))
    return {
        "name": target.name,
        "kind": target.kind,
        "doc": target.doc,
        "is_default": target.is_default,
        "file": target.span.file,
        "line": target.span.line,
        "parameters": parameters,
        "files": target.instances,
    }
