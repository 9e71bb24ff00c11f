"""Every measure of one case: what a system said against what was expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eval.metrics import answers, citations, retrieval
from eval.types import Answerability, Case, Record, Said, SupportChecker


@dataclass(frozen=True, slots=True)
class Measure:
    """What a value means."""

    name: str
    description: str
    """A line for a report."""
    unit: str
    """"share" lies in [0, 1]."""
    higher_is_better: bool
    worst: float | None
    """Counted where the system gave no answer; None for what only describes an answer."""


EVIDENCE_AT = f"evidence_recall@{citations.EVIDENCE_CUTOFF}"
REFUSAL = "refusal"


def _shares(described: Mapping[str, str]) -> list[Measure]:
    return [Measure(name, text, "share", True, 0.0) for name, text in described.items()]


_ALL = [
    *_shares(
        {
            f"ndcg@{retrieval.NDCG_CUTOFF}": "Ranking of the sources against the judgements",
            **{
                f"recall@{k}": f"Relevant sources among the first {k}"
                for k in retrieval.RECALL_CUTOFFS
            },
            "rr": "One over the rank of the first relevant source",
            "ap": "Average precision of the ranked sources",
            EVIDENCE_AT: f"Gold evidence within the first {citations.EVIDENCE_CUTOFF} passages",
            "facts": "Expected facts that the answer says; 0 with a forbidden text",
            "all_facts": "Answers that say every fact and nothing forbidden",
            "completeness": "Items of a list that the answer names",
            "key_points": "Key points whose words the answer holds",
            "rouge_l": "ROUGE-L F with the nearest reference answer",
            "rouge_l_recall": "ROUGE-L recall of that reference",
            "rouge_1_recall": "ROUGE-1 recall of the nearest reference",
            "token_f1": "SQuAD's word F1 with the nearest reference",
            "evidence_recall": "Gold evidence within the cited quotes",
            "evidence_word_recall": "Words of the gold evidence within the cited quotes",
            "evidence_precision": "Cited quotes that are gold evidence",
            "support": "What the answer should say, borne out by the cited quotes",
            "citation_recall": "Sentences in own words that their citations support (ALCE)",
            "citation_precision": "Citations that such a sentence needs (ALCE)",
            "quotes_exact": "Quotes that stand in the source at their span",
            REFUSAL: "Right decisions to answer or to refuse",
        }
    ),
    Measure("words", "Length of the answer", "words", False, None),
    Measure("sentences", "Length of the answer", "sentences", False, None),
    Measure("seconds", "Time until the whole answer", "s", False, None),
    Measure("input_tokens", "Tokens read by the model", "tokens", False, None),
    Measure("output_tokens", "Tokens written by the model", "tokens", False, None),
    Measure("cost_usd", "Price of the answer", "USD", False, None),
]

MEASURES: Mapping[str, Measure] = {measure.name: measure for measure in _ALL}
"""Of one case, in the order of a report. What exists only for a run: `summary.RUN_MEASURES`."""

NOTHING_SAID = Said(status="abstained")


def score(
    case: Case, record: Record | None, *, checker: SupportChecker | None = None
) -> dict[str, float | None]:
    """All of `MEASURES` for one case; None where one does not apply.

    Where the system gave no answer (no record, or one without `said`) every measure that the
    case asks for is at its worst, and so is the decision to refuse, whatever was right. An
    abstention is 0 for what the answer should have held, while the passages behind it are scored
    as they are. ALCE's measures are of sentences in other words than their quotes: a quote bears
    itself out. Of a case to refuse, only the ranking, the decision and the exactness of quotes
    are scored.

    Args:
        case: What was asked and expected.
        record: What became of it; None if nothing is known.
        checker: For `support` and ALCE's citation measures; without one they are None.
    """
    said = record.said if record and record.said else NOTHING_SAID
    values: dict[str, float | None] = dict.fromkeys(MEASURES)
    values |= _retrieval_scores(case, said)
    if case.answerability is not Answerability.UNANSWERABLE:
        expected = _answer_scores(case, said) | _evidence_scores(case, said)
        if checker:
            expected["support"] = _support(case, said, checker)
        values |= _at_worst(expected) if said.abstained else expected
        if checker and not said.abstained:
            values |= _citation_scores(said, checker)
    if case.answerability is not Answerability.UNKNOWN:
        values[REFUSAL] = float(said is not NOTHING_SAID and is_refusal_right(case, said))
    if not said.abstained:
        values["words"] = answers.num_words(said.text)
        values["sentences"] = len(said.claims)
        values["quotes_exact"] = citations.quote_exactness(said.citations)
    values |= {
        "seconds": _seconds(record),
        "input_tokens": said.input_tokens,
        "output_tokens": said.output_tokens,
        "cost_usd": said.cost_usd,
    }
    return values


def _seconds(record: Record | None) -> float | None:
    if record is None:
        return None
    timed = record.said.seconds if record.said else None
    return record.seconds if timed is None else timed


def is_refusal_right(case: Case, said: Said) -> bool:
    """Whether it was right to answer, or right to refuse. What is half answerable is answered."""
    return said.abstained == (case.answerability is Answerability.UNANSWERABLE)


def _retrieval_scores(case: Case, said: Said) -> dict[str, float | None]:
    has_choice = not case.within or any(case.relevant.get(each, 0) <= 0 for each in case.within)
    found: dict[str, float | None] = {}
    if has_choice:  # "with the gold passage given" no ranking can be wrong
        found |= retrieval.score_ranking(case.relevant, retrieval.ranking_of(said.passages)) or {}
    if case.answerability is not Answerability.UNANSWERABLE:
        found[EVIDENCE_AT] = citations.evidence_recall_at(
            citations.EVIDENCE_CUTOFF, said.passages, case.evidence
        )
    return found


def _answer_scores(case: Case, said: Said) -> dict[str, float | None]:
    text = said.text
    facts = answers.fact_recall(text, case.facts, case.forbidden)
    rouge = answers.rouge(text, case.references)
    return {
        "facts": facts,
        "all_facts": None if facts is None else float(facts == 1),
        "completeness": answers.completeness(text, case.items),
        "key_points": answers.key_point_coverage(text, case.key_points),
        "rouge_l": rouge.l_f if rouge else None,
        "rouge_l_recall": rouge.l_recall if rouge else None,
        "rouge_1_recall": rouge.one_recall if rouge else None,
        "token_f1": answers.token_f1(text, case.references),
    }


def _evidence_scores(case: Case, said: Said) -> dict[str, float | None]:
    cited = citations.cited_quotes(said.citations)
    return {
        "evidence_recall": citations.evidence_recall(cited, case.evidence),
        "evidence_word_recall": citations.evidence_word_recall(cited, case.evidence),
        "evidence_precision": citations.evidence_precision(cited, case.evidence),
    }


def _support(case: Case, said: Said, checker: SupportChecker) -> float | None:
    wanted = [[each] for each in case.references]
    wanted = wanted or [list(texts) for texts in (case.key_points,) if texts]
    wanted = wanted or [[each.text for each in case.evidence]]
    quotes = tuple(each.quote for each in said.citations)
    return citations.expected_support(wanted, quotes, checker)


def _citation_scores(said: Said, checker: SupportChecker) -> dict[str, float | None]:
    reworded = citations.reworded(said.claims, said.citations)
    if not reworded:
        return {}
    quality = citations.citation_quality(reworded, said.citations, checker)
    return {"citation_recall": quality.recall, "citation_precision": quality.precision}


def _at_worst(values: Mapping[str, float | None]) -> dict[str, float | None]:
    return {name: None if value is None else MEASURES[name].worst for name, value in values.items()}
