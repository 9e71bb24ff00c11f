"""Which questions are about the library, and what they ask of it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from app.library.asking import library_question
from app.library.question import Order, Wants

TODAY = date(2026, 11, 26)  # a Thursday


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("List all documents", Wants.LIST),
        ("list the articles", Wants.LIST),
        ("Show me the sources, please", Wants.LIST),
        ("Which sources do you use?", Wants.LIST),
        ("What documents are available?", Wants.LIST),
        ("what's in the library", Wants.LIST),
        ("Hi! Could you show me which documents there are on biotech? Thank you", Wants.LIST),
        ("what can I read here?", Wants.LIST),
        ("documents?", Wants.LIST),
        ("titles only please: everything on cement", Wants.LIST),
        ("what topics do the documents cover?", Wants.LIST),
        ("what subjects do you know about", Wants.LIST),
        ("What have you got?", Wants.LIST),
        ("give me everything from 2019", Wants.LIST),
        ("what are your articles about?", Wants.LIST),
        ("How many papers do you search?", Wants.COUNT),
        ("How many articles are there?", Wants.COUNT),
        ("how big is the library", Wants.COUNT),
        ("number of documents in German", Wants.COUNT),
        ("Do you have anything on fisheries?", Wants.HAS),
        ("is there an article about airlines?", Wants.HAS),
        ("tell me what's in the library about fisheries", Wants.LIST),
        ("Is there a newer article on fisheries?", Wants.HAS),
        ("do you have a more recent report about cement", Wants.HAS),
        ("is there anything later on Veltra?", Wants.HAS),
        ("Which topics are covered here?", Wants.LIST),
        ("who published the Philips paper", Wants.PUBLISHER),
        ("summarise the Philips paper in one sentence", Wants.SUMMARY),
        ("any texts in french", Wants.HAS),
        ("Does any document mention both Veltra and Imbrex?", Wants.HAS),
        ("What is new?", Wants.NEW),
        ("what's new in the library since the 4th?", Wants.NEW),
        ("what has been added this month", Wants.NEW),
        ("Who are the authors of the documents?", Wants.AUTHORS),
        ("how many authrs are in the libary", Wants.AUTHORS),
        ("Which publishers are there?", Wants.PUBLISHERS),
        ("Who publishes these texts?", Wants.PUBLISHERS),
        ("Who wrote the article about Star Alliance?", Wants.AUTHOR),
        ("who's the editor of the handbook on joint ventures", Wants.AUTHOR),
        ("When was the article about Haven published?", Wants.DATE),
        ("What is the date of that article?", Wants.DATE),
        ("how old is this source?", Wants.DATE),
        ("Which newspaper did the story about the two watchmakers run in?", Wants.PUBLISHER),
        ("how long is the Philips paper", Wants.LENGTH),
        ("is the Kassel study in German or English", Wants.LANGUAGE),
        ("what is the title of the article about Haven?", Wants.TITLE),
        ("Summarise the article about Star Alliance", Wants.SUMMARY),
        ("sumarise the waste venture paper for me", Wants.SUMMARY),
        ("tl;dr of the tanker pool article", Wants.SUMMARY),
        ("What is the article about Renault about?", Wants.SUMMARY),
        ("sum up evrything you have on veltra", Wants.SUMMARY),
        ("What do the documents say about JPMorgan?", Wants.SUMMARY),
    ],
)
def test_question_about_the_library_is_told_by_its_shape(text: str, wants: Wants) -> None:
    asked = library_question(text, TODAY)

    assert asked is not None
    assert asked.wants is wants


@pytest.mark.parametrize(
    "text",
    [
        "When did Haven close?",
        "Who wrote the letter about a cat that won't be stroked?",
        "who wrote the paper and who pays for the survey",
        "Which report found that prices rose?",
        "How many studies did they look at?",
        "What are the sources of income?",
        "How long is the paper mill?",
        "What was new about the way Fujikawa paid its suppliers?",
        "summarise what the advisers recommend",
        "What do the partners expect to gain?",
        "Which was larger, the merger or the sale?",
        "who wrote the ballot paper",
        "who published the first list of prices?",
        "is there a newer ferry?",
        "thanks!",
        "",
    ],
)
def test_ordinary_question_is_left_to_the_documents(text: str) -> None:
    assert library_question(text, TODAY) is None


def test_filters_are_read_around_the_word_for_documents() -> None:
    asked = library_question("list the German documents about hydrogen from before 2010", TODAY)

    assert asked is not None
    assert (asked.topics, asked.language) == (("hydrogen",), "german")
    assert asked.published == (None, date(2009, 12, 31))


def test_both_topics_author_and_order_are_read() -> None:
    both = library_question("which articles talk about both Amazon and Microsoft", TODAY)
    by = library_question("documents by Prof. Ngata on earn-outs, oldest first", TODAY)

    assert both is not None
    assert both.topics == ("Amazon", "Microsoft")
    assert by is not None
    assert (by.author, by.topics, by.order) == ("Prof. Ngata", ("earn-outs",), Order.OLDEST)


def test_newest_means_one_and_a_number_means_so_many() -> None:
    one = library_question("What is the newest document?", TODAY)
    three = library_question("what are the three most recent additions", TODAY)

    assert one is not None
    assert (one.order, one.limit) == (Order.NEWEST, 1)
    assert three is not None
    assert (three.order, three.limit) == (Order.NEWEST, 3)


def test_summary_has_as_many_sentences_as_asked_for() -> None:
    asked = library_question("summarise the Haven article in three sentences", TODAY)

    assert asked is not None
    assert (asked.reference, asked.limit) == ("Haven", 3)


def test_name_of_one_plain_word_counts_only_where_a_document_has_it() -> None:
    text = "how long is the sony paper"

    assert library_question(text, TODAY) is None
    assert library_question(text, TODAY, lambda name: name == "sony") is not None


@pytest.mark.slow
def test_hardly_any_of_the_questions_to_documents_is_taken_for_one(repo_root: Path) -> None:
    asked: set[str] = set()
    for path in (repo_root / "eval/datasets/reading").glob("*.jsonl"):
        if path.stem == "turns":
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            for one in (*record.get("questions", ()), *record.get("turns", ())):
                if isinstance(one, dict) and "q" in one:
                    asked.add(one["q"])
    golden = (repo_root / "eval/datasets/golden/cases.jsonl").read_text(encoding="utf-8")
    asked |= {json.loads(line)["question"] for line in golden.splitlines()}

    taken = {text for text in sorted(asked)[::10] if library_question(text, TODAY)}

    assert len(asked) > 20_000
    # They do ask for a document: what the one says, who wrote the other.
    assert taken <= {
        "anything about bikes",
        "what does the 2023 impact report say",
        "Who is the author of the ministry's three hard cases on partnering?",
    }
