"""Dashboard and alerts ask for metrics, labels and values that the program has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.conversations.schema import SPOKEN
from app.types import AnswerStatus
from app.web.metrics import Metrics

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
BY_THE_SCRAPER = {"instance", "job"}


def dashboard() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((DEPLOY / "grafana" / "accord.json").read_text())
    return read


def alerts() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


def queries() -> Iterator[str]:
    for panel in dashboard()["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    yield from (variable["query"]["query"] for variable in dashboard()["templating"]["list"][1:])
    yield from (rule["expr"] for rule in alerts())


@pytest.fixture(scope="module")
def samples() -> dict[str, set[str]]:
    metrics = Metrics()
    found: dict[str, set[str]] = {}
    for collector, names in metrics.registry._collector_to_names.items():
        labels = set(getattr(collector, "_labelnames", ()))
        if collector is metrics.generation:
            labels |= {"generation"}
        for name in names:
            found[name] = labels | ({"le"} if name.endswith("_bucket") else set())
    return found


@pytest.mark.parametrize("query", list(queries()))
def test_every_metric_and_label_that_is_asked_for_exists(
    query: str, samples: dict[str, set[str]]
) -> None:
    named = re.findall(r"\b(accord_\w+)(?:\{([^}]*)\})?", query)
    assert named
    for name, matchers in named:
        assert name in samples, name
        asked = set(re.findall(r"(\w+)(?:=~|!~|!=|=)\"", matchers))
        assert asked <= samples[name] | BY_THE_SCRAPER, (name, asked)
    grouped = {
        label for each in re.findall(r"\bby \(([^)]*)\)", query) for label in each.split(", ")
    }
    assert grouped <= set.union(*(samples[name] for name, _ in named)) | BY_THE_SCRAPER


@pytest.mark.parametrize("query", list(queries()))
def test_statuses_of_answers_that_are_asked_for_exist(query: str) -> None:
    statuses = {each.value for each in AnswerStatus} | {SPOKEN}
    for matchers in re.findall(r"accord_answers_total\{([^}]*)\}", query):
        for values in re.findall(r'status(?:=~|!=|=)"([^"]*)"', matchers):
            assert set(values.split("|")) <= statuses


@pytest.mark.parametrize("query", list(queries()))
def test_brackets_of_queries_close(query: str) -> None:
    for opening, closing in ("()", "[]", "{}"):
        assert query.count(opening) == query.count(closing)


def test_every_metric_is_on_the_dashboard(samples: dict[str, set[str]]) -> None:
    shown = " ".join(
        target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]
    )
    families = {re.sub(r"_(bucket|count|sum|created|total|info)$", "", name) for name in samples}
    assert [name for name in sorted(families) if name not in shown] == []


def test_panels_have_numbers_and_places_of_their_own() -> None:
    panels = dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


def test_alerts_say_what_is_wrong_and_what_to_do() -> None:
    assert len({rule["alert"] for rule in alerts()}) == len(alerts())
    for rule in alerts():
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["annotations"]["description"]
