"""Attributes of objects that somebody else has written."""

from __future__ import annotations

import pytest

from redo_py.ground.attributes import attribute


class Proxy:
    """As one of a web framework outside of a request."""

    here = 1

    def __getattr__(self, name: str) -> object:
        raise RuntimeError(name)


def test_what_raises_has_no_such_attribute():
    assert attribute(Proxy(), "here") == 1
    assert (attribute(Proxy(), "there"), attribute(Proxy(), "there", 2), attribute(3, "there")) == (None, 2, None)


def test_who_ends_the_process_is_not_held_up(monkeypatch: pytest.MonkeyPatch):
    def interrupt(self: object, name: str) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(Proxy, "__getattr__", interrupt)
    with pytest.raises(KeyboardInterrupt):
        attribute(Proxy(), "there")
