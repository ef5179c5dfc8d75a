"""Which commit of the user's repository a run is of, from git's files: asking git itself costs more than most runs."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

FROM_ENVIRONMENT = {"git_commit": "REDUN_GIT_COMMIT", "git_origin_url": "REDUN_GIT_ORIGIN_URL"}


def commit_of(folder: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The tags `git_commit` and `git_origin_url` of the work tree that `folder` is in, as far as they are known; what
    the environment says goes before."""
    given = {tag: environ[name] for tag, name in FROM_ENVIRONMENT.items() if environ.get(name)}
    if len(given) == len(FROM_ENVIRONMENT):
        return given
    place = git_folder(folder)
    if not place:
        return given
    shared = _shared(place)
    found = {"git_commit": _commit(place, shared), "git_origin_url": _origin(shared)}
    return {tag: text for tag, text in {**found, **given}.items() if text}


def git_folder(folder: str) -> str:
    """git's own folder of the work tree that `folder` is in; "" if it is in none."""
    while folder.strip("/"):
        path = f"{folder}/.git"
        if os.path.isdir(path):
            return path
        if os.path.isfile(path):  # of a work tree beside the first one, or a submodule
            return os.path.join(folder, _read(path).removeprefix("gitdir:").strip())
        folder = os.path.dirname(folder)
    return ""


def _shared(place: str) -> str:
    """Where the references of all work trees are."""
    common = _read(f"{place}/commondir").strip()
    return os.path.join(place, common) if common else place


def _commit(place: str, shared: str) -> str:
    head = _read(f"{place}/HEAD").strip()
    if not head.startswith("ref:"):
        return head
    name = head.removeprefix("ref:").strip()
    loose = (_read(f"{place}/{name}") or _read(f"{shared}/{name}")).strip()
    if loose:
        return loose
    packed = (line.split() for line in _read(f"{shared}/packed-refs").splitlines())
    return next((words[0] for words in packed if words[1:] == [name]), "")


def _origin(shared: str) -> str:
    """The address of the remote `origin`, without a password in it."""
    section = ""
    for line in _read(f"{shared}/config").splitlines():
        text = line.strip()
        if text.startswith("["):
            section = text
        elif section == '[remote "origin"]' and text.partition("=")[0].strip() == "url":
            return _without_password(text.partition("=")[2].strip())
    return ""


def _without_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    user, at, place = rest.partition("@")
    if not separator or not at or ":" not in user or "/" in user:
        return url
    return f"{scheme}://{user.partition(':')[0]}@{place}"


def _read(path: str) -> str:
    """The text of a small file; "" if there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""
