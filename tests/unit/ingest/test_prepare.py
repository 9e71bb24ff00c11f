"""The whole of preparing: invariants on any text, and the four articles as measuring stick."""

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.documents import Document as RawDocument

from ingest.prepare import prepare
from ingest.types import Prepared
from vectorstore.types import Sentence, SentenceKind, document_id

ARTICLES = Path(__file__).parents[3].parent / "shared" / "articles"
TODAY = date(2026, 6, 1)

needs_articles = pytest.mark.skipif(
    not ARTICLES.is_dir(), reason="the articles are not on this machine"
)


def prepared(text: str, uri: str = "folder/a_text.md") -> Prepared:
    return prepare(RawDocument(text, metadata={"uri": uri}), today=TODAY)


@cache
def article(number: int) -> Prepared:
    path = next(ARTICLES.glob(f"{number:03d}_*.txt"))
    return prepared(path.read_text(encoding="utf-8"), uri=path.name)


def quotes(result: Prepared, **flags: bool) -> list[str]:
    return [
        result.document.document.text[s.start : s.end]
        for s in result.document.sentences
        if all(getattr(s, name) is value for name, value in flags.items())
    ]


MARKDOWN = st.lists(
    st.one_of(
        st.text(max_size=80),
        st.sampled_from(
            [
                "# Heading one", "## Two", "- item a", "2. item b", "| a | b |", "|---|---|",
                "**bold line**",
                "A sentence that ends. Another one that is cut in the",
                "middle of its words, goes on.", "\f",
                "“A quotation of eight or more words stands right here.”", "\\$5 and `code`",
                "FIGURE 1", "---",
                "[text](http://a.b/c)", "<b>x</b> &amp; y", "References", "1 Smith, J. 2019.",
                "hyphen-\nated words",
            ]
        ),
    ),
    max_size=14,
).map("\n\n".join)  # fmt: skip


@settings(deadline=None)
@given(MARKDOWN)
def test_sentences_are_exact_ordered_and_trimmed(text: str) -> None:
    document = prepared(text).document
    canonical = document.document.text

    position = 0
    for ordinal, sentence in enumerate(document.sentences):
        quote = canonical[sentence.start : sentence.end]
        assert sentence.ordinal == ordinal
        assert position <= sentence.start < sentence.end
        assert quote == quote.strip()
        position = sentence.end
    gaps = _gaps(canonical, document.sentences)
    assert not re.sub(r"-|\d{1,3}[.)]|[a-z]\)|\S+\. ", "", gaps).strip(), gaps


def _gaps(text: str, sentences: tuple[Sentence, ...]) -> str:
    """What no sentence covers: white space and the markers of lists."""
    parts, position = [], 0
    for sentence in sentences:
        parts.append(text[position : sentence.start])
        position = sentence.end
    return " ".join([*parts, text[position:]])


@settings(deadline=None)
@given(MARKDOWN)
def test_the_same_input_gives_the_same_bytes(text: str) -> None:
    assert prepared(text) == prepared(text)


@needs_articles
@pytest.mark.parametrize("number", range(4))
def test_preparing_the_canonical_text_again_keeps_its_words(number: int) -> None:
    once = article(number).document.document.text
    again = prepared(once, uri="again.md").document.document.text

    assert sorted(once.split()) == sorted(again.split())


def test_an_empty_text_gives_a_document_without_sentences() -> None:
    document = prepared("  \n\n \f ").document

    assert document.document.text == ""
    assert (document.sentences, document.passages) == ((), ())


def test_identity_comes_from_the_uri_and_version_from_the_text() -> None:
    first, second = prepared("One text."), prepared("Another text.")

    assert (
        first.document.document.id == second.document.document.id == document_id("folder/a_text.md")
    )
    assert first.document.document.version != second.document.document.version


def test_pages_are_counted_from_one_and_a_rejoined_sentence_keeps_its_first() -> None:
    result = prepared(
        "The first page has a sentence that is cut at the very\n\f\nend of the page."
        " Then more.\n\f\nThird page here."
    )

    assert [
        (s.page, q) for s, q in zip(result.document.sentences, quotes(result), strict=True)
    ] == [
        (1, "The first page has a sentence that is cut at the very end of the page."),
        (1, "Then more."),
        (3, "Third page here."),
    ]


CUTS = [
    "24% ranking investment in strategic partnerships as their top priority",
    "but for the long term, so when the next big thing",
    "devices and consumables did not understand",
    "For example, a strategic partner can help",
    "Ping An Insurance health care ecosystem",
    "impact of the company's medications on tumors",
    "not just equipment, but also innovative services",
    "collaborations between health care providers and commercial enterprises will increase in both",
    "new areas of research and clinical treatment",
    "global health tech partner and their ambient experience technology",
]


@needs_articles
@pytest.mark.parametrize("words", CUTS, ids=lambda words: words[:24])
def test_a_cut_sentence_of_the_report_is_whole_again(words: str) -> None:
    whole = [quote for quote in quotes(article(1), repeats=False) if words in quote]

    assert len(whole) == 1
    assert whole[0][0] in "ABCDEFGHIJKLMNOPQRSTUVWXYZ“"
    assert whole[0].endswith((".", "”"))


REPEATED = [
    "Forging strategic partnerships now",
    "As the benefits of early",
    "“Strategic partnerships are a long-term",
    "Health care leaders' failure",
    "In China, where the demand",
    "The implementation of AI",
    "“We’ll see partnerships grow",
    "“Strategic partnerships are akin",
]


@needs_articles
@pytest.mark.parametrize("beginning", REPEATED)
def test_a_pull_quote_of_the_report_is_marked_and_its_original_is_not(beginning: str) -> None:
    copies = quotes(article(1), repeats=True)
    originals = quotes(article(1), repeats=False)
    words = beginning.strip("“").replace("'", "’")

    assert sum(quote.startswith(beginning) for quote in copies) == 1
    assert any(words in quote.replace("'", "’") for quote in originals)


@needs_articles
def test_only_the_two_sentences_of_another_article_are_flagged() -> None:
    foreign = [quote for number in range(4) for quote in quotes(article(number), foreign=True)]

    assert len(foreign) == 2
    assert "cybersecurity" in foreign[0]
    assert "dark web" in foreign[1]


@needs_articles
@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("markup", ["**", "\\$", "](", "<http", "\n\n\n", "\f", "  "])
def test_no_markup_is_left_in_an_article(number: int, markup: str) -> None:
    assert markup not in article(number).document.document.text


@needs_articles
def test_headings_of_the_report_form_paths() -> None:
    title = "Driving Innovation in Health Care through Strategic Partnerships"
    headings = {s.heading for s in article(1).document.sentences if s.kind is SentenceKind.HEADING}

    assert (title, "SPONSOR PERSPECTIVE") in headings
    assert (title, "HIGHLIGHTS") in headings
    assert (title, "Rethinking Roles", "Innovation Benefits") in headings
    assert not any("Successful Strategic" in part for path in headings for part in path)


@needs_articles
def test_what_follows_the_box_stands_under_its_own_section() -> None:
    result = article(1)
    (sentence,) = (
        s
        for s in result.document.sentences
        if "slow and plodding" in result.document.document.text[s.start : s.end]
    )

    assert "HIGHLIGHTS" not in sentence.heading


@needs_articles
@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("FIGURE 1\nSuccessful Strategic Partnerships", SentenceKind.CAPTION),
        ("2 Ibid.", SentenceKind.REFERENCE),
        ("Frans van Houten\nCEO\nPhilips", SentenceKind.PROSE),
        ("Sponsored by PHILIPS", SentenceKind.PROSE),
        ("Harvard\nBusiness\nReview", SentenceKind.PROSE),
        ("lost $202.6 billion", SentenceKind.PROSE),
    ],
)
def test_a_span_of_the_report_has_its_kind(words: str, kind: SentenceKind) -> None:
    result = article(1)
    text = result.document.document.text
    (found,) = (s for s in result.document.sentences if words in text[s.start : s.end])

    assert found.kind is kind


@needs_articles
@pytest.mark.parametrize(
    ("number", "title", "publisher", "published"),
    [
        (0, "Unlikely collaborators", "MIT Sloan Management Review", None),
        (1, "Driving Innovation", "Harvard Business Review Analytic Services", None),
        (2, "Partnerships are defining the future of healthcare", None, None),
        (3, "Healthcare done digitally", None, date(2019, 1, 15)),
    ],
)
def test_metadata_of_an_article(
    number: int, title: str, publisher: str | None, published: date | None
) -> None:
    metadata = article(number).document.document.metadata

    assert metadata.title.startswith(title)
    assert (metadata.publisher, metadata.published, metadata.language) == (
        publisher,
        published,
        "en",
    )
    known = {
        name for name in ("title", "publisher", "published", "language") if getattr(metadata, name)
    }
    assert known == set(metadata.provenance)


@needs_articles
def test_little_is_removed_from_the_articles_and_all_of_it_is_reported() -> None:
    removals = [removal for number in range(4) for removal in article(number).removals]

    assert [(removal.text, removal.reason) for removal in removals] == [
        ("FIGURE 1", "repeated figure label")
    ]
