"""The gate's part of reading: some documents of the test part against a committed baseline."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from eval.baselines import (
    CASES_SHOWN,
    DIGITS,
    FORMAT,
    HALF_A_DIGIT,
    SCORE_MARGIN,
    Level,
    one_case,
    read_baseline_file,
    write_baseline_file,
)
from eval.datasets.reading_format import READING, Form, form_of
from eval.datasets.reading_forms import ENGLISH, ReadingDocument
from eval.errors import EvalError
from eval.reading.material import Material, gather

DOCUMENTS_OF_A_FILE = 1
"""The first of each file's test part: something of every sort, in well under a minute."""
UPDATE = "accord eval gate --part reading --update"
"""The command that writes the committed baseline."""

HIGHER_IS_BETTER: Mapping[str, bool] = {
    "questions.right": True,
    "questions.hit": True,
    "questions.precision": True,
    "questions.balanced_accuracy": True,
    "questions.auroc": True,
    "questions.calibration_error": False,
    "claims.supported_accepted": True,
    "claims.unsupported_caught": True,
    "claims.balanced_accuracy": True,
}
"""What the gate watches."""
SCORES = frozenset({"questions.auroc", "questions.calibration_error"})
COUNTED = {
    "questions.right": "questions.count",
    "questions.hit": "questions.answerable",
    "questions.precision": "questions.answerable",
    "questions.balanced_accuracy": "questions.unanswerable",
    "claims.supported_accepted": "claims.supported",
    "claims.unsupported_caught": "claims.unsupported",
    "claims.balanced_accuracy": "claims.supported",
}
"""Of how many each is a mean; of the balanced ones the fewer of the two sorts."""


@dataclass(frozen=True, slots=True)
class ReadingBaseline:
    """What reading scored when somebody last looked and found it right."""

    fingerprint: str
    """Of the documents, questions and claims."""
    measures: Mapping[str, Level]
    wrong: tuple[str, ...]
    """Questions and claims that were judged wrongly then, by `key_of`."""
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class ReadingVerdict:
    """What the gate found of reading."""

    falls: tuple[str, ...]
    """By more than the margin, each with its values."""
    moves: tuple[str, ...]
    """Within the margin, or for the better."""
    newly_wrong: tuple[str, ...]
    newly_right: tuple[str, ...]
    count: int
    """Measures compared."""

    @property
    def is_open(self) -> bool:
        """Whether no measure fell by more than its margin."""
        return not self.falls


_BASELINE = TypeAdapter(ReadingBaseline)


def reading_baseline_path() -> Path:
    """Where the committed baseline lies."""
    return READING / "baseline.json"


def is_here() -> bool:
    """Whether there are documents to ask: they are in the repository, not in the wheel."""
    return any(READING.glob("*.jsonl"))


def gate_material(folder: Path = READING) -> Material:
    """The first English documents of the test part of each file, with all claims about them.

    Raises:
        DatasetError: If the files cannot be read.
    """
    forms = {path: form_of(path) for path in sorted(folder.glob("*.jsonl"))}
    asked = [path for path, form in forms.items() if form in {Form.DOCUMENTS, Form.CLAIMS}]
    whole = gather(asked, only_test_part=True)
    taken: dict[str, list[str]] = {}
    for each in whole.questions:
        names = taken.setdefault(each.file, [])
        if _is_english(whole.documents[each.document]) and each.document not in names:
            names.append(each.document)
    chosen = {name for names in taken.values() for name in names[:DOCUMENTS_OF_A_FILE]}
    return Material(
        documents={name: each for name, each in whole.documents.items() if name in chosen},
        questions=[each for each in whole.questions if each.document in chosen],
        claims=[each for each in whole.claims if each.document in chosen],
    )


def fingerprint(material: Material) -> str:
    """SHA-256 (hex) of all that is asked."""
    digest = hashlib.sha256()
    for document in material.documents.values():
        digest.update(document.model_dump_json().encode())
    for each in material.claims:
        digest.update(f"{each.document} {each.item.model_dump_json()}\n".encode())
    return digest.hexdigest()


def key_of(line: Mapping[str, Any]) -> str:
    """A question or claim in the baseline: its document and its words."""
    return f"{line['document']}: {line.get('q') or line['claim']}"


def reading_baseline_of(
    figures: Mapping[str, Any],
    lines: Iterable[Mapping[str, Any]],
    material: Material,
    margins: Mapping[str, float] | None = None,
) -> ReadingBaseline:
    """A baseline at what is scored now.

    Args:
        figures: As `eval.reading.report.measure` gives them.
        lines: The same.
        material: What was asked.
        margins: Margins to keep, by measure; what is missing is worth one case.
    """
    kept = margins or {}
    values = {name: _value(figures, name) for name in HIGHER_IS_BETTER}
    return ReadingBaseline(
        fingerprint(material),
        {
            name: Level(round(value, DIGITS), kept.get(name, _margin(figures, name)))
            for name, value in values.items()
            if value is not None
        },
        tuple(sorted(set(_wrong(lines)))),
    )


def read_reading_baseline(path: Path) -> ReadingBaseline:
    """The baseline of a file.

    Raises:
        EvalError: If there is none, or it is none.
    """
    return read_baseline_file(path, _BASELINE, name="baseline of reading", update=UPDATE)


def write_reading_baseline(path: Path, baseline: ReadingBaseline) -> None:
    """Write it, a line for each measure and for each wrong case.

    Raises:
        EvalError: If the file cannot be written.
    """
    text = json.dumps(_BASELINE.dump_python(baseline, mode="json"), indent=1, ensure_ascii=False)
    write_baseline_file(path, text)


def check_reading(
    figures: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    material: Material,
    baseline: ReadingBaseline,
) -> ReadingVerdict:
    """Compare what is scored now with a baseline.

    Raises:
        EvalError: If the baseline is of other documents, questions or claims.
    """
    if baseline.fingerprint != fingerprint(material):
        raise EvalError(
            "The documents, questions or claims of reading have changed since the baseline was "
            "written. Look at the figures with `accord eval reading`, then write them down with "
            f"`{UPDATE}`."
        )
    falls, moves = [], []
    for name, level in baseline.measures.items():
        if name not in HIGHER_IS_BETTER:
            raise EvalError(
                f"The baseline of reading has a measure {name!r} that there is not. "
                f"`{UPDATE}` writes a new one."
            )
        after = _value(figures, name)
        fallen = (
            level.value - (after or 0.0)
            if HIGHER_IS_BETTER[name]
            else ((1.0 if after is None else after) - level.value)
        )
        shown = "nothing" if after is None else f"{after:.3f}"
        text = f"{name} {level.value:.3f} -> {shown} (margin {level.margin})"
        if level.is_broken_by(fallen):
            falls.append(text)
        elif abs(fallen) >= HALF_A_DIGIT:
            moves.append(text)
    before, now = set(baseline.wrong), set(_wrong(lines))
    return ReadingVerdict(
        tuple(falls),
        tuple(moves),
        tuple(sorted(now - before)),
        tuple(sorted(before - now)),
        len(baseline.measures),
    )


def reading_verdict_text(verdict: ReadingVerdict) -> str:
    """What the gate found of reading, for people who read the log of a build."""
    parts = [
        *(f"FELL: {each}" for each in verdict.falls),
        *(f"Moved: {each}" for each in verdict.moves),
    ]
    for title, cases in (
        ("newly wrong", verdict.newly_wrong),
        ("newly right", verdict.newly_right),
    ):
        parts += [f"    {title}: {each}" for each in cases[:CASES_SHOWN]]
        if len(cases) > CASES_SHOWN:
            parts.append(f"    and {len(cases) - CASES_SHOWN} more")
    if verdict.is_open:
        parts.append(f"Reading: gate open, {verdict.count} measures, none below its margin.")
    else:
        parts.append(f"Reading: gate shut, {len(verdict.falls)} of {verdict.count} measures fell.")
    if verdict.falls or verdict.moves:
        parts.append(f"If this is as it should be: {UPDATE}, and commit the file.")
    return "\n".join(parts)


def _is_english(document: ReadingDocument) -> bool:
    languages = {document.lang, *(each.lang or document.lang for each in document.questions)}
    return languages == {ENGLISH}


def _wrong(lines: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for line in lines:
        is_right = line["right"] if "q" in line else line["accepted"] is line["supported"]
        if not is_right:
            yield key_of(line)


def _value(figures: Mapping[str, Any], name: str) -> float | None:
    part, measure = name.split(".")
    value: float | None = figures[part][measure]
    return value


def _margin(figures: Mapping[str, Any], name: str) -> float:
    return SCORE_MARGIN if name in SCORES else one_case(_value(figures, COUNTED[name]) or 1)
