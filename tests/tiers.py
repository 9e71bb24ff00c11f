"""Which tests run: all but campaigns, their short form, or everything. See CONTRIBUTING.md.

A campaign is a test marked `campaign`: many trials, or something that not every machine has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeVar

import pytest

NONE, SHORT, WHOLE = "none", "short", "whole"
CASES_FOR_ONE = 8
"""The short form runs one case of so many of a parametrised test, but one at least …"""
MOST_KEPT = 3
"""… and no more than these."""

Case = TypeVar("Case")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--campaigns",
        choices=(NONE, SHORT, WHOLE),
        default=WHOLE,
        help="Leave out tests marked `campaign`, run a few cases of each, or all (the default).",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.getoption("--campaigns")
    if wanted == WHOLE:
        return
    campaigns: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker("campaign") is not None:
            campaigns[item.nodeid.partition("[")[0]].append(item)
    kept = {
        item
        for cases in campaigns.values()
        for item in (short_form(cases) if wanted == SHORT else ())
    }
    left_out = [item for cases in campaigns.values() for item in cases if item not in kept]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        dropped = set(left_out)
        items[:] = [item for item in items if item not in dropped]


def short_form(cases: Sequence[Case]) -> list[Case]:
    """A few of the cases of one test, at even distances, the first among them."""
    kept = min(max(1, len(cases) // CASES_FOR_ONE), MOST_KEPT)
    return [cases[n * len(cases) // kept] for n in range(kept)]


@pytest.fixture(scope="session")
def is_short(pytestconfig: pytest.Config) -> bool:
    """Whether a campaign makes a few trials only."""
    return bool(pytestconfig.getoption("--campaigns") != WHOLE)
