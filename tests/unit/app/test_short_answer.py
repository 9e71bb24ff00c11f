"""The answer in a word or two stands first in every form of an answer."""

from __future__ import annotations

import io
from itertools import pairwise

import docx
import pytest

from app.exports.footnoted import footnoted
from app.exports.markdown import as_markdown
from app.exports.word import as_docx
from app.mcp.text import answer_text
from app.slack.render import answer_messages
from app.telling import differing, understood
from app.types import Answer, Cell, Claim, Disagreement, Form, Lead, Row, Table
from app.web.completions.text import Writer, without_frame
from app.web.completions.wishes import Wishes
from app.web.print_page import print_page
from tests.builders_web import make_answer
from tests.printed import printed

BASE = "https://accord.example"
LEAD = Lead("Yes, since January", 1, 0, 5, "an older source still calls it open", 3)
TABLE = Table(("One", "Two"), (Row("Amount | all", (Cell("$70 billion", (2,)), Cell("not said"))),))


def answer() -> Answer:
    first, second, third = make_answer().claims
    claims = (
        first,
        Claim(second.text, (2,), form=Form.ITEM, heading="The purchase"),
        Claim(third.text, (3,), form=Form.ITEM, heading="The purchase"),
    )
    return make_answer(lead=LEAD, table=TABLE, claims=claims)


def as_page() -> str:
    return print_page(footnoted("What?", [answer()], base_url=BASE))


def as_message(wishes: Wishes | None = None, **options: int | bool) -> Writer:
    writer = Writer(wishes or Wishes(), BASE, **options)  # type: ignore[arg-type]
    whole = answer()
    writer.lead(whole)
    for claim in whole.claims:
        writer.claim(claim, whole.citations)
    writer.end(whole)
    return writer


def test_terminal_prints_it_above_the_sentences() -> None:
    lines = printed(answer()).splitlines()
    assert lines[0] == "Yes, since January; [1] an older source still calls it open [3]"
    assert lines[2].startswith("A regional insurer")


def test_markdown_has_it_in_bold_with_its_footnotes() -> None:
    text = as_markdown(footnoted("What?", [answer()], base_url=BASE))
    short = "**Yes, since January;**[^1] **an older source still calls it open**[^3]"
    assert text.index(short) < text.index("A regional insurer")


def test_word_has_it_in_bold() -> None:
    word = docx.Document(io.BytesIO(as_docx(footnoted("What?", [answer()], base_url=BASE))))
    [place] = [one for one in word.paragraphs if one.text.startswith("Yes, since January;")]
    assert [run.bold for run in place.runs if run.text.strip()] == [True, True]


def test_printed_page_has_it_and_parts_its_numbers() -> None:
    page = as_page()
    assert '<p class="lead">Yes, since January;<sup><a href="#note-1">1</a></sup> an older' in page
    assert '<sup><a href="#note-1">1</a>, <a href="#note-3">3</a></sup>' in page


def test_slack_shows_it_in_bold_and_in_the_notification() -> None:
    [message] = answer_messages(answer(), public_url=BASE, answer_id=None)
    [elements] = [block["elements"][0]["elements"] for block in message.blocks[:1]]
    assert [one["text"] for one in elements] == [
        "Yes, since January; ",
        "[1]",
        " an older source still calls it open ",
        "[3]",
    ]
    assert elements[0]["style"] == {"bold": True}
    assert message.text.startswith("Yes, since January; [1] an older source")


def test_agents_read_it_first_and_the_table_as_well() -> None:
    parts = answer_text(answer(), BASE).split("\n\n")
    assert parts[0] == "Yes, since January; [1] an older source still calls it open [3]"
    assert "The purchase\n- The price was $70 billion. [2]\n- The" in parts[1]
    assert parts[2] == "Amount | all: One: $70 billion [2]; Two: not said"


def test_chat_message_has_it_first_then_lists_and_the_table() -> None:
    content = as_message().content
    assert content.startswith(
        "Yes, since January; [1] an older source still calls it open [3]\n\nA regional insurer"
    )
    assert "[1]\n\n**The purchase**\n\n- The price was $70 billion. [2]\n- The purchase" in content
    table = "|  | One | Two |\n| --- | --- | --- |\n| Amount \\| all | $70 billion [2]| not said |"
    assert table in content


def test_every_number_of_a_chat_message_has_its_place() -> None:
    writer = as_message()
    assert [mark.citation.n for mark in writer.marks] == [1, 3, 1, 2, 3, 2]
    for mark in writer.marks:
        assert writer.content[mark.start : mark.end] == f"[{mark.citation.n}]"
    for one, claim in zip(writer.spans, answer().claims, strict=True):
        assert writer.content[one.start : one.end] == claim.text
    assert all(one.end < other.start for one, other in pairwise(writer.marks))


def test_shortest_chat_message_still_has_a_whole_sentence() -> None:
    assert len(as_message(max_tokens=1).spans) == 1


@pytest.mark.parametrize("has_frame", [True, False])
def test_chat_message_without_frame_has_the_sentences_alone(has_frame: bool) -> None:
    content = as_message(has_frame=has_frame).content
    assert content.startswith("Yes") is has_frame
    assert ("| --- |" in content) is has_frame


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("the end of February 2021", "The end of February 2021"),
        ("three", "Three"),
        ("iPhone and iPad", "iPhone and iPad"),
        ("$185 million", "$185 million"),
        ("élan", "Élan"),
    ],
)
def test_short_answer_begins_a_line_as_people_write(text: str, shown: str) -> None:
    assert Lead(text, 1, 0, 5).parts == ((shown, 1),)


def heard() -> Answer:
    return make_answer("Who led it?", understood="Who led Haven?", message="Not said: since when.")


def test_every_form_tells_how_the_question_was_understood_and_what_is_missing() -> None:
    document = footnoted("Who led it?", [heard()], base_url=BASE)
    word = docx.Document(io.BytesIO(as_docx(document)))
    writer = Writer(Wishes(), BASE)
    writer.end(heard())
    slack = "".join(map(str, answer_messages(heard(), public_url=BASE, answer_id=None)))
    forms = [
        printed(heard()),
        as_markdown(document),
        print_page(document),
        "\n".join(one.text for one in word.paragraphs),
        answer_text(heard(), BASE),
        writer.content,
        slack,
    ]
    for form in forms:
        assert "Understood as: Who led Haven?" in form
        assert "Not said: since when." in form


def test_terminal_tells_first_how_the_question_was_understood() -> None:
    assert printed(heard()).startswith("Understood as: Who led Haven?\n\n")


def test_what_is_told_is_in_the_language_of_the_answer() -> None:
    assert understood(make_answer()) is None
    assert understood(make_answer(understood="Wer?", language="de")) == "Verstanden als: Wer?"


@pytest.mark.parametrize(
    ("subject", "numbers", "told"),
    [
        ("the status", "[1], [2]", "Sources differ on the status: [1], [2]."),
        ("status", "", "Sources differ on the status."),
        ("", "[1], [2]", "Sources differ. [1], [2]"),
        ("", "", "Sources differ."),
    ],
)
def test_a_disagreement_is_told_in_one_grammatical_sentence(
    subject: str, numbers: str, told: str
) -> None:
    assert differing(Disagreement(subject, (1, 2)), "en", numbers) == told


def test_earlier_reply_is_read_as_its_sentences_alone() -> None:
    whole = make_answer(
        lead=LEAD, table=TABLE, claims=answer().claims, understood="Was it?", language="de"
    )
    writer = Writer(Wishes(), BASE)
    writer.lead(whole)
    for claim in whole.claims:
        writer.claim(claim, whole.citations)
    writer.end(whole)
    assert "Verstanden als: Was it?" in writer.content

    said = without_frame(writer.content)

    assert "The price was $70 billion." in said
    for ours in ("Verstanden als", "|", "**", "[1]"):
        assert ours not in said
