"""BM25 finds words in every form, takes no query language, and scores given passages alike."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.errors import IndexCorruptError
from vectorstore.lexical import TantivyIndex, analyse, write_index
from vectorstore.reader import IndexedPassage

TEXTS = {
    "d1:aaaaaaaaaaaa:00000": ("d1", "Mergers", "CVS merged with Aetna. Regulators agreed."),
    "d1:aaaaaaaaaaaa:00001": ("d1", "Mergers", "The partnership with Walmart is being renewed."),
    "d2:bbbbbbbbbbbb:00000": ("d2", "Data", "Partners share data; partnerships need trust."),
    "d3:cccccccccccc:00000": ("d3", "Fees", "Fees of 3.5% and $70 billion were named."),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> TantivyIndex:
    directory = tmp_path_factory.mktemp("lexical")
    passages = [
        IndexedPassage(name, document, title, ("Heading",), text, b"")
        for name, (document, title, text) in TEXTS.items()
    ]
    write_index(directory, passages)
    return TantivyIndex.open(directory)


def test_words_match_in_every_form_and_case(index: TantivyIndex) -> None:
    found = [name for name, _ in index.search("PARTNERSHIPS?", limit=10)]
    assert sorted(found) == ["d1:aaaaaaaaaaaa:00001", "d2:bbbbbbbbbbbb:00000"]


def test_title_and_heading_are_searched(index: TantivyIndex) -> None:
    assert len(index.search("mergers", limit=10)) == 2
    assert len(index.search("heading", limit=10)) == 4


def test_better_passages_come_first_and_ties_in_order_of_id(index: TantivyIndex) -> None:
    found = index.search("Aetna mergers heading", limit=10)
    assert found[0][0] == "d1:aaaaaaaaaaaa:00000"
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)
    same = index.search("heading", limit=10)
    assert same == sorted(same, key=lambda item: (-item[1], item[0]))


def test_documents_restrict_without_changing_scores(index: TantivyIndex) -> None:
    everything = dict(index.search("partnership heading", limit=10))
    only = dict(index.search("partnership heading", limit=10, document_ids=["d2", "d9"]))
    assert only == {"d2:bbbbbbbbbbbb:00000": pytest.approx(everything["d2:bbbbbbbbbbbb:00000"])}
    assert index.search("partnership", limit=10, document_ids=[]) == []


def test_given_passages_get_the_scores_that_search_gives(index: TantivyIndex) -> None:
    found = dict(index.search("partnership data", limit=10))
    scores = index.score("partnership data", list(TEXTS))
    assert list(scores) == list(TEXTS)
    assert {name: score for name, score in scores.items() if score} == pytest.approx(found)
    assert scores["d3:cccccccccccc:00000"] == 0.0
    assert index.score("partnership", []) == {}


@pytest.mark.parametrize("text", ["", "   ", "the of and", "?!* ()", "\x00", "\n"])
def test_text_without_words_finds_nothing(index: TantivyIndex, text: str) -> None:
    assert index.search(text, limit=10) == []
    assert index.score(text, ["d1:aaaaaaaaaaaa:00000"]) == {"d1:aaaaaaaaaaaa:00000": 0.0}


@pytest.mark.parametrize(
    "text",
    [
        '"aetna',
        "text:aetna",
        "+aetna -cvs",
        "aetna AND",
        "passage_id:d1",
        "[a TO b]",
        "aetna^9",
        "*",
    ],
)
def test_query_syntax_means_nothing(index: TantivyIndex, text: str) -> None:
    plain = "".join(c if c.isalnum() else " " for c in text)
    found = [n for n, _ in index.search(text, limit=10)]
    assert found == [n for n, _ in index.search(plain.replace("_", " "), limit=10)]


def test_a_very_long_question_is_answered(index: TantivyIndex) -> None:
    assert index.search("aetna " * 20_000, limit=1)[0][0] == "d1:aaaaaaaaaaaa:00000"


@given(st.text(alphabet=string.printable + "äßñ中🤝\u202e", max_size=60))
def test_any_text_can_be_searched(index: TantivyIndex, text: str) -> None:
    for name, score in index.search(text, limit=3):
        assert name in TEXTS
        assert score > 0


def test_stop_words_go_and_stems_stay() -> None:
    assert analyse("The Partnerships of CVS's Walmart") == ["partnership", "cvs", "s", "walmart"]


def test_a_directory_without_an_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexCorruptError, match="cannot open the lexical index"):
        TantivyIndex.open(tmp_path)
