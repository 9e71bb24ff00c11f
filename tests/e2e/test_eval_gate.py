"""The gate on the product as it is: open, and shut as soon as answers get worse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.settings import Settings
from eval.cli import command
from eval.datasets.open import open_dataset, spread
from eval.gate import (
    Baseline,
    ask_and_score,
    baseline_of,
    baseline_path,
    check,
    read_baseline,
    verdict_text,
)
from eval.systems.opening import Target, open_system
from eval.systems.protocol import System
from eval.types import Case, Dataset, Said
from tests.sample_library import borrow_models

pytestmark = [pytest.mark.model, pytest.mark.slow]

CASES_OF_DEGRADED = 40
"""Enough for a measure to fall by more than its margin, and half the time."""


class Remembering:
    """A system that is asked each case once, for all tests of this file."""

    def __init__(self, system: System) -> None:
        self.name = system.name
        self.settings: Mapping[str, Any] = system.settings
        self._system = system
        self._said: dict[str, Said] = {}
        self.num_asked = 0

    def ask(self, case: Case) -> Said:
        if case.id not in self._said:
            self.num_asked += 1
            self._said[case.id] = self._system.ask(case)
        return self._said[case.id]

    def close(self) -> None:
        """The fixture that opened it closes it."""


class Degraded:
    """A system whose answers pass through a change for the worse."""

    def __init__(self, system: System, worsen: Callable[[Said], Said]) -> None:
        self.name = system.name
        self.settings: Mapping[str, Any] = system.settings
        self._system = system
        self._worsen = worsen

    def ask(self, case: Case) -> Said:
        return self._worsen(self._system.ask(case))

    def close(self) -> None:
        pass


def without_last_sentence(said: Said) -> Said:
    return replace(said, claims=said.claims[:-1])


def with_nothing_said(said: Said) -> Said:
    return Said("abstained", message="The sources do not say.", passages=said.passages)


def raising(said: Said) -> Said:
    raise RuntimeError(f"broken while saying {len(said.claims)} sentences")


@pytest.fixture(scope="module")
def data_dir(sample_library: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return borrow_models(sample_library[1], tmp_path_factory.mktemp("gate") / "data")


@pytest.fixture(scope="module")
def golden() -> Dataset:
    return open_dataset("golden")


@pytest.fixture(scope="module")
def system(data_dir: Path, golden: Dataset) -> Iterator[Remembering]:
    settings = Settings(_env_file=None, data_dir=data_dir)
    opened = open_system(Target(composer="extractive"), golden, settings, fresh=False)
    yield Remembering(opened)
    opened.close()


@pytest.fixture(scope="module")
def part(golden: Dataset) -> Dataset:
    return replace(golden, cases=spread(golden.cases, CASES_OF_DEGRADED))


@pytest.fixture(scope="module")
def sound(part: Dataset, system: Remembering) -> Baseline:
    """What the product scores on a part of the cases, with the margins of the committed file."""
    levels = read_baseline(baseline_path()).measures
    margins = {name: level.margin for name, level in levels.items()}
    return baseline_of(ask_and_score(part, system), margins)


def test_gate_is_open(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, golden: Dataset, system: Remembering
) -> None:
    monkeypatch.setattr("eval.commands.gate._opened", lambda: (golden, system))
    monkeypatch.setenv("ACCORD_DATA_DIR", str(data_dir))
    monkeypatch.chdir(data_dir)  # away from anybody's .env
    result = CliRunner().invoke(command, ["gate"])
    assert result.exit_code == 0, result.output
    assert "Gate open" in result.output
    assert "Reading: gate open" in result.output
    assert system.num_asked == len(golden.cases)


@pytest.mark.parametrize(
    ("worsen", "measure", "detail"),
    [
        (without_last_sentence, "facts", ": "),
        (with_nothing_said, "refusal", ": "),
        (raising, "facts", "[RuntimeError: broken while saying"),
    ],
    ids=["drops the last sentence", "answers nothing", "raises"],
)
def test_gate_shuts_on_a_degraded_system(
    part: Dataset,
    sound: Baseline,
    system: Remembering,
    worsen: Callable[[Said], Said],
    measure: str,
    detail: str,
) -> None:
    verdict = check(ask_and_score(part, Degraded(system, worsen)), sound)
    assert not verdict.is_open
    fallen = {move.measure: move for move in verdict.falls}
    assert measure in fallen
    assert fallen[measure].cases
    text = verdict_text(verdict)
    assert fallen[measure].cases[0].case.question in text
    assert detail in text
    assert "Gate shut" in text
