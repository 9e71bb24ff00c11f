"""What only a chat model does: asks, announces, says a part; and what leaves the server of it."""

import pytest

from app.answering.composition.abstention import near_misses
from app.answering.composition.citing import Citer
from app.answering.composition.compose import Proposal, propose
from app.answering.question.asking import ask
from app.answering.text.terms import content_terms, keys
from app.answering.verification.settling import MARK, Unsupported, settle
from app.types import Receipt, Verdict
from app.web.schemas.answers import ReceiptBody
from tests.builders_answering import SUPPORT, ScriptedReader, make_evidence

PAID = make_evidence("Nestle paid Starbucks $7.15 billion for the right to sell its coffee.")
ASKED = make_evidence("Who paid Starbucks for its coffee?", ordinal=1)
READ = (PAID, ASKED)


@pytest.mark.parametrize("text", ["Who paid Starbucks?", "Nestle paid for these:", 'Is it "sold?"'])
def test_question_or_announcement_of_a_model_is_dropped(text: str) -> None:
    settled = settle(text, READ, READ, SUPPORT, Unsupported.MARK, is_reworded=True)

    assert not settled.is_shown
    assert settled.verdict is Verdict.UNSUPPORTED


def test_whole_question_of_a_source_may_be_chosen_from_it() -> None:
    assert settle(ASKED.text, [ASKED], READ, SUPPORT).is_shown


def test_question_of_a_source_bears_no_sentence_of_a_model_out() -> None:
    settled = settle(
        "Who paid Starbucks for its coffee.", [ASKED], [ASKED], SUPPORT, is_reworded=True
    )

    assert not settled.is_shown


@pytest.mark.parametrize(
    "text",
    [
        "Nestle sold Starbucks to Unilever.",
        "Nestle paid Starbucks, see https://shop.example/coffee.",
        "Nestle praised the zqword before Starbucks.",
    ],
)
def test_words_that_no_source_has_are_not_even_marked(text: str) -> None:
    assert not settle(text, [PAID], READ, SUPPORT, Unsupported.MARK, is_reworded=True).is_shown


def test_words_of_the_sources_put_together_wrongly_are_marked() -> None:
    turned = "Starbucks paid Nestle $7.15 billion for its coffee."
    settled = settle(turned, [PAID], READ, ScriptedReader().support, Unsupported.MARK)

    assert settled.text.endswith(MARK)
    assert settled.evidence == ()


def test_claim_that_says_a_part_does_not_stand_for_its_sentence() -> None:
    citer = Citer(SUPPORT, READ)
    citer.add(Proposal("Nestle paid Starbucks.", (PAID,), is_reworded=True))
    assert citer.cites(PAID) == bool(citer.claims)
    assert not citer.says(PAID)

    citer.add(propose(PAID))
    assert citer.says(PAID)


def test_question_is_no_near_miss() -> None:
    asked = make_evidence("Who paid Starbucks?", passage_ordinal=1, ordinal=1)

    found = near_misses(ask("Who paid Starbucks?"), [asked, PAID])
    assert [miss.text for miss in found] == [PAID.text]


def test_words_that_are_not_shown_leave_the_server_in_no_receipt() -> None:
    citer = Citer(SUPPORT, READ, Unsupported.DROP)
    citer.add(Proposal("Nestle sold Starbucks to Zuckerfeld.", (PAID,), is_reworded=True))
    citer.add(propose(PAID))
    assert "Zuckerfeld" in str(citer.verdicts)
    receipt = Receipt(
        question="Who paid?",
        condensed_query="Who paid?",
        composer="model",
        generation="gen-1",
        passages=(),
        answerability=1.0,
        verdicts=tuple(citer.verdicts),
    )

    dropped, shown = ReceiptBody.of(receipt).verdicts

    assert "Zuckerfeld" not in str(dropped)
    assert "names" in dropped["failures"]
    assert shown["text"] == PAID.text
    assert keys(content_terms(PAID.text)) == PAID.keys
