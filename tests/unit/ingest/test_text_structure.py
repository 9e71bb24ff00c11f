"""Tables, lists, mails and clippings in text and Markdown files, as units that can be cited."""

from __future__ import annotations

import pytest
from langchain_core.documents import Document

from ingest.cleaning.clean import clean
from ingest.errors import EmptyDocumentError
from ingest.header_lines import split_header_lines
from ingest.loaders import delimited, markdown, text
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Fields
from ingest.loaders.tables import infer_headers, row_text, table_markdown
from ingest.prepare import prepare

LIMITS = LoadLimits()


def units(source: str) -> list[str]:
    return [block.text for block in clean(text.parse(source.encode(), LIMITS).text).blocks]


def values(fields: Fields) -> dict[str, object]:
    return {name: value for name, (value, _) in fields.items()}


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        (
            "company,partner,value\nAlder,Birch,1000\nCedar,Elm,2000\n",
            ["company: Alder | partner: Birch | value: 1000"],
        ),
        (
            "Region;Anteil;Umsatz\nNord;45,5 %;1.234,5\nSüd;54,5 %;9\n",
            ["Region: Nord | Anteil: 45,5 %"],
        ),
        ("Region\tShare\nNorth\t45 %\nSouth\t55 %\n", ["Region: North | Share: 45 %"]),
        (
            'region,share,note\nNorth,45,"high, but falling"\nSouth,5,\n',
            ["region: South | share: 5"],
        ),
        ("region|share\nNorth|45\nSouth|55\n", ["region: North | share: 45"]),
    ],
    ids=["commas", "semicolons", "tabs", "quotes", "bars"],
)
def test_rows_of_values_in_a_text_name_their_columns(source: str, rows: list[str]) -> None:
    found = units(f"The shares follow.\n\n{source}\nThey were made in 2024, as the firm said.\n")
    assert found[0] == "The shares follow."
    assert any(row.startswith(rows[0]) for row in found)
    assert len(found) == 4


def test_a_table_that_is_drawn_with_lines_names_its_columns() -> None:
    drawn = (
        "┌───────┬───────┐\n│ Quay  │ Metres│\n├───────┼───────┤\n"
        "│ North │ 142   │\n└───────┴───────┘"
    )
    assert units(f"The quays follow.\n\n{drawn}\n") == [
        "The quays follow.",
        "Quay: North | Metres: 142",
    ]


@pytest.mark.parametrize(
    "prose",
    [
        "Dear Ann,\nThank you, Bo, for it.\nBest wishes, and so on,\nCy, of Perth\n",
        "Alder, Birch and Cedar met.\nElm, Fir and Gum did not.\nHazel, Iris and Juniper slept.\n",
        "Smith, John\nLee, Ann\nChan, Bo\n",
    ],
)
def test_commas_in_prose_make_no_table(prose: str) -> None:
    assert text.parse(prose.encode(), LIMITS).text == prose


def test_a_file_of_rows_is_read_with_what_stands_above_them() -> None:
    content = b"Shares by region\nregion,share\nNorth,45\nSouth,55\n"
    assert delimited.parse(content, LIMITS).text == (
        "Shares by region\n\n| region: North | share: 45 |\n| region: South | share: 55 |"
    )


def test_a_file_of_rows_without_names_of_columns_has_plain_rows() -> None:
    assert delimited.parse(b"North,45\nSouth,55\n", LIMITS).text == "| North | 45 |\n| South | 55 |"


def test_a_file_of_rows_may_be_in_any_encoding() -> None:
    parsed = delimited.parse("Café;Preis\nLumière;5 €\n".encode("cp1252"), LIMITS)
    assert parsed.text == "| Café: Lumière | Preis: 5 € |"
    assert parsed.remarks[0].startswith("read as Windows-1252")


def test_an_empty_file_of_rows_is_refused() -> None:
    with pytest.raises(EmptyDocumentError, match="no rows"):
        delimited.parse(b"\n\n", LIMITS)


def test_words_of_a_cell_are_not_taken_for_markup() -> None:
    parsed = delimited.parse(b"name,note\n*star*,a|b\n_line_,[c]\n", LIMITS)
    assert [block.text for block in clean(parsed.text).blocks] == [
        "name: *star* | note: a|b",
        "name: _line_ | note: [c]",
    ]


def test_a_row_leaves_out_what_is_empty_and_a_name_that_is_its_value() -> None:
    assert row_text(["North", "", "45 %"], ["Region", "Port", "Share:"]) == (
        "Region: North | Share: 45 %"
    )
    assert row_text(["Total", "9"], ["Total", ""]) == "Total | 9"
    assert row_text(["North", "", "45"]) == "North |  | 45"


def test_a_table_without_rows_gives_its_headers() -> None:
    assert table_markdown([], ["Region", "Share"]) == "| Region | Share |"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["Region", "Share"], ["North", "45 %"], ["South", "n/a"]], True),
        ([["Region", "2022", "2023"], ["North", "1,2", "(3)"]], True),
        ([["Owner", "Alder"], ["Place", "Riga"]], False),
        ([["North", "45"], ["South", "55"]], False),
        ([["Region", "Share"]], False),
    ],
)
def test_headers_are_inferred_where_words_stand_above_numbers(
    rows: list[list[str]], expected: bool
) -> None:
    assert infer_headers(rows) is expected


@pytest.mark.parametrize("number", [9, 12, 200])
def test_each_line_of_a_bare_list_is_a_unit(number: int) -> None:
    names = [f"Partner number {at} of the alliance{', Riga' * (at % 5)}" for at in range(number)]
    assert units("Partners of the alliance\n\n" + "\n".join(names))[1:] == names


def test_wrapped_prose_is_no_list() -> None:
    prose = (
        "Alder and Birch said on Monday that they would run\nthe port of Riga together for ten "
        "years. Alder pays\nCedar for its part. Birch, which owns the cranes of\nRiga, will bring "
        "them in, and both of them hope that\nEstonian ships will come."
    )
    assert units(prose) == [" ".join(prose.split())]


def test_a_word_in_capitals_that_a_line_end_cut_is_whole_again() -> None:
    assert units("ALDER AND BIRCH EXTEND THEIR ALLI-\nANCE\n\nThe alliance goes on.\n")[0] == (
        "ALDER AND BIRCH EXTEND THEIR ALLIANCE"
    )
    assert units("A NEW JOINT-\nVENTURE\n\nThe joint firm is a venture.\n")[0] == (
        "A NEW JOINT-VENTURE"
    )


MAIL = """From: =?utf-8?Q?H=C3=A9l=C3=A8ne?= Brière <helene@example.org>
To: Desk <desk@example.org>
Date: Tue, 14 May 2024 09:12:00 +0200
Subject: Rowan and Hale:
 the alliance
X-Mailer: Some

Rowan will pay Hale 3 million euros.

On Mon, 13 May 2024, Desk wrote:
> We heard it will be prolonged until 2030.

Best
"""


def test_the_head_of_a_mail_is_metadata_and_no_text() -> None:
    parsed = text.parse(MAIL.encode(), LIMITS)
    assert values(parsed.fields) == {
        "title": "Rowan and Hale: the alliance",
        "authors": ["Hélène Brière"],
        "published": "2024-05-14",
    }
    assert {source for _, source in parsed.fields.values()} == {"mail header"}
    assert parsed.text.startswith("Rowan will pay")


def test_what_a_mail_quotes_stands_under_the_line_that_says_whose_it_is() -> None:
    found = clean(text.parse(MAIL.encode(), LIMITS).text).blocks
    assert [(block.text, block.heading) for block in found][1:] == [
        ("On Mon, 13 May 2024, Desk wrote:", ("On Mon, 13 May 2024, Desk wrote:",)),
        ("We heard it will be prolonged until 2030.", ("On Mon, 13 May 2024, Desk wrote:",)),
        ("Best", ()),
    ]


def test_a_mail_below_a_mail_stands_under_its_own_head() -> None:
    source = (
        "Von: Karl Mayer\nGesendet: Dienstag, 14. Mai 2024 09:12\nAn: Ute Klein\n"
        "Betreff: Vertrag\n\nEr endet bald.\n\n-----Ursprüngliche Nachricht-----\n"
        "Von: Ute Klein\nGesendet: Montag\n"
        "An: Karl Mayer\n\nEndet der Vertrag bald?\n"
    )
    parsed = text.parse(source.encode(), LIMITS)
    assert values(parsed.fields)["published"] == "2024-05-14"
    found = clean(parsed.text).blocks
    assert [block.text for block in found] == [
        "Er endet bald.",
        "Von: Ute Klein, Gesendet: Montag, An: Karl Mayer",
        "Endet der Vertrag bald?",
    ]
    assert found[2].heading == ("Von: Ute Klein, Gesendet: Montag, An: Karl Mayer",)


def test_lines_of_title_author_and_day_are_metadata() -> None:
    fields, rest = split_header_lines(
        "Title: The pact\nAuthor: Ann Lee; Bo Chan\nDate: 5 March 2024\nSource: Quay Today\n\n"
        "Body.\n"
    )
    assert values(fields) == {
        "title": "The pact",
        "authors": ["Ann Lee", "Bo Chan"],
        "published": "2024-03-05",
        "publisher": "Quay Today",
    }
    assert rest == "Body.\n"


@pytest.mark.parametrize(
    "source",
    [
        "Note: this is a text.\nWarning: it has colons.\n\nBody.\n",
        "Title: only one line\n\nBody.\n",
        "Date: 5 March\nPlace: Riga\n\nBody.\n",
        "From: the port\nto the town it is a mile.\n\nBody.\n",
    ],
)
def test_other_lines_with_colons_are_text(source: str) -> None:
    assert split_header_lines(source) == ({}, source)


RICH = """# Sable

<!-- editor: not this -->
%%nor this%%

| Mine | Share |
|------|:-----:|
| Ash Hill | **60** |

Mine | Output
--- | ---
Bell Pit | 14

- [x] Ash Hill was opened
- [ ] Crow Dale will be widened

> [!note] The unions
> They won a ==rise== of 6 per cent.

![[map.png]]

See [[Sable Group|Sable]] and [[Wren]].
"""


def test_markdown_of_note_takers_is_read_as_it_is_shown() -> None:
    found = clean(markdown.parse(RICH.encode(), LIMITS).text)
    assert [block.text for block in found.blocks] == [
        "Sable",
        "Mine: Ash Hill | Share: 60",
        "Mine: Bell Pit | Output: 14",
        "Ash Hill was opened",
        "Crow Dale will be widened",
        "The unions",
        "They won a rise of 6 per cent.",
        "See Sable and Wren.",
    ]
    assert "- [x] Ash Hill" in found.text


def test_columns_that_spaces_align_are_a_table() -> None:
    source = "Region     Share\n---------  -----\nNorth      45 %\nSouth      55 %\n"
    assert units(source) == ["Region: North | Share: 45 %", "Region: South | Share: 55 %"]


def test_a_table_drawn_in_signs_is_a_table() -> None:
    rule = "+------+-----+\n"
    grid = f"{rule}| Port | Sum |\n{rule}| Riga | 12  |\n| Ayr  | 9   |\n{rule}"
    assert units(grid) == ["Port: Riga | Sum: 12", "Port: Ayr | Sum: 9"]


def test_a_cell_of_several_lines_and_a_line_for_a_spreadsheet_make_no_difference() -> None:
    content = b'sep=;\nPort;Note\nRiga;"New.\n\nBig."\nAyr;Old\n'
    assert delimited.parse(content, LIMITS).text == (
        "| Port: Riga | Note: New. Big. |\n| Port: Ayr | Note: Old |"
    )


def test_the_title_block_of_pandoc_is_metadata() -> None:
    fields, rest = split_header_lines("% The pact\n% Ann Lee; Bo Chan\n% 5 March 2024\n\nBody.\n")
    assert values(fields) == {
        "title": "The pact",
        "authors": ["Ann Lee", "Bo Chan"],
        "published": "2024-03-05",
    }
    assert rest == "Body.\n"


def test_a_mail_in_parts_gives_its_plain_text() -> None:
    source = (
        "From: Ann Lee <a@example.org>\nDate: Tue, 14 May 2024 09:12:00 +0200\nSubject: Pact\n"
        'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="x"\n\n--x\n'
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
        "The caf=C3=A9 pact en=\nds.\n--x\nContent-Type: text/html\n\n<p>It ends.</p>\n--x--\n"
    )
    assert text.parse(source.encode(), LIMITS).text.strip() == "The café pact ends."


def test_a_row_of_aligned_columns_may_lack_cells() -> None:
    rule = "-" * 32 + "\n"
    source = (
        f"Partner          Share    Since\n{rule}Orla N.V.         45 %     2019\n"
        f"Fenn Brothers     12 %     2021\nVolta              3 %     2022\n{rule}"
        "Total             60 %\n"
    )
    assert units(source)[0] == "Partner: Orla N.V. | Share: 45 % | Since: 2019"
    assert units(source)[3:] == ["Partner: Total | Share: 60 %"]


def test_a_list_pasted_from_word_is_a_list() -> None:
    source = (
        "•\tOrla pays.\no\tFenn waits.\n§\tVolta is gone.\n1.\tFirst the bank.\na.\tThen all.\n"
    )
    blocks = clean(text.parse(source.encode(), LIMITS).text).blocks
    assert [block.text for block in blocks] == [
        *("Orla pays.", "Fenn waits.", "Volta is gone.", "First the bank.", "Then all."),
    ]
    assert [block.marker for block in blocks] == ["- ", "- ", "- ", "1. ", "a) "]


@pytest.mark.parametrize(
    "lines",
    [
        ["Price: EUR 12.5 million", "Term: until 31 December 2029", "Signed: 4 March 2024"],
        [f"{name}, {town}, since 2019" for name in ("Orla", "Fenn") for town in ("Delft", "Ghent")],
    ],
)
def test_lines_that_each_say_one_thing_are_units(lines: list[str]) -> None:
    assert units("\n".join(lines)) == lines


def test_lines_of_prose_and_of_addresses_are_no_pairs() -> None:
    prose = "Orla said: the price is high and will\nrise. Fenn said: it is low, and they\nagreed."
    assert len(units(prose)) == 1
    assert len(units("Orla N.V.\nKade 12\nRotterdam\n\nOne more line of text.")) == 2


def test_a_sentence_below_a_list_is_none_of_its_items() -> None:
    assert units("They are:\n* Orla (Delft)\n* Fenn (Ghent)\nAll of them pay.\n") == [
        *("They are:", "Orla (Delft)", "Fenn (Ghent)", "All of them pay."),
    ]


def test_items_counted_by_letters_are_items_and_abbreviations_are_none() -> None:
    assert units("a. Orla pays.\nb. Fenn waits\n   until May.\n") == [
        *("Orla pays.", "Fenn waits until May."),
    ]
    assert units("Das gilt für alle,\nd. h. auch für Fenn und Orla.") == [
        "Das gilt für alle, d. h. auch für Fenn und Orla."
    ]


def test_properties_below_the_title_are_metadata() -> None:
    source = (
        "# The port of Riga\n\nAuthor: Ann Lee\nPublished: March 4, 2024\n"
        "Status: read twice\n\nText."
    )
    found = markdown.parse(source.encode(), LIMITS)
    assert values(found.fields) == {"authors": ["Ann Lee"], "published": "2024-03-04"}
    assert found.text == "# The port of Riga\n\nStatus: read twice\n\nText."
    kept = "# Fruit\n\nApples: 12\nPears: 9\n\nText."
    assert markdown.parse(kept.encode(), LIMITS).text == kept


def test_lines_above_and_below_the_rows_of_a_spreadsheet_are_text() -> None:
    content = (
        b"Shares of partners,,\n,,\nPartner,Share,Since\nOrla,45,2019\nFenn,12,\nUnaudited,,\n"
    )
    assert delimited.parse(content, LIMITS).text == (
        "Shares of partners\n\n| Partner: Orla | Share: 45 | Since: 2019 |\n"
        "| Partner: Fenn | Share: 12 |\n\nUnaudited"
    )


def test_generators_of_sites_keep_a_head_of_keys() -> None:
    head = "Title: The lease\nDate: 2018-10-03 10:20\nAuthor: Mara Hale\nSlug: lease\nTags: bay\n"
    fields, rest = split_header_lines(f"{head}\nOrla will leave.\n")
    assert values(fields) == {
        "title": "The lease",
        "authors": ["Mara Hale"],
        "published": "2018-10-03",
    }
    assert rest == "Orla will leave.\n"
    priced = "Title: The lease\nAuthor: Mara Hale\nPrice: 3 euros\n\nOrla will leave.\n"
    assert split_header_lines(priced) == ({}, priced)


def test_years_name_columns_between_others_and_groups_are_part_of_the_names_below() -> None:
    rows = ["Kiln    2020    2021    Owner", "North     41      44    Finch"]
    rows += ["South     37      35    Tarn", "All       78      79"]
    assert units("\n".join(rows)) == [
        "Kiln: North | 2020: 41 | 2021: 44 | Owner: Finch",
        "Kiln: South | 2020: 37 | 2021: 35 | Owner: Tarn",
        "Kiln: All | 2020: 78 | 2021: 79",
    ]
    grouped = "Region;2020;;2021;\n;Jobs;Rent;Jobs;Rent\nNorth;1;2;3;4\nSouth;5;6;7;8\n"
    found = clean(delimited.parse(grouped.encode(), LIMITS).text).blocks
    assert [block.text for block in found] == [
        "Region: North | 2020 – Jobs: 1 | 2020 – Rent: 2 | 2021 – Jobs: 3 | 2021 – Rent: 4",
        "Region: South | 2020 – Jobs: 5 | 2020 – Rent: 6 | 2021 – Jobs: 7 | 2021 – Rent: 8",
    ]


@pytest.mark.parametrize(
    "source",
    [
        'Kiln,History\nNorth,"{}"\nSouth,Cold.\n',
        "Kiln\tHistory\nNorth\t{}\nSouth\tCold.\n",
    ],
)
def test_a_long_cell_is_cited_by_its_sentences_under_the_name_of_its_row(source: str) -> None:
    told = [f"In {year} the kiln was lit again by the mayor of Tarn." for year in range(1980, 2003)]
    raw = Document(
        delimited.parse(source.format(" ".join(told)).encode(), LIMITS).text,
        metadata={"uri": "/a/kilns.csv", "fields": {}},
    )
    document = prepare(raw).document
    text = document.document.text
    assert [text[each.start : each.end] for each in document.sentences] == [
        "Kiln: North",
        f"History: {told[0]}",
        *told[1:],
        "Kiln: South | History: Cold.",
    ]


def test_a_reply_right_below_a_quote_is_none_of_it() -> None:
    assert units("We ask again.\n> When does it end?\nIt ends in May.\n") == [
        "We ask again.",
        "When does it end?",
        "It ends in May.",
    ]
