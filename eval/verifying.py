"""Checks labelled claims with the verifier."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.corruptions import Change, change, changed_sentences
from eval.datasets import rgb, wice
from eval.datasets.wice import LabelledClaim, SupportLabel, wice_claims
from eval.datasets.written_claims import HELD_OUT, SEEN, read_written_claims
from eval.errors import DatasetError

Verifier = Callable[[str, Sequence[str]], Sequence[object]]
"""Gives a claim's failures; none means that it is supported."""

NEIGHBOUR, OTHER_SOURCE = "neighbour cited", "other source cited"


@dataclass(frozen=True, slots=True)
class Trial:
    """A claim with its evidence, and whether that says it."""

    claim: str
    quotes: tuple[str, ...]
    kind: str
    is_correct: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the trials of one kind came out."""

    kind: str
    is_correct: bool
    trials: int
    wrong: tuple[Trial, ...]
    """Right ones that were refused, or wrong ones that passed."""


def written_trials(folder: Path) -> Iterator[Trial]:
    """The claims written on the sample corpus, and the right ones with what others cite."""
    files = read_written_claims(folder)
    names = list(files)
    for place, name in enumerate(names):
        blocks = files[name]
        for number, block in enumerate(blocks):
            for kinds, is_correct in ((block.correct, True), (block.corrupted, False)):
                for kind, claims in kinds.items():
                    for claim in claims:
                        yield Trial(claim, block.quotes, kind.replace("_", " "), is_correct)
            # Files that are no document of their own share sentences with others.
            if name in WITHOUT_NEIGHBOURS:
                continue
            elsewhere = files[names[(place + 1) % len(names)]]
            for claim in (claim for claims in block.correct.values() for claim in claims):
                if len(blocks) > 1:
                    beside = blocks[number + 1 if number + 1 < len(blocks) else number - 1]
                    yield Trial(claim, beside.quotes, NEIGHBOUR, is_correct=False)
                if len(names) > 1:
                    other = elsewhere[number % len(elsewhere)]
                    yield Trial(claim, other.quotes, OTHER_SOURCE, is_correct=False)


WITHOUT_NEIGHBOURS = frozenset({"single-sentences", "foreign"})


def trials_of(folder: Path) -> Iterator[Trial]:
    """The trials that a folder gives: of WiCE, of RGB's counterfactual part, of Markdown files.

    Raises:
        DatasetError: If it is none of these, or cannot be read.
    """
    if (folder / wice.CLAIMS).exists():
        yield from wice_trials(wice_claims(folder))
    elif (folder / rgb.QUESTIONS).exists():
        yield from rgb_trials(folder)
    elif any(folder.glob("*.md")):
        for each in changed_sentences(folder):
            yield _changed(each.claim, each.evidence, each.change)
    else:
        raise DatasetError(
            f"{folder} holds neither {wice.CLAIMS}, nor {rgb.QUESTIONS}, nor Markdown files."
        )


def _changed(claim: str, evidence: str, kind: Change) -> Trial:
    return Trial(claim, (evidence,), kind.value, kind is Change.NONE)


def wice_trials(claims: Iterable[LabelledClaim]) -> Iterator[Trial]:
    """Claims as people labelled them, and sentences of the marked evidence with one change.

    A claim cites the first set of sentences that an annotator marked; one that no sentence supports
    cites the first sentences of its page.
    """
    claims = list(claims)
    for number, each in enumerate(claims):
        other = claims[(number + 1) % len(claims)]
        if each.supporting:
            cited = each.sentences(each.supporting[0])
            is_correct = each.label is SupportLabel.SUPPORTED
            kind = f"people's claim, {each.label.value.replace('_', ' ')}"
            yield Trial(each.claim, cited, kind, is_correct)
            yield from (_changed(c.claim, c.evidence, c.change) for c in change(cited))
        if other.supporting:
            cited = other.sentences(other.supporting[0])
            yield Trial(each.claim, cited, f"people's claim, {OTHER_SOURCE}", is_correct=False)


def rgb_trials(folder: Path) -> Iterator[Trial]:
    """Snippets as they are, and the same with the answer falsified, citing the true ones."""
    for true, false in rgb.counterfactuals(folder):
        yield Trial(true, (true,), Change.NONE.value, is_correct=True)
        if true != false:
            yield Trial(false, (true,), "the answer falsified", is_correct=False)


def outcomes(trials: Iterable[Trial], verify: Verifier) -> list[Outcome]:
    """Put each trial to a verifier; one line a kind, the right ones first."""
    found: dict[tuple[bool, str], list[Trial]] = {}
    wrong: dict[tuple[bool, str], list[Trial]] = {}
    for trial in trials:
        key = (not trial.is_correct, trial.kind)
        found.setdefault(key, []).append(trial)
        if (not verify(trial.claim, trial.quotes)) != trial.is_correct:
            wrong.setdefault(key, []).append(trial)
    return [
        Outcome(kind, not is_wrong, len(all_of_it), tuple(wrong.get((is_wrong, kind), ())))
        for (is_wrong, kind), all_of_it in sorted(found.items())
    ]


def written_parts() -> dict[str, Path]:
    """Name of each part of the written claims -> its folder."""
    return {"seen": SEEN, "held out": HELD_OUT}
