"""Lets judges rate many answers: several at a time, each verdict stored as it arrives."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from itertools import islice
from statistics import fmean

from app.llm.errors import ModelAuthenticationError, ModelError
from eval.errors import SystemUnusableError
from eval.judgements import JudgementRecord, JudgementWriter
from eval.judges import Ask, Judge, Judgement, Material, applies, judge_answer

FAILURES_TO_STOP = 5
"""In a row: then the model is down or misnamed, and the rest would fail as well."""


@dataclass(frozen=True, slots=True)
class JudgeSummary:
    """What one judge said of all answers."""

    judge: str
    mean: float | None
    """Of the scored."""
    scored: int
    unscored: int
    """Verdicts that could not be read, and answers that the model was not asked about."""
    not_applicable: int
    words: Mapping[str, int]
    """How often each verdict was given, in the judge's order."""


Key = tuple[str, str]
"""Id of the answer, name of the judge."""


def judge_all(
    materials: Sequence[Material],
    judges: Sequence[Judge],
    ask: Ask,
    writer: JudgementWriter,
    *,
    workers: int,
    advance: Callable[[], None] = lambda: None,
) -> dict[Key, JudgementRecord]:
    """Verdicts on all answers to which the judges apply; those that the file has are not asked for.

    Args:
        materials: Ids are unique.
        judges: All are asked about each answer.
        ask: Safe to call from several threads.
        writer: Gets each judgement as it comes.
        workers: How many to ask for at once.
        advance: Called for each judgement.

    Raises:
        SystemUnusableError: If the key is refused, or several answers in a row could not be judged.
            What was judged is in the file, and the same call continues from there.
    """
    results: dict[Key, JudgementRecord] = {}
    open_pairs: list[tuple[Judge, Material]] = []
    for material in materials:
        for judge in judges:
            if not applies(judge, material):
                continue
            key = (material.id, judge.name, answer_fingerprint(material))
            if key in writer.done:
                results[key[:2]] = writer.done[key]
                advance()
            else:
                open_pairs.append((judge, material))
    failures = 0
    with ThreadPoolExecutor(workers) as pool:
        for judge, material, future in _finished(open_pairs, ask, pool, workers):
            record, error = _record(judge, material, future)
            writer.write(record)
            results[material.id, judge.name] = record
            advance()
            failures = failures + 1 if error else 0
            if error:
                _stop_if_hopeless(error, failures, writer)
    return results


def summaries(
    materials: Sequence[Material],
    judges: Iterable[Judge],
    results: Mapping[Key, JudgementRecord],
) -> list[JudgeSummary]:
    """What each judge said, and how often it said nothing."""
    found = []
    for judge in judges:
        ids = [material.id for material in materials if applies(judge, material)]
        verdicts = [
            record.verdict
            for id_ in ids
            if (record := results.get((id_, judge.name))) and record.verdict
        ]
        values = [verdict.value for verdict in verdicts if verdict.value is not None]
        found.append(
            JudgeSummary(
                judge.name,
                fmean(values) if values else None,
                scored=len(values),
                unscored=len(ids) - len(values),
                not_applicable=len(materials) - len(ids),
                words={word: sum(v.detail == word for v in verdicts) for word in judge.values},
            )
        )
    return found


def answer_fingerprint(material: Material) -> str:
    """SHA-256 of what a judge is shown, shortened."""
    shown = json.dumps(asdict(material), sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def _finished(
    pairs: Sequence[tuple[Judge, Material]], ask: Ask, pool: ThreadPoolExecutor, workers: int
) -> Iterator[tuple[Judge, Material, Future[Judgement]]]:
    """Judgements as they come. No more are begun than are worked on: a stop loses little."""
    waiting = iter(pairs)
    running: dict[Future[Judgement], tuple[Judge, Material]] = {}
    while True:
        for judge, material in islice(waiting, workers - len(running)):
            running[pool.submit(judge_answer, judge, material, ask)] = (judge, material)
        if not running:
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            yield *running.pop(future), future


def _record(
    judge: Judge, material: Material, future: Future[Judgement]
) -> tuple[JudgementRecord, ModelError | None]:
    fingerprint = answer_fingerprint(material)
    try:
        judgement = future.result()
    except ModelError as error:
        return JudgementRecord(material.id, judge.name, fingerprint, None, str(error)), error
    usage = judgement.usage
    record = JudgementRecord(
        material.id,
        judge.name,
        fingerprint,
        judgement.verdict,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cost_usd=usage.cost_usd,
    )
    return record, None


def _stop_if_hopeless(error: ModelError, failures: int, writer: JudgementWriter) -> None:
    if isinstance(error, ModelAuthenticationError) or failures >= FAILURES_TO_STOP:
        raise SystemUnusableError(
            f"{error} Judging was stopped; what was judged is in {writer.path}, and the same "
            "command goes on from there."
        ) from error
