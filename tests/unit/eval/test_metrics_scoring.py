from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.scoring import MEASURES, score
from eval.types import (
    Answerability,
    Case,
    FoundPassage,
    Quote,
    Record,
    Said,
    SaidCitation,
    SaidClaim,
)

quick = settings(max_examples=50, deadline=None)

CASE = Case(
    id="one",
    question="What did CVS pay?",
    facts=(("70 billion", "$70bn"), ("2018",)),
    forbidden=("Walmart",),
    references=("CVS paid $70 billion",),
    evidence=(Quote("news", "CVS paid $70 billion."),),
    relevant={"news": 1, "blog": 1},
    items=(("CVS",), ("Aetna",)),
    key_points=("CVS paid $70 billion.",),
    answerability=Answerability.ANSWERABLE,
)
SAID = Said(
    status="answered",
    claims=(SaidClaim("CVS paid $70 billion.", (1,)),),
    citations=(SaidCitation(1, "news", "CVS paid $70 billion.", 0, 21, True),),
    passages=(
        FoundPassage("other", "Something else.", 0.9),
        FoundPassage("news", "Head. CVS paid $70 billion. Tail.", 0.8),
    ),
    answerability=0.8,
    input_tokens=100,
    output_tokens=10,
    cost_usd=0.01,
)
REFUSED = Said(status="abstained", passages=SAID.passages, message="Nothing.", answerability=0.1)
JUDGES_THE_ANSWER = (
    "facts all_facts completeness key_points rouge_l rouge_l_recall rouge_1_recall token_f1 "
    "evidence_recall evidence_word_recall evidence_precision"
).split()


class Checker:
    """Supports what is quoted, with a stop or without."""

    def support(self, claim: str, evidence: tuple[str, ...]) -> float:
        return float(any(claim.rstrip(".") in quote for quote in evidence))


def record(said: Said | None) -> Record:
    return Record("one", said, None if said else "timed out", 1.5)


def test_every_measure_of_an_answer_by_hand() -> None:
    values = score(CASE, record(SAID), checker=Checker())
    dcg, ideal = 0.63093, 1 + 0.63093  # news at rank 2 of news and blog
    assert values == {
        "ndcg@10": pytest.approx(dcg / ideal, abs=1e-5),
        "recall@5": 1 / 2,
        "recall@10": 1 / 2,
        "rr": 1 / 2,
        "ap": 1 / 4,  # (1/2 + 0) / 2
        "evidence_recall@5": 1,
        "facts": 1 / 2,  # no 2018
        "all_facts": 0,
        "completeness": 1 / 2,  # no Aetna
        "key_points": 1,
        "rouge_l": 1,
        "rouge_l_recall": 1,
        "rouge_1_recall": 1,
        "token_f1": 1,
        "evidence_recall": 1,
        "evidence_word_recall": 1,
        "evidence_precision": 1,
        "support": 1,
        "citation_recall": None,  # the sentence is its quote, which bears itself out
        "citation_precision": None,
        "quotes_exact": 1,
        "refusal": 1,
        "words": 4,
        "sentences": 1,
        "seconds": 1.5,
        "input_tokens": 100,
        "output_tokens": 10,
        "cost_usd": 0.01,
    }
    assert list(values) == list(MEASURES)


@pytest.mark.parametrize("unanswered", [None, record(None)], ids=["no record", "an error"])
def test_without_an_answer_all_that_is_asked_for_is_at_its_worst(
    unanswered: Record | None,
) -> None:
    values = score(CASE, unanswered, checker=Checker())
    worst = {name: value for name, value in values.items() if MEASURES[name].worst is not None}
    for name in ("quotes_exact", "citation_recall", "citation_precision"):
        assert worst.pop(name) is None  # nothing was quoted or reworded, so nothing wrongly
    assert worst == dict.fromkeys(worst, 0.0)
    assert values["seconds"] == (1.5 if unanswered else None)


def test_refusing_an_answerable_question_is_worth_nothing_but_its_ranking() -> None:
    values = score(CASE, record(REFUSED), checker=Checker())
    for name in [*JUDGES_THE_ANSWER, "support", "refusal"]:
        assert values[name] == 0, name
    assert values["rr"] == 1 / 2
    assert values["evidence_recall@5"] == 1
    assert values["words"] is None


def test_a_case_of_forbidden_texts_alone_is_not_won_by_saying_nothing() -> None:
    case = replace(CASE, facts=())
    assert score(case, record(SAID))["facts"] == 1
    assert score(case, record(REFUSED))["facts"] == 0
    assert score(case, None)["facts"] == 0


def test_of_a_question_to_refuse_only_ranking_decision_and_quotes_are_scored() -> None:
    case = replace(CASE, answerability=Answerability.UNANSWERABLE)
    answered = score(case, record(SAID), checker=Checker())
    refused = score(case, record(REFUSED), checker=Checker())
    assert (answered["refusal"], refused["refusal"]) == (0, 1)
    assert score(case, None)["refusal"] == 0  # a crash is no refusal
    assert answered["quotes_exact"] == 1
    for name in [*JUDGES_THE_ANSWER, "support", "evidence_recall@5"]:
        assert answered[name] is None, name


def test_what_a_case_does_not_ask_for_is_not_scored() -> None:
    values = score(Case("one", "What?"), record(SAID))
    scored = {name for name, value in values.items() if value is not None}
    assert scored == {
        "quotes_exact", "words", "sentences", "seconds", "input_tokens", "output_tokens", "cost_usd"
    }  # fmt: skip
    assert score(CASE, record(SAID))["support"] is None  # no checker


def test_sentences_in_other_words_than_their_quotes_are_scored_by_their_citations() -> None:
    claims = (*SAID.claims, SaidClaim("The price was high.", (1,)))
    values = score(CASE, record(replace(SAID, claims=claims)), checker=Checker())
    assert (values["citation_recall"], values["citation_precision"]) == (0, 0)


def test_support_is_of_references_else_of_key_points_else_of_evidence() -> None:
    cited = replace(SAID, citations=(SaidCitation(1, "news", "Points. Proof."),))
    wanted = replace(CASE, key_points=("Points.",), evidence=(Quote(None, "Proof. More."),))
    bare = replace(wanted, references=(), key_points=())
    cases = (wanted, replace(wanted, references=()), bare, replace(bare, evidence=()))
    scores = [score(case, record(cited), checker=Checker())["support"] for case in cases]
    assert scores == [0, 1, 1 / 2, None]


def test_the_time_of_the_question_itself_goes_before_that_of_reading_it() -> None:
    assert score(CASE, record(replace(SAID, seconds=0.25)))["seconds"] == 0.25
    assert score(CASE, record(SAID))["seconds"] == 1.5


def test_half_answerable_is_to_be_answered() -> None:
    case = replace(CASE, answerability=Answerability.PARTIAL)
    assert score(case, record(SAID))["refusal"] == 1
    assert score(case, record(replace(SAID, status="partial")))["refusal"] == 1
    assert score(case, record(REFUSED))["refusal"] == 0


def test_no_ranking_is_scored_where_it_cannot_be_wrong() -> None:
    given_the_gold = replace(CASE, within=("news",))
    assert score(given_the_gold, record(SAID))["ndcg@10"] is None
    among_two = replace(CASE, within=("news", "other"))
    assert score(among_two, record(SAID))["rr"] == 1 / 2


statuses = st.sampled_from(["answered", "partial", "abstained"])
sentence = st.sampled_from(["CVS paid $70 billion.", "It was 2018.", "Walmart did.", "Aetna!", ""])
source = st.sampled_from(["news", "blog", "other", None])
claims = st.lists(
    st.builds(SaidClaim, sentence, st.lists(st.integers(1, 3), max_size=2).map(tuple)), max_size=3
).map(tuple)
citations = st.lists(st.tuples(source, sentence, st.booleans()), max_size=3).map(
    lambda parts: tuple(
        SaidCitation(n, where, quote, 0, len(quote), exact)
        for n, (where, quote, exact) in enumerate(parts, 1)
    )
)
passages = st.lists(st.builds(FoundPassage, source, sentence, st.floats(0, 1)), max_size=4).map(
    tuple
)
said = st.builds(Said, status=statuses, claims=claims, citations=citations, passages=passages).map(
    lambda each: replace(each, claims=(), citations=()) if each.status == "abstained" else each
)
kinds = st.sampled_from(list(Answerability))


@quick
@given(said, kinds)
def test_shares_are_bounded_and_no_answer_is_never_better_than_any(
    reply: Said, kind: Answerability
) -> None:
    case = replace(CASE, answerability=kind)
    values = score(case, record(reply), checker=Checker())
    missing = score(case, None, checker=Checker())
    for name, measure in MEASURES.items():
        value, least = values[name], missing[name]
        if value is None or measure.unit != "share":
            continue
        assert 0 <= value <= 1 + 1e-9, name
        if name not in {"quotes_exact", "citation_recall", "citation_precision"}:
            assert least == measure.worst, name


@quick
@given(said)
def test_parts_of_a_case_in_another_order_score_the_same(reply: Said) -> None:
    turned = replace(
        CASE,
        facts=CASE.facts[::-1],
        items=CASE.items[::-1],
        relevant=dict(reversed(CASE.relevant.items())),
    )
    assert score(turned, record(reply)) == score(CASE, record(reply))


@quick
@given(said.filter(lambda each: not each.abstained))
def test_saying_a_missing_fact_never_lowers_facts(reply: Said) -> None:
    longer = replace(reply, claims=(*reply.claims, SaidClaim("It was in 2018.")))
    before, after = score(CASE, record(reply)), score(CASE, record(longer))
    for name in ("facts", "completeness", "key_points", "rouge_1_recall"):
        assert (after[name] or 0) >= (before[name] or 0)
