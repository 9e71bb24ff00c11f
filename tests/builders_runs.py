"""Runs that were never run: cases, records and evaluations for tests of what is made of them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from app.types import Message
from eval.report.evaluation import Evaluation, evaluate
from eval.runs import Run, RunHeader
from eval.types import (
    Answerability,
    Case,
    Dataset,
    FoundPassage,
    Quote,
    Record,
    Said,
    SaidCitation,
    SaidClaim,
)

FINGERPRINT = "f" * 64


def make_case(case_id: str = "q1", **overrides: Any) -> Case:
    fields: dict[str, Any] = {
        "question": f"What did Harbor Foods buy in {case_id}?",
        "facts": (("Northwind",),),
        "answerability": Answerability.ANSWERABLE,
        "tags": ("fact",),
    }
    return Case(id=case_id, **(fields | overrides))


def make_said(text: str = "Harbor Foods bought Northwind.", **overrides: Any) -> Said:
    fields: dict[str, Any] = {
        "status": "answered",
        "claims": (SaidClaim(text, (1,)),),
        "citations": (SaidCitation(1, "deals.md", text, 0, len(text), is_exact=True),),
        "passages": (FoundPassage("deals.md", f"{text} It paid in shares.", 0.8),),
        "answerability": 0.9,
    }
    return Said(**(fields | overrides))


def make_refusal(answerability: float = 0.1) -> Said:
    return Said("abstained", message="The sources do not say.", answerability=answerability)


def make_record(case_id: str = "q1", said: Said | None = None, **overrides: Any) -> Record:
    fields: dict[str, Any] = {"said": said or make_said(), "error": None, "seconds": 0.25}
    return Record(case_id=case_id, **(fields | overrides))


def make_evaluation(
    cases: Sequence[Case],
    records: Sequence[Record],
    *,
    system: str = "extractive",
    dataset: str = "deals",
    fingerprint: str = FINGERPRINT,
    started: str = "2026-01-05T08:00:00Z",
    settings: Mapping[str, Any] | None = None,
) -> Evaluation:
    header = RunHeader(dataset, fingerprint, system, settings or {"top_k": 8}, started)
    run = Run(header, {record.case_id: record for record in records})
    return evaluate(run, Dataset(dataset, tuple(cases)))


def make_example(
    *, skill: float = 0.8, seed: int = 1, system: str = "extractive", count: int = 60
) -> Evaluation:
    """A run of many kinds of question with some right, some wrong, one error and one lost."""
    source = random.Random(seed)
    kinds = ["fact", "comparison", "list of partners", "follow-up", "time order"]
    cases, records = [], []
    for n in range(count):
        case_id = f"q{n:03}"
        is_answerable = n % 4 != 3
        relevant = {f"report-{n}.md": 1, f"article-{n}.md": 1}
        case = make_case(
            case_id,
            question=f"Which partner did Harbor Foods choose for its stores in region {n}?",
            facts=(("Northwind", "North Wind"), (f"{n} stores",)) if is_answerable else (),
            references=(f"Harbor Foods chose Northwind for {n} stores.",) if is_answerable else (),
            evidence=(Quote(f"report-{n}.md", f"Northwind runs {n} stores."),),
            relevant=relevant if is_answerable else {},
            answerability=Answerability.ANSWERABLE if is_answerable else Answerability.UNANSWERABLE,
            history=(Message("user", "Who is Harbor Foods?"), Message("assistant", "A grocer."))
            if n % 5 == 3
            else (),
            tags=(kinds[n % 5],),
        )
        cases.append(case)
        if n == 7:
            continue
        seconds = 0.12 * 2 ** source.gauss(0, 0.8)
        if n == 11:
            error = "The service did not answer within 30 s, three times."
            records.append(Record(case_id, None, error, 30.0, attempts=3))
            continue
        records.append(Record(case_id, _said(case, n, source, skill), None, seconds))
    return make_evaluation(cases, records, system=system)


def _said(case: Case, n: int, source: random.Random, skill: float) -> Said:
    is_answerable = case.answerability is Answerability.ANSWERABLE
    sureness = min(max(source.gauss(0.65 if is_answerable else 0.35, 0.18), 0.0), 1.0)
    if sureness < 0.5:
        return make_refusal(round(sureness, 3))
    is_right, is_whole = source.random() < skill, source.random() < skill
    texts = [f"Harbor Foods chose {'Northwind' if is_right else 'Eastgate'} as its partner."]
    if is_whole:
        texts.append(f"The partner runs {n} stores in the region.")
    found = [f"report-{n}.md", "other.md", f"article-{n}.md", "more.md", "last.md"]
    source.shuffle(found)
    return Said(
        status="answered" if is_whole else "partial",
        claims=tuple(SaidClaim(text, (k,)) for k, text in enumerate(texts, 1)),
        citations=tuple(
            SaidCitation(k, found[0], text, 0, len(text), is_exact=k == 1 or is_right)
            for k, text in enumerate(texts, 1)
        ),
        passages=tuple(
            FoundPassage(each, f"A passage of {each} about stores. " * 4, 0.9 - 0.1 * k)
            for k, each in enumerate(found)
        ),
        answerability=round(sureness, 3),
    )
