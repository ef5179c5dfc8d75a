"""`--force GLOB`: what must run whatever is known."""

from __future__ import annotations

from redo_py.files.patterns import alternatives, matches_path, parts_of
from redo_py.front.redunfile.names.globs import escaped
from redo_py.ir.paths import rooted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from redo_py.engine.job import Job


def matching(patterns: Sequence[str], here: str = "") -> Callable[[str], bool]:
    """Whether a path or name matches one of the glob patterns, which are written in the folder `here`."""
    parsed = [parts_of(each) for pattern in patterns for text in _meant(pattern, here) for each in alternatives(text)]
    return lambda path: any(matches_path(parts, path.removeprefix("//")) for parts in parsed)


def _meant(pattern: str, here: str) -> list[str]:
    """The paths and labels that `pattern` may mean, labels without their `//`; a plain name may be the root's, too."""
    if pattern[:2] == "//":
        return [pattern[2:].removeprefix(":")]
    folder = escaped(here)
    if "/" in pattern:
        return [rooted(pattern, folder)]
    name = pattern.removeprefix(":")
    own = [f"{folder}:{name}", f"{folder}/{name}"] if here else [name]
    return [*own, name] if name == pattern else own


def unused(patterns: Sequence[str], jobs: Iterable[Job], here: str = "") -> list[str]:
    """A warning for each of `patterns` that none of `jobs` has as its name or among its outputs."""
    names = {name: None for job in jobs for name in (job.origin, *[output.path for output in job.outputs])}
    return [_warning(pattern, list(names)) for pattern in patterns if not any(map(matching([pattern], here), names))]


def _warning(pattern: str, names: list[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(pattern, names, 3)
    hint = ", did you mean " + " or ".join(f"`{each}`" for each in close) + "?" if close else ""
    return f"warning: --force {pattern} matches nothing that this build makes{hint}"
