"""Settings that cannot be together."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from redo_py.app.settings import refuse_outsized
from redo_py.config.layers import Layer
from redo_py.ground.errors import UsageError

GB = 1 << 30


@pytest.mark.parametrize(
    ("lower", "upper", "is_refused"),
    [
        ({}, {"max_value": 6 * GB}, True),
        ({}, {"max_value": 5 * GB}, False),
        ({"max_total": 9 * GB}, {"max_value": 6 * GB}, False),
        ({"max_total": 1 * GB}, {"max_value": 2 * GB}, False),  # who says the latter does not know of the former
        ({"max_total": 9 * GB}, {"max_value": 6 * GB, "max_total": 5 * GB}, True),
        ({"max_value": 2 * GB}, {"max_total": 1 * GB}, False),
        ({"max_value": 6 * GB}, {}, True),
        ({"max_value": 6 * GB}, {"max_value": 5 * GB}, False),
    ],
)
def test_values_larger_than_all_that_is_kept(lower: dict[str, int], upper: dict[str, int], is_refused: bool):
    layers = [Layer({"artifacts": said}, "redun.toml", "[artifacts]\nmax_value=1") for said in (lower, upper)]
    with pytest.raises(UsageError, match="all that is kept") if is_refused else nullcontext():
        refuse_outsized(layers)
    refuse_outsized([Layer({"artifacts": {"max_value": 6 * GB}}, "redun.ini", lines={})])
