"""A run that is killed, or meets a full or broken disk, loses and half-serves nothing."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from tests.store_trials import (
    AFTER,
    BEFORE,
    MERGE_ALWAYS,
    Store,
    start_ingest,
    write_folder,
)
from vectorstore import failpoints
from vectorstore.errors import VectorStoreError
from vectorstore.plan import Limits

KILL_TRIALS = int(os.environ.get("ACCORD_KILL_TRIALS", "25"))
KILL_TRIALS_SHORT = 2
EVERY_PASS = os.environ.get("ACCORD_EVERY_FAILPOINT") == "1"
EDITED = BEFORE | {"beta.md": AFTER["beta.md"]}
TIMEOUT_S = 120
# Nothing tells a full disk from a broken one, so each point meets one of them by turns.
DISK_ERRORS = [
    (name, action)
    for n, name in enumerate(failpoints.NAMES)
    for m, action in enumerate(("enospc", "eio"))
    if EVERY_PASS or n % 2 == m
]


@dataclass(frozen=True)
class Scenario:
    """A store in a first state, and a folder that asks for a second."""

    folder: Path
    data_dir: Path
    before: dict[str, str]
    after: dict[str, str]
    limits: Limits | None
    passes: dict[str, int]
    """How often a whole run passes each failpoint."""
    duration_s: float
    """Of a whole run in a process of its own."""

    def copy(self, target: Path) -> Path:
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.data_dir, target)
        return target

    def open(self, data_dir: Path) -> Store:
        return Store(data_dir, self.limits)

    def start(self, data_dir: Path, failpoint: tuple[str, int] | None = None) -> ForkServerProcess:
        return start_ingest(data_dir, self.folder, failpoint, self.limits)


def prepare(root: Path, files: dict[str, str], limits: Limits | None = None) -> Scenario:
    folder, data_dir = root / "articles", root / "base"
    root.mkdir()
    write_folder(folder, BEFORE)
    with Store(data_dir, limits) as store:
        store.ingest(folder, prune=True)
        before = store.served()
    write_folder(folder, files)
    shutil.copytree(data_dir, root / "reference")
    failpoints.disarm()
    with Store(root / "reference", limits) as store:
        store.ingest(folder, prune=True)
        passes = dict(failpoints.passes)
        after = store.served()
    shutil.copytree(data_dir, root / "timed")
    started = time.monotonic()
    process = start_ingest(root / "timed", folder, limits=limits)
    process.join(TIMEOUT_S)
    assert process.exitcode == 0
    return Scenario(folder, data_dir, before, after, limits, passes, time.monotonic() - started)


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scenario]:
    """Each way in which a change is published."""
    root = tmp_path_factory.mktemp("scenarios")
    return {
        # One source changed, one gone, two new: too much of so few, so all is built afresh.
        "afresh": prepare(root / "afresh", AFTER),
        # The same, into a copy of the vectors.
        "copy": prepare(root / "copy", AFTER, MERGE_ALWAYS),
        # One source changed: over the vectors that are there.
        "over": prepare(root / "over", EDITED),
    }


@pytest.fixture(scope="module")
def mixed(scenarios: dict[str, Scenario]) -> Scenario:
    return scenarios["afresh"]


def those_that_pass(name: str, scenarios: dict[str, Scenario]) -> list[Scenario]:
    """Scenarios that come to a point: one of them by turns, or all if the environment asks."""
    passing = [each for each in scenarios.values() if name in each.passes]
    return passing if EVERY_PASS else [passing[failpoints.NAMES.index(name) % len(passing)]]


@pytest.fixture
def disarmed() -> Iterator[None]:
    yield
    failpoints.disarm()


def which_passes(count: int) -> list[int]:
    """First and last pass of a point; all of them if the environment asks."""
    return list(range(1, count + 1)) if EVERY_PASS else sorted({1, count})


def assert_whole(store: Store, scenario: Scenario) -> None:
    """Readers see the state before or the state after, nothing between."""
    assert store.served() in (scenario.before, scenario.after)


def assert_finishes(store: Store, scenario: Scenario) -> None:
    """The next run ends in the state after, sound and without leftovers."""
    store.ingest(scenario.folder, prune=True)
    assert store.served() == scenario.after
    assert store.problems() == ()
    assert store.leftovers() == []
    assert store.catalog.staged_versions() == {}


def test_every_point_is_passed_by_some_run(scenarios: dict[str, Scenario]) -> None:
    passed = set().union(*(each.passes for each in scenarios.values()))
    assert passed == set(failpoints.NAMES)


def test_the_scenarios_are_what_they_are_called(scenarios: dict[str, Scenario]) -> None:
    assert "base.vectors" in scenarios["afresh"].passes
    assert "base.copy" not in scenarios["afresh"].passes
    assert {"base.copy", "base.scrub"} <= scenarios["copy"].passes.keys()
    assert not [name for name in scenarios["over"].passes if name.startswith("base.")]


@pytest.mark.campaign
@pytest.mark.parametrize("name", failpoints.NAMES)
def test_exit_at_every_failpoint_and_again_in_recovery(
    name: str, scenarios: dict[str, Scenario], tmp_path: Path
) -> None:
    for scenario in those_that_pass(name, scenarios):
        recovery_points = [n for n in failpoints.NAMES if n in scenario.passes]
        for nth in which_passes(scenario.passes[name]):
            data_dir = scenario.copy(tmp_path / "data")
            process = scenario.start(data_dir, (name, nth))
            process.join(TIMEOUT_S)
            assert process.exitcode == failpoints.KILLED_EXIT_CODE
            with scenario.open(data_dir) as store:
                assert_whole(store, scenario)
            turn = failpoints.NAMES.index(name) * 7 + nth
            process = scenario.start(data_dir, (recovery_points[turn % len(recovery_points)], 1))
            process.join(TIMEOUT_S)
            assert process.exitcode in (0, failpoints.KILLED_EXIT_CODE)
            with scenario.open(data_dir) as store:
                assert_whole(store, scenario)
                assert_finishes(store, scenario)


@pytest.mark.campaign
def test_kill_at_random_times(
    scenarios: dict[str, Scenario], is_short: bool, tmp_path: Path
) -> None:
    rng = random.Random(20190115)
    for trial in range(KILL_TRIALS_SHORT if is_short else KILL_TRIALS):
        scenario = list(scenarios.values())[trial % len(scenarios)]
        data_dir = scenario.copy(tmp_path / "data")
        for _ in range(1 + trial % 2):  # every other trial kills the recovery, too
            process = scenario.start(data_dir)
            process.join(rng.uniform(0, scenario.duration_s))
            process.kill()
            process.join(TIMEOUT_S)
            with scenario.open(data_dir) as store:
                assert_whole(store, scenario)
        with scenario.open(data_dir) as store:
            assert_finishes(store, scenario)


def test_what_was_stored_before_the_kill_is_not_embedded_again(
    mixed: Scenario, tmp_path: Path
) -> None:
    data_dir = mixed.copy(tmp_path / "data")
    process = start_ingest(data_dir, mixed.folder, ("generation.rename", 1))
    process.join(TIMEOUT_S)
    with Store(data_dir) as store:
        report = store.ingest(mixed.folder, prune=True)
        assert report.resumed == 3
        assert store.embedder.num_embedded == 0
        assert store.served() == mixed.after


@pytest.mark.campaign
@pytest.mark.usefixtures("disarmed")
@pytest.mark.parametrize(("name", "action"), DISK_ERRORS)
def test_disk_error_at_every_failpoint_leaves_a_state_that_serves_and_mends(
    name: str, action: str, scenarios: dict[str, Scenario], tmp_path: Path
) -> None:
    for scenario in those_that_pass(name, scenarios):
        with scenario.open(scenario.copy(tmp_path / "data")) as store:
            failpoints.arm(name, scenario.passes[name], action)
            try:
                store.ingest(scenario.folder, prune=True)
            except (OSError, VectorStoreError):
                pass
            else:
                # Only clearing up after the flip may fail without failing the run.
                assert name.startswith(("generation.remove", "generation.unlink", "catalog."))
            failpoints.disarm()
            assert_whole(store, scenario)
            assert_finishes(store, scenario)
