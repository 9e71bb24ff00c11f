"""Answers of every length and kind become messages within Slack's limits, with nothing live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.conversations.records import MAX_COMMENT_CHARACTERS
from app.slack import views
from app.slack.blocks import size, split
from app.slack.links import citation_url
from app.slack.markup import inert, link, plain, safe_url, units
from app.slack.render import (
    Draft,
    answer_messages,
    claim_pieces,
    fallback_text,
    plain_message,
    source_line,
)
from app.types import Answer, AnswerStatus, Citation, Claim, Disagreement, NearMiss, Notes
from tests.builders_web import make_abstention, make_answer, make_document
from tests.slack_rules import live_parts, message_faults, view_faults
from vectorstore.types import Metadata

PUBLIC_URL = "https://accord.example"
ANSWER_ID = "a" * 32

SCRIPTS = {
    "english": "The insurer bought a chain of pharmacies in January, for $70 billion. ",
    "one word": "x",
    "chinese": "保险公司在一月份收购了一家连锁药店。价格为七百亿美元。",
    "emoji": "🙂👍🏽🏳️‍🌈 ",
    "escapes": "&<>&<>",
    "code": "`x = {1: '<a>'}` ```fence``` ",
    "table": "| a | b |\n| --- | --- |\n",
    "combining": "é̂ ‏שלום ",
}
LENGTHS = (0, 1, 2, 100, 1_599, 1_600, 1_601, 2_999, 3_000, 11_999, 12_001, 40_000, 100_000)

# What model output and documents have been seen to use against chat programs, and a few more.
HOSTILE = (
    "<!channel>", "<!here>", "<!everyone>", "<!subteam^S0123>", "<!subteam^S0123|@all>",
    "<@U0123>", "<@W0123|bob>", "<#C0123>", "<#C0123|general>", "@channel", "@here", "@everyone",
    "@CHANNEL now", "<https://evil.example>", "<https://evil.example|click>",
    "<https://evil.example|https://bank.example>", "<javascript:alert(1)|x>",
    "<mailto:a@evil.example|mail>", "<tel:123|call>", "https://evil.example/?q=secret",
    "www.evil.example", "evil.example", "[x](https://evil.example)", "![x](https://evil.example/i)",
    "[x]: https://evil.example", "<img src=https://evil.example>", "<script>alert(1)</script>",
    "&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;", "&#60;!channel&#62;", "<!date^1^{date}|x>",
    "<!channel", "!channel>", "<<!channel>>", "<!chan\u200bnel>", "\u202e<!channel>", "<!channel|>",
    '"}],"blocks":[{"type":"section"}]', "*bold* _it_ ~no~ `code` ```\n```", "> quote", "- list",
    "# title", "\x00\x01", "\ud83d\ude42".encode("utf-16", "surrogatepass").decode("utf-16"),
    "|", ">|<", "a|b>c", "<|>", "<>", "&", "&&amp;", "%3C!channel%3E", ":smile:", "/invite @bob",
)  # fmt: skip


def made(text: str, length: int) -> str:
    return (text * (length // len(text) + 1))[:length]


def claims_of(text: str, sentences: int = 1) -> Answer:
    answer = make_answer()
    step = max(1, len(text) // sentences)
    parts = [text[at : at + step] for at in range(0, len(text), step)] or [""]
    return replace(answer, claims=tuple(Claim(part, (1, 2)) for part in parts))


def judged(answer: Answer, **options: Any) -> list[str]:
    messages = answer_messages(answer, public_url=PUBLIC_URL, answer_id=ANSWER_ID, **options)
    assert messages
    return [
        fault
        for one in messages
        for fault in message_faults({"text": one.text or " ", "blocks": one.blocks},
                                    allowed=(PUBLIC_URL,))
    ]  # fmt: skip


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("name", SCRIPTS)
def test_no_length_in_any_script_is_above_a_limit(name: str, length: int) -> None:
    text = made(SCRIPTS[name], length)
    for sentences in (1, 7, 60):
        assert judged(claims_of(text, sentences)) == []
    assert judged(replace(make_abstention(), message=text or "No.")) == []


@settings(max_examples=150, deadline=None)
@given(
    texts=st.lists(st.text(min_size=1, max_size=4_000), min_size=1, max_size=60),
    title=st.text(max_size=600),
    publisher=st.text(max_size=400),
    url=st.one_of(st.none(), st.text(max_size=200), st.just("https://source.example/a?b=1&c=2")),
    private=st.booleans(),
)
def test_no_answer_at_all_is_above_a_limit(
    texts: list[str], title: str, publisher: str, url: str | None, private: bool
) -> None:
    document = make_document(title=title, publisher=publisher, url=url)
    citations = tuple(
        Citation(n, document.id, document.version, document.metadata, "quote " * n, n, n + 9)
        for n in range(1, 13)
    )
    claims = tuple(
        Claim(text, tuple(1 + (k + each) % 12 for each in range(k % 5)))
        for k, text in enumerate(texts)
    )
    notes = replace(
        make_answer().notes,
        disagreements=tuple(Disagreement(text[:900], (1, 2)) for text in texts[:20]),
    )
    answer = replace(
        make_answer(), claims=claims, citations=citations, notes=notes,
        status=AnswerStatus.PARTIAL,
    )  # fmt: skip
    assert judged(answer, private=private) == []
    local = answer_messages(answer, public_url=None, answer_id=None)
    for one in local:
        allowed = ("https://source.example/a", *([url] if url else []))
        faults = message_faults({"text": one.text or " ", "blocks": one.blocks}, allowed=allowed)
        assert [fault for fault in faults if not fault.startswith("a link")] == []


def test_every_word_and_every_source_is_shown() -> None:
    document = make_document()
    sentences = [f"Sentence {n} says something of its own." for n in range(300)]
    citations = tuple(
        Citation(n + 1, document.id, document.version, document.metadata, text, n, n + 5)
        for n, text in enumerate(sentences)
    )
    claims = tuple(Claim(text, (n + 1,)) for n, text in enumerate(sentences))
    answer = replace(make_answer(), claims=claims, citations=citations, notes=Notes())
    messages = answer_messages(answer, public_url=PUBLIC_URL, answer_id=ANSWER_ID)
    assert len(messages) > 1
    for message in messages:
        shown = " ".join(_texts(message.blocks))
        cited = {text for text in _texts(message.blocks) if text.startswith("[") and "]" in text}
        for n, text in enumerate(sentences, start=1):
            if text in shown:
                # Whoever reads a message finds its sources in the same message.
                assert any(f"[{n}] <" in one for one in cited)
    everything = " ".join(text for one in messages for text in _texts(one.blocks))
    assert all(text in everything for text in sentences)


def test_one_sentence_with_very_many_sources_loses_none() -> None:
    document = make_document(title="T" * 300)
    citations = tuple(
        Citation(n, document.id, document.version, document.metadata, "q", n, n + 1)
        for n in range(1, 201)
    )
    answer = replace(
        make_answer(), claims=(Claim("All say so.", tuple(range(1, 201))),),
        citations=citations, notes=Notes(),
    )  # fmt: skip
    assert judged(answer) == []
    messages = answer_messages(answer, public_url=PUBLIC_URL, answer_id=ANSWER_ID)
    everything = "\n".join(text for one in messages for text in _texts(one.blocks))
    assert all(f"[{n}] <" in everything for n in range(1, 201))


@pytest.mark.parametrize("bad", HOSTILE)
def test_nothing_that_a_document_says_is_live(bad: str) -> None:
    metadata = Metadata(bad, publisher=bad, published=date(2019, 1, 1), url=bad)
    document = make_document()
    citation = Citation(1, document.id, document.version, metadata, bad, 0, 5)
    answer = replace(
        make_answer(bad),
        claims=(Claim(f"It says {bad} there.", (1,)),),
        citations=(citation,),
        notes=Notes(disagreements=(Disagreement(bad, (1,)),)),
    )
    refused = replace(
        make_abstention(bad), message=bad + ".",
        near_misses=(NearMiss(document.id, document.version, bad, None, bad, 0, 5, 0.3),),
    )  # fmt: skip
    for one in (answer, refused):
        for message in answer_messages(one, public_url=PUBLIC_URL, answer_id=ANSWER_ID):
            body = {"text": message.text, "blocks": message.blocks}
            assert message_faults(body, allowed=(PUBLIC_URL,)) == []
            assert all(part.startswith(PUBLIC_URL) for part in live_parts(body))
    assert view_faults(views.evidence_view(answer, PUBLIC_URL), allowed=(PUBLIC_URL,)) == []
    local = answer_messages(answer, public_url=None, answer_id=None)[0]
    allowed = ("https://evil.example",) if bad.startswith("https://") else ()
    assert message_faults({"text": local.text, "blocks": local.blocks}, allowed=allowed) == []


def test_words_of_a_claim_are_shown_exactly() -> None:
    text = "5*3*2 & <b> _x_ `y` :smile: @here"
    (message,) = answer_messages(claims_of(text), public_url=None, answer_id=None)
    assert f"{text} " in _texts(message.blocks)


def test_source_line_has_number_title_publisher_and_date() -> None:
    citation = make_answer().citations[0]
    assert source_line(citation, PUBLIC_URL) == (
        f"[1] <{PUBLIC_URL}{citation.permalink.replace('&', '&amp;')}|Pharmacies as clinics>, "
        "Example Review, 15 January 2019"
    )
    undated = make_answer().citations[2]
    assert source_line(undated, None) == "[3] An interview, no date"


def test_without_our_page_a_number_leads_to_the_sentence_in_the_source() -> None:
    citation = replace(make_answer().citations[0], quote="It was well-known, in 2019.")
    assert citation_url(citation, None) == (
        "https://example.org/pharmacies#:~:text=It%20was%20well%2Dknown%2C%20in%202019."
    )
    anchored = replace(citation, metadata=replace(citation.metadata, url="https://e.org/a#b"))
    assert (citation_url(anchored, None) or "").startswith("https://e.org/a#b:~:text=It")


def test_notes_say_disagreement_dates_and_parts() -> None:
    answer = replace(make_answer(), status=AnswerStatus.PARTIAL)
    (message,) = answer_messages(answer, public_url=PUBLIC_URL, answer_id=ANSWER_ID)
    notes = next(text for text in _texts(message.blocks) if "Sources differ" in text)
    assert notes.splitlines() == [
        "The sources answer this only in part.",
        "Sources differ on the status of the purchase: [1] (15 January 2019) and [3] (no date).",
        "Newest source used: Pharmacies as clinics, 15 January 2019. Sources without a date: 1.",
    ]


def test_what_is_said_beside_a_whole_answer_is_shown() -> None:
    told = "3 more are not shown here, <!channel>."
    answer = replace(make_answer(), message=told)
    (message,) = answer_messages(answer, public_url=None, answer_id=None)
    assert any("3 more are not shown here, &lt;!channel&gt;." in t for t in _texts(message.blocks))
    assert not any("only in part" in text for text in _texts(message.blocks))


def test_note_that_the_chat_model_was_not_used_is_shown() -> None:
    told = "The chat model did not answer; these are the sources' own words."
    answer = make_answer(fallback=told)
    (message,) = answer_messages(answer, public_url=None, answer_id=None)
    assert any("The chat model did not answer" in text for text in _texts(message.blocks))


def test_only_a_private_answer_can_be_shared_and_an_unstored_one_has_no_buttons() -> None:
    def buttons(**options: Any) -> list[str]:
        (message,) = answer_messages(make_answer(), public_url=None, **options)
        return [
            one["action_id"]
            for block in message.blocks
            if block["type"] == "actions"
            for one in block["elements"]
        ]

    assert buttons(answer_id=ANSWER_ID) == ["evidence", "thumbs_up", "thumbs_down"]
    assert buttons(answer_id=ANSWER_ID, private=True)[-1] == "share"
    assert buttons(answer_id=None) == []


def test_streamed_sentences_are_how_the_whole_message_begins() -> None:
    answer = make_answer()
    draft = Draft(PUBLIC_URL)
    known = {one.n: one for one in answer.citations}
    for claim in answer.claims:
        assert all(draft.add(piece) for piece in claim_pieces(claim, known, PUBLIC_URL))
    (message,) = answer_messages(answer, public_url=PUBLIC_URL, answer_id=ANSWER_ID)
    assert list(message.blocks[: len(draft.blocks)]) == draft.blocks


def test_text_for_notifications_is_the_answer() -> None:
    assert fallback_text(make_answer()).startswith(
        "A regional insurer bought a chain of pharmacies in January. [1] The price"
    )
    assert plain_message("a < b").text == "a &lt; b"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=2_000), st.integers(min_value=4, max_value=700))
def test_splitting_keeps_every_character_but_space_at_the_cuts(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(0 < units(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_splitting_prefers_the_ends_of_sentences() -> None:
    assert split("One is here. Two is here. Three.", 26) == ["One is here. Two is here.", "Three."]


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://e.org/a|b>c d", None),
        ("https://e.org/a|b>c", "https://e.org/a%7Cb%3Ec"),
        ("https://user@e.org/", None),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("http://[::1", None),
        ("https://e.org/\u2028a", None),
        ("https://e.org/" + "a" * 1_000, None),
        (None, None),
    ],
)
def test_addresses_are_made_safe_or_left_out(url: str | None, safe: str | None) -> None:
    assert safe_url(url) == safe


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("<@U0BOT> What&amp;why?", "What&why?"),
        ("<@U0BOT|accord>: hi", ": hi"),
        ("<@U1> and <@U2|bob>", "@someone and @bob"),
        ("<#C1|general> or <#C2>", "#general or #channel"),
        ("<https://e.org|site> <https://e.org>", "site https://e.org"),
        ("<mailto:a@e.org|a@e.org> <!here> <!subteam^S1|@team>", "a@e.org @here @team"),
        ("1 &lt; 2", "1 < 2"),
    ],
)
def test_what_people_write_becomes_plain_words(written: str, words: str) -> None:
    assert plain(written, bot_user="U0BOT") == words


@given(st.text())
def test_inert_text_reads_back_as_it_was(text: str) -> None:
    assert plain(inert(text)).replace("\u2060", "") == text.replace("\u2060", "").strip()


def test_link_without_an_address_is_its_label() -> None:
    assert link("javascript:x", "<b>") == "&lt;b&gt;"


def test_forms_are_within_the_limits() -> None:
    document = make_document()
    long = replace(
        make_answer(),
        citations=tuple(
            Citation(n, document.id, document.version, document.metadata, "Long. " * 900, 0, 9)
            for n in range(1, 120)
        ),
    )
    erased = replace(make_answer(), citations=())
    for view in (
        views.evidence_view(make_answer(), PUBLIC_URL),
        views.evidence_view(long, PUBLIC_URL),
        views.evidence_view(erased, PUBLIC_URL),
        views.reasons_view(ANSWER_ID),
        views.ask_view("word " * 5_000, {"channel": "C1", "thread_ts": "1.1"}),
        views.ask_view("", {"channel": "C1", "thread_ts": "1.1"}),
        views.home_view(["🙂" * 3_000, "Why?"], command="/accord", documents=1),
    ):
        assert view_faults(view, allowed=(PUBLIC_URL,)) == []
    assert MAX_COMMENT_CHARACTERS <= 3_000, "more than Slack's inputs take"


def test_size_counts_links_and_texts_at_every_depth() -> None:
    block = {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": [
                {"type": "text", "text": "ab🙂"}, {"type": "link", "url": "https://e", "text": "c"}
            ]}
        ],
    }  # fmt: skip
    assert size(block) == 4 + 9 + 1


def _texts(blocks: Any) -> list[str]:
    return list(_walk(list(blocks)))


def _walk(value: Any) -> Iterator[str]:
    if isinstance(value, list | tuple):
        for one in value:
            yield from _walk(one)
    elif isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for name in ("text", "elements"):
            if not isinstance(value.get(name), str):
                yield from _walk(value.get(name))


def test_a_heading_stands_bold_above_the_sentence_that_begins_it() -> None:
    answer = make_answer()
    known = {citation.n: citation for citation in answer.citations}
    claim = replace(answer.claims[0], heading="Who bought <!channel> it?")
    heading, sentence = claim_pieces(claim, known, PUBLIC_URL)
    shown = heading.block["elements"][0]["elements"][0]
    assert shown["text"] == "Who bought <!channel> it?"
    assert shown["style"] == {"bold": True}
    assert sentence.citations


def test_home_of_an_empty_library_says_who_can_fill_it() -> None:
    view = views.home_view([], command="/accord", documents=0)
    assert "There are no sources yet." in view["blocks"][1]["text"]["text"]
