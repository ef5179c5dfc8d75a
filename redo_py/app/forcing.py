"""`--force GLOB`: what must run whatever is known."""

from __future__ import annotations

from redo_py.files.patterns import alternatives, matches_path, parts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from redo_py.engine.job import Job


def matching(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Whether a path or name matches one of the glob patterns."""
    parsed = [parts_of(each) for pattern in patterns for each in alternatives(pattern)]
    return lambda path: any(matches_path(parts, path) for parts in parsed)


def unused(patterns: Sequence[str], jobs: Iterable[Job]) -> list[str]:
    """A warning for each of `patterns` that none of `jobs` has as its name or among its outputs."""
    names = {name: None for job in jobs for name in (job.origin, *[output.path for output in job.outputs])}
    return [_warning(pattern, list(names)) for pattern in patterns if not any(map(matching([pattern]), names))]


def _warning(pattern: str, names: list[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(pattern, names, 3)
    hint = ", did you mean " + " or ".join(f"`{each}`" for each in close) + "?" if close else ""
    return f"warning: --force {pattern} matches nothing that this build makes{hint}"
