"""Small files that were once read wrong, each with what a reader finds in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from langchain_core.documents import Document as RawDocument

from ingest.errors import EmptyDocumentError
from ingest.loaders.formats import SUFFIXES
from ingest.loaders.limits import LoadLimits
from ingest.loaders.worker import parse
from ingest.prepare import prepare
from vectorstore.types import Metadata, SentenceKind


@pytest.fixture
def cases(repo_root: Path) -> Path:
    return repo_root / "tests" / "cases"


def read(path: Path) -> tuple[Metadata, list[str], list[tuple[str, ...]]]:
    """Metadata, sentences and the headings above each."""
    parsed = parse(path.read_bytes(), SUFFIXES[path.suffix], LoadLimits())
    raw = RawDocument(
        page_content=parsed.text, metadata={"uri": f"/cases/{path.name}", "fields": parsed.fields}
    )
    prepared = prepare(raw, today=date(2026, 12, 31)).document
    text = prepared.document.text
    told = [text[each.start : each.end] for each in prepared.sentences]
    return prepared.document.metadata, told, [each.heading for each in prepared.sentences]


SENTENCES: dict[str, list[str]] = {
    "facts.html": [
        "Pine Air and Quince Air: facts",
        "Pine Air and Quince Air share codes on 61 routes, the two airlines say on this page.",
        "Founded: 1999",
        "Hub: Zagreb",
        "Joint fleet: 84 aircraft",
        "Year: 2021 | Passengers (m): 3.1 | Profit (EUR m): -12",
        "Year: 2022 | Passengers (m): 6.4 | Profit (EUR m): +20",
        "Figures are those of the airlines and were not audited by anybody else.",
    ],
    "liveblog.html": [
        "Live: the Rook and Swan merger",
        "3 October 2024 – Deal is done",
        "Rook and Swan say that their merger is complete and that Swan shareholders get 0.6 Rook "
        "shares each.",
        "2 October 2024 – Court says yes",
        "The court in Dublin allowed the merger of Rook and Swan in the afternoon after two "
        "hearings.",
        "1 October 2024 – Merger in doubt",
        "Rook says that its merger with Swan may fail because the court in Dublin has doubts.",
    ],
    "cp1252-smart.txt": [
        "Café Lumière’s alliance with Müller & Söhne",
        "Café Lumière – the Lyon roaster – said on Monday that it would supply Müller & Söhne’s "
        "120 shops.",
        "“We pay €3.50 a kilo,” its owner said…",
        "The deal runs until 2027.",
    ],
    "macroman.txt": [
        "Doré & Fils joins Åkerlund’s network",
        "Doré & Fils will ship “private label” jams for Åkerlund’s stores in Malmö.",
        "The firms’ pact is worth 9 million kronor a year.",
    ],
    "email.txt": [
        "Dear all,",
        "Rowan and Hale told us this morning that their alliance ends in October.",
        "Rowan will pay Hale 3 million euros.",
        "On Mon, 13 May 2024, Desk wrote:",
        "Do we know whether the alliance ends?",
        "We heard it will be prolonged until 2030.",
        "Best\nNora",
    ],
    "fm-blank-first.md": [
        "Arden Rail bought 12 per cent of Moss Signals.",
        "The price was 7 million pounds.",
    ],
    "fm-colon.md": [
        "Kestrel kept its 30 per cent of Volta after talks in Oslo.",
        'Volta\'s chair, Dana Ruiz, called the pact "repaired".',
    ],
    "fm-obsidian-clipper.md": [
        "Corvane and Elmstead ended their venture on 16 February 2024.",
        "Corvane keeps the asthma spray and Elmstead the two cancer drugs.",
    ],
    "fm-toml-hugo.md": [
        "Belmar and Sorrel will start a ferry line between Hull and Esbjerg.",
        "Three ships will sail it from April.",
    ],
    "markdown-rich.md": [
        "Sable and Wren: five years on",
        "By Anna Kowal, 7 July 2022",
        "Sable and Wren run three mines together.",
        "The mines gave 41,000 tonnes in 2021.",
        "Mine: Ash Hill | Owner's share: 60 / 40 | Output (t): 21,000",
        "Mine: Bell Pit | Owner's share: 50 / 50 | Output (t): 14,500",
        "Mine: Crow Dale | Owner's share: 75 / 25 | Output (t): 5,500",
        "Ash Hill was opened in 2017",
        "Crow Dale will be widened in 2024",
        "The unions",
        "The unions at Bell Pit won a rise of 6 per cent.",
        "See the report and Sable.",
        "Wren is listed in Toronto.",
        "Output before losses in washing.",
    ],
    "european-numbers.txt": [
        "Vertrag der Werke Adlersee und Kronau",
        "Am 3. März 2024 gaben Adlersee und Kronau ihre Allianz bekannt.",
        "Der Umsatz betrug im 2. Quartal 1.234.567,89 Euro, d. h. 12,5 % mehr als im Vorjahr.",
        "Der Vertrag läuft bis zum 31. Dezember 2029.",
    ],
    "fr-abbrev.txt": [
        "Accord entre Mme. Delorme et M. Ropartz",
        "M. Ropartz, P.-D. G. de Kerlan, a signé le 1er février 2023 un accord avec Mme. Delorme.",
        "La société Kerlan S.A. versera 2,5 millions d’euros à Delorme & Cie. en trois fois.",
    ],
    "wrapped72.txt": [
        "DRAYTON AND PELL EXTEND THEIR ALLIANCE",
        "LONDON, 12 June 2023 -- Drayton and Pell said on Monday that they would extend their "
        "alliance in wind power for ten years.",
        "Under the new terms, Drayton will build the towers, while Pell will finance them with a "
        "credit line of 250 million pounds.",
        "The two companies have worked together since 2011.",
        'Pell\'s chief executive, Mr. J. R. Oakes, said that the alliance was "well-tried".',
        "He will retire in Dec. 2024.",
    ],
}


@pytest.mark.parametrize(("name", "expected"), SENTENCES.items(), ids=SENTENCES)
def test_the_sentences_of_a_file_are_those_that_it_has(
    cases: Path, name: str, expected: list[str]
) -> None:
    assert read(cases / name)[1] == expected


@pytest.mark.parametrize(
    ("name", "title", "authors", "publisher", "published"),
    [
        (
            "cookie.html",
            "Aster Mills and Bolt Foundry share a mill",
            ("Colm Darby",),
            None,
            date(2025, 3, 12),
        ),
        ("facts.html", "Pine Air and Quince Air: facts", (), None, None),
        ("liveblog.html", "Live: the Rook and Swan merger", (), None, None),
        (
            "table-layout.html",
            "Zeal and Abbot: shared hangar",
            ("Ola Brekke",),
            None,
            date(2014, 3, 7),
        ),
        ("yoast.html", "Crane and Dyer part", ("Marit Oen",), "Harbour News", date(2024, 6, 3)),
        (
            "email.txt",
            "Rowan and Hale: the alliance",
            ("Nora Quist",),
            None,
            date(2024, 5, 14),
        ),
        (
            "fm-blank-first.md",
            "Arden Rail buys into Moss Signals",
            ("Olu Hart",),
            None,
            date(2020, 10, 1),
        ),
        (
            "fm-colon.md",
            "Kestrel and Volta: how a pact was saved",
            ("Ines Okafor", "Paul Brandt"),
            "Fjord Review",
            date(2024, 3, 5),
        ),
        (
            "fm-obsidian-clipper.md",
            "Corvane and Elmstead end their drug venture",
            ("Priya Nandakumar",),
            None,
            date(2024, 2, 19),
        ),
        (
            "fm-toml-hugo.md",
            "Belmar and Sorrel start a ferry line",
            ("Tom Achterberg",),
            None,
            date(2023, 11, 2),
        ),
        (
            "markdown-rich.md",
            "Sable and Wren: five years on",
            ("Anna Kowal",),
            None,
            date(2022, 7, 7),
        ),
    ],
)
def test_the_metadata_of_a_file_is_what_it_states(
    cases: Path,
    name: str,
    title: str,
    authors: tuple[str, ...],
    publisher: str | None,
    published: date | None,
) -> None:
    found, _, _ = read(cases / name)
    assert (found.title, found.authors) == (title, authors)
    assert (found.publisher, found.published) == (publisher, published)


def test_cookie_notice_menu_and_teasers_are_no_text(cases: Path) -> None:
    _, told, _ = read(cases / "cookie.html")
    assert told[0] == "Aster Mills and Bolt Foundry share a mill"
    assert told[-1].startswith("The first cloth is to leave the mill")
    for noise in ("privacy", "Accept", "Home", "99 million", "1,000 jobs", "©"):
        assert noise not in " ".join(told)


def test_a_page_laid_out_by_tables_is_prose(cases: Path) -> None:
    parsed = parse((cases / "table-layout.html").read_bytes(), "html", LoadLimits())
    raw = RawDocument(page_content=parsed.text, metadata={"uri": "x", "fields": {}})
    kinds = {each.kind for each in prepare(raw).document.sentences}
    assert SentenceKind.TABLE not in kinds
    assert "Zeal's pilots asked for a canteen, which the board refused in May." in parsed.text


@pytest.mark.parametrize("name", ["js-only.html", "nextdata.html"])
def test_a_page_without_its_text_is_refused(cases: Path, name: str) -> None:
    with pytest.raises(EmptyDocumentError, match="JavaScript"):
        read(cases / name)


def test_every_letter_of_a_long_text_in_windows_1252_is_right(cases: Path) -> None:
    content = (cases / "long-cp1252.txt").read_bytes()
    assert parse(content, "text", LoadLimits()).text == content.decode("cp1252")


def test_each_of_two_hundred_rows_is_a_unit_with_the_names_of_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "rows.txt"
    rows = [f"Firm{at:03},Ally{at:03},{1990 + at % 30},{at}000" for at in range(1, 201)]
    path.write_text("\n".join(["company,partner,year,value_usd", *rows]))
    _, told, _ = read(path)
    assert len(told) == 200
    assert told[-1] == "company: Firm200 | partner: Ally200 | year: 2010 | value_usd: 200000"
