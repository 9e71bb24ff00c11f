"""Lists, headings and tables of an answer in every form that is not the page."""

from __future__ import annotations

import io
from collections.abc import Sequence

import docx
from pydantic import TypeAdapter

from app.conversations.redaction import without_document
from app.exports.footnoted import FootnotedDocument, footnoted
from app.exports.markdown import as_markdown
from app.exports.word import as_docx
from app.slack.blocks import size
from app.slack.render import MAX_SECTION, SlackMessage, answer_messages
from app.types import Answer, Cell, Claim, Form, Row, Table, Verdict
from app.web.print_page import print_page
from app.web.schemas.answers import AnswerBody
from tests.builders_web import make_answer
from tests.printed import printed
from tests.slack_rules import message_faults

ALLOWED = ("https://accord.example", "https://example.org")
TABLE = Table(
    ("The purchase", "The sale <b>"),
    (Row("Amount", (Cell("$70 billion", (2,)), Cell("not said"))),),
)


def compared() -> Answer:
    answer = make_answer("Which was larger?")
    first, second, third = answer.claims
    claims = (
        Claim("The purchase: $70 billion.", (2,), Verdict.COMPUTED),
        Claim(first.text, (1,), form=Form.ITEM, heading="The purchase"),
        Claim(second.text, (2,), form=Form.ITEM, heading="The purchase"),
        Claim(third.text, (3,), form=Form.ITEM, heading="The sale <b>"),
    )
    return make_answer("Which was larger?", claims=claims, table=TABLE)


def faults(messages: Sequence[SlackMessage]) -> list[str]:
    sent = [{"text": one.text, "blocks": list(one.blocks)} for one in messages]
    return [fault for one in sent for fault in message_faults(one, allowed=ALLOWED)]


def document() -> FootnotedDocument:
    return footnoted("Which was larger?", [compared()], base_url="https://accord.example")


def test_terminal_has_headings_items_and_columns() -> None:
    lines = printed(compared()).splitlines()

    assert lines.count("The purchase") == 1
    assert "- The price was $70 billion. [2]" in lines
    assert "        The purchase     The sale <b>" in lines
    assert "Amount  $70 billion [2]  not said" in lines


def test_markdown_has_a_table_and_lists_with_footnotes() -> None:
    text = as_markdown(document())

    assert "|  | The purchase | The sale \\<b\\> |\n| --- | --- | --- |" in text
    assert "| Amount | \\$70 billion[^2] | not said |" in text
    assert "**The purchase**\n\n- A regional insurer" in text
    assert text.count("**The purchase**") == 1


def test_word_has_a_table_and_lists_with_footnotes() -> None:
    word = docx.Document(io.BytesIO(as_docx(document())))

    [table] = word.tables
    assert [cell.text for cell in table.rows[0].cells] == ["", "The purchase", "The sale <b>"]
    assert [cell.text for cell in table.rows[1].cells] == ["Amount", "$70 billion", "not said"]
    items = [p.text for p in word.paragraphs if p.style and p.style.name == "List Bullet"]
    assert "The price was $70 billion." in items


def test_printed_page_escapes_what_stands_in_a_table() -> None:
    page = print_page(document())

    assert '<th scope="col">The sale &lt;b&gt;</th>' in page
    assert '<td>$70 billion<sup><a href="#note-2">2</a></sup></td>' in page
    assert "<h3>The purchase</h3><ul><li>" in page


def test_slack_shows_each_cell_on_a_line_with_its_source() -> None:
    messages = answer_messages(compared(), public_url="https://accord.example", answer_id="a" * 32)

    assert faults(messages) == []
    texts = [
        "".join(part["text"] for part in block["elements"][0]["elements"])
        for one in messages
        for block in one.blocks
        if block["type"] == "rich_text"
    ]
    assert "Amount, The purchase: $70 billion [2]" in texts
    assert "Amount, The sale <b>: not said " in texts
    assert "• The price was $70 billion. [2]" in texts


def test_slack_keeps_blocks_of_the_longest_cells_within_its_limits() -> None:
    long = Table(("x" * 4_000, "y"), (Row("z" * 400, (Cell("w " * 9_000, (1, 2, 3)), Cell(""))),))
    answer = make_answer(table=long)

    messages = answer_messages(answer, public_url="https://accord.example", answer_id=None)

    assert faults(messages) == []
    assert all(size(block) <= MAX_SECTION for one in messages for block in one.blocks)


def test_slack_names_no_source_again_that_a_line_of_a_list_is_about() -> None:
    plain = make_answer()
    listed = make_answer(
        claims=tuple(
            Claim(one.text, one.citations, Verdict.CATALOG, Form.ITEM) for one in plain.claims
        )
    )

    def sources(answer: Answer) -> int:
        found = answer_messages(answer, public_url="https://accord.example", answer_id=None)
        return sum("[1] <" in str(block) for one in found for block in one.blocks)

    assert (sources(plain), sources(listed)) == (1, 0)


def test_json_has_the_table_and_how_claims_stand() -> None:
    body = AnswerBody.of(compared(), None)

    assert body.table is not None
    assert body.table.columns == ["The purchase", "The sale <b>"]
    assert body.table.rows[0].cells[0].model_dump() == {"text": "$70 billion", "citations": [2]}
    assert [claim.form for claim in body.claims] == ["sentence", "item", "item", "item"]
    assert body.claims[0].verdict == "computed"


def test_answer_stored_before_there_were_tables_is_still_read() -> None:
    kept = TypeAdapter(Answer)
    old = kept.dump_python(make_answer(), mode="json")
    del old["table"]
    for claim in old["claims"]:
        del claim["form"], claim["heading"]

    assert kept.validate_python(old) == make_answer()


def test_erased_document_leaves_no_word_in_a_table() -> None:
    answer = compared()
    table = Table(TABLE.columns, (Row("Amount", (Cell("$70 billion", (2,)), Cell("no", (3,)))),))

    left = without_document(make_answer(table=table), answer.citations[0].document_id)

    assert left.table is not None
    assert left.table.rows[0].cells == (Cell("erased"), Cell("no", (1,)))
    assert "70 billion" not in str(left.table)
