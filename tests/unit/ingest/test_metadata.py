"""What is known about a document, and where it came from."""

from datetime import date

import pytest

from ingest.cleaning.clean import clean
from ingest.dating import find_date
from ingest.metadata import infer_metadata
from vectorstore.types import Metadata

TODAY = date(2026, 6, 1)
BODY = "The hospital and its partner share the data, the risk and the gains of the work every year."


def metadata(
    text: str, uri: str = "a/0f1e2d3c4b5a6978.txt", **fields: tuple[object, str]
) -> Metadata:
    return infer_metadata(clean(text), uri=uri, fields=fields, today=TODAY)


def test_what_the_source_says_wins() -> None:
    found = metadata(
        f"# Other\n\n{BODY}",
        title=("Mine", "front matter"),
        authors=(["A B", "C D"], "front matter"),
        published=("2019-01", "sources.toml"),
    )

    assert (found.title, found.authors) == ("Mine", ("A B", "C D"))
    assert (found.published, found.published_precision) == (date(2019, 1, 1), "month")
    assert found.provenance["published"] == "sources.toml"


@pytest.mark.parametrize(
    ("text", "uri", "title", "provenance"),
    [
        (f"# A Heading\n\n{BODY}", "x.md", "A Heading", "first heading"),
        (f"A Plain Title Line\n\n{BODY}", "x.txt", "A Plain Title Line", "first heading"),
        (BODY, "a/great_partners-2020.txt", "Great partners 2020", "file name"),
        (
            BODY,
            "000_d0fdfc187c391c15.txt",
            BODY[:75].rsplit(" ", 1)[0] + " …",
            "first words of the text",
        ),
        (
            "Short one here. And more.",
            "d0fdfc187c391c15.txt",
            "Short one here",
            "first words of the text",
        ),
        ("", "d0fdfc187c391c15.txt", "d0fdfc187c391c15.txt", "name of the source"),
    ],
)
def test_a_title_is_found(text: str, uri: str, title: str, provenance: str) -> None:
    found = metadata(text, uri=uri)

    assert found.title.rstrip(" …") == title.rstrip(" …") or found.title.startswith(title[:60])
    assert found.provenance["title"] == provenance


@pytest.mark.parametrize(
    ("line", "expected", "precision"),
    [
        ("January 5, 2019", date(2019, 1, 5), "day"),
        ("Published: 5 Jan. 2019", date(2019, 1, 5), "day"),
        ("By Jane Doe | May 4th, 2020", date(2020, 5, 4), "day"),
        ("2014-03-19", date(2014, 3, 19), "day"),
        ("Updated March 2021", date(2021, 3, 1), "month"),
        ("BOSTON, March 3, 2020 (WIRE) – " + BODY + BODY, date(2020, 3, 3), "day"),
        ("Published: 5 Jan. 2035", None, "day"),
        ("Published: 31 Feb. 2019", None, "day"),
        ("Date of birth: 4 May 1980", None, "day"),
        ("Accessed May 4, 2020", None, "day"),
        (f"On May 4, 2020, they met. {BODY}", None, "day"),
        ("Weekly report 14 - 20 January 2019", None, "day"),
        ("Messe vom 3. bis 5. Mai 2019", None, "day"),
        ("Jobless figures in January 2019", None, "day"),
    ],
)
def test_a_date_is_taken_only_from_a_dateline(
    line: str, expected: date | None, precision: str
) -> None:
    found = metadata(f"# Title\n\n{line}\n\n{BODY}")

    assert (found.published, found.published_precision) == (expected, precision)
    assert ("published" in found.provenance) is (expected is not None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # 15 January was a Tuesday in 2013, 2019 and (later) 2030.
        ("They said on Tuesday (Jan. 15) that sales in 2017 rose.", date(2019, 1, 15)),
        ("They said on Tuesday (Jan. 15) that Microsoft 365 sells.", date(2019, 1, 15)),
        ("They said on Tuesday (Jan. 15) that sales rose.", None),
        ("They said on Tuesday (Jan. 15) that sales in 2012 rose.", None),
        ("They said on Monday (Jan. 15) that sales in 2019 rose.", date(2024, 1, 15)),
        ("They said on Friday (Jan. 15) that by 2024 sales will rise.", None),
    ],
)
def test_a_day_without_a_year_needs_evidence_for_the_year(text: str, expected: date | None) -> None:
    found = metadata(text)

    assert found.published == expected
    if expected:
        assert str(expected.year) in found.provenance["published"]


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Jane Doe and John van Dyke", ("Jane Doe", "John van Dyke")),
        ("Authors: Jane Doe, Max Roe, and Ann Poe", ("Jane Doe", "Max Roe", "Ann Poe")),
        ("Doe, Jane; Roe, Max", ("Doe, Jane", "Roe, Max")),
        ("By Jane Doe, The Daily News", ("Jane Doe",)),
        ("Por Marcos Leal, Porto Alegre", ()),
        ("By the end of the year all was done", ()),
        ("Sponsored by Acme Holdings", ()),
    ],
)
def test_authors_come_from_a_byline(line: str, authors: tuple[str, ...]) -> None:
    assert metadata(f"# Title\n\n{line}\n\n{BODY}").authors == authors


def test_a_publisher_is_taken_from_plain_words_only() -> None:
    plain = (
        f"# T\n\nThis report from Acme Research Services is new. {BODY} Acme Research"
        f" Services is a firm."
    )

    assert metadata(plain).publisher == "Acme Research Services"
    assert metadata(f"# T\n\nAs reported in The Verge and elsewhere. {BODY}").publisher is None


def test_the_interviewer_names_the_publication_as_an_inference() -> None:
    text = (
        f"She talks with Big City Review about care.\n\nBig City Review: Why now,"
        f" {BODY}\n\nDoe: Since {BODY}"
    )

    found = metadata(text)

    assert found.publisher == "Big City Review"
    assert found.provenance["publisher"].startswith("inferred from the text")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (BODY * 2, "en"),
        (
            "Die Klinik und der Partner teilen sich das Risiko und die Daten, und das"
            " ist nicht neu für die Branche " * 2,
            "de",
        ),
        (
            "L'hôpital et le partenaire partagent les données et les risques dans le"
            " cadre des projets de la région " * 2,
            "fr",
        ),
        ("今日は晴れです。明日は雨です。", "ja"),
        ("OK", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert metadata(text).language == language


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Dover, 17 January 2024. Ogden and Pryce will share a fleet.", date(2024, 1, 17)),
        ("New York, March 3, 2020 – Both firms agreed to it.", date(2020, 3, 3)),
        ("Paris, France, Tuesday, 3 March 2020 (Agency) – Both firms agreed.", date(2020, 3, 3)),
        ("Founded in Leeds, 3 May 1920 was its best day, and the firm grew on from it.", None),
        ("Both firms met in Dover, 17 January 2024 and agreed to share a fleet of lorries.", None),
    ],
)
def test_a_town_and_a_day_before_the_first_sentence_are_a_dateline(
    line: str, day: date | None
) -> None:
    found = find_date([line], today=date(2025, 1, 1))
    assert (found.published if found else None) == day
