"""Workbooks: rows that name their columns, values as their cells show them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import pytest

from ingest.cleaning.clean import clean
from ingest.errors import EmptyDocumentError, EncryptedFileError, MalformedFileError, TooLargeError
from ingest.loaders import xlsx
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Parsed
from ingest.metadata import infer_metadata

openpyxl = pytest.importorskip("openpyxl")


def saved(book: Any) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def workbook(*rows: list[Any]) -> Any:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


def read(book: Any, limits: LoadLimits | None = None) -> Parsed:
    return xlsx.parse(saved(book), limits or LoadLimits())


def test_each_row_names_its_columns() -> None:
    found = read(workbook(["Region", "Share"], ["North", 45], ["South", 55]))
    assert found.text == "| Region: North | Share: 45 |\n| Region: South | Share: 55 |"
    assert (found.fields, found.remarks) == ({}, ())


@pytest.mark.parametrize(
    ("value", "layout", "shown"),
    [
        (0.45, "0%", "45 %"),
        (0.4567, "0.0%", "45.7 %"),
        (1234.5, "#,##0.00", "1234.50"),
        (1234.5, "General", "1234.5"),
        (0.1 + 0.2, "General", "0.3"),
        (12.0, "General", "12"),
        (40, '#,##0.00\\ "€"', "40.00 €"),
        (40, "[$€-407]#,##0.00", "40.00 €"),
        (40, '"$"#,##0', "40 $"),
        (40, "$#,##0;($#,##0)", "40 $"),
        (date(2024, 3, 5), "dd.mm.yyyy", "2024-03-05"),
        (datetime(2024, 3, 5, 9, 30), "yyyy-mm-dd h:mm", "2024-03-05 09:30"),
        (True, "General", "TRUE"),
        (timedelta(hours=36, minutes=5), "[h]:mm", "36:05"),
        (time(8, 30), "h:mm", "08:30"),
        ("a | b\nc", "General", r"a \| b c"),
    ],
)
def test_values_are_read_as_their_cells_show_them(value: Any, layout: str, shown: str) -> None:
    book = workbook(["Region", "Value", "Note"], ["North", value, "ok"])
    book.active["B2"].number_format = layout
    assert read(book).text == f"| Region: North | Value: {shown} | Note: ok |"


def test_names_merged_over_rows_and_columns_are_part_of_each_column() -> None:
    found = read(
        workbook(
            ["Route", "Passengers", None, "Share"],
            [None, 2021, 2022, None],
            ["Lisk", 200, 210, "91 %"],
            ["Moor", 15, 20, "9 %"],
            ["Source: port office"],
        )
    )
    lisk = "Route: Lisk | Passengers – 2021: 200 | Passengers – 2022: 210 | Share: 91 %"
    assert found.text.startswith(f"| {lisk} |\n")
    assert found.text.endswith("\n\nSource: port office")


def test_two_columns_of_names_and_values_have_no_heads() -> None:
    found = read(workbook(["Owner", "Tarn Lines"], ["Founded", 1931], ["Price (EUR m)", 14.5]))
    assert found.text == "| Owner: Tarn Lines |\n| Founded: 1931 |\n| Price (EUR m): 14.5 |"


def test_names_of_two_columns_are_known_by_bold_letters() -> None:
    book = workbook(["Term", "Meaning"], ["Berth", "A place at a quay"])
    for cell in book.active[1]:
        cell.font = openpyxl.styles.Font(bold=True)
    assert read(book).text == "| Term: Berth | Meaning: A place at a quay |"


def test_lines_above_a_table_and_a_blank_row_part_tables() -> None:
    found = read(
        workbook(
            ["Rents of depots"],
            ["Depot", "Rent"],
            ["Leith", 40],
            [],
            ["Year", "Lorries"],
            ["Spring", 300],
            [],
            ["Rents are in euro."],
        )
    )
    assert found.text == (
        "Rents of depots\n\n| Depot: Leith | Rent: 40 |\n\n"
        "| Year: Spring | Lorries: 300 |\n\nRents are in euro."
    )


def test_columns_and_rows_that_are_empty_are_left_out() -> None:
    book = openpyxl.Workbook()
    for place, value in {"C5": "Depot", "E5": "Rent", "C6": "Leith", "E6": 40}.items():
        book.active[place] = value
    assert read(book).text == "| Depot: Leith | Rent: 40 |"


def test_sheets_stand_under_their_names_and_hidden_ones_are_told() -> None:
    book = workbook(["Depot", "Rent"], ["Leith", 40])
    book.active.title = "Rents"
    more = book.create_sheet("Fleet")
    more.append(["Kind", "Number"])
    more.append(["Lorry", 300])
    book.create_sheet("Secret").append(["Never read"])
    book["Secret"].sheet_state = "hidden"
    found = read(book)
    rents, fleet = found.text.split("####### Fleet")
    assert rents.strip() == "####### Rents\n\n| Depot: Leith | Rent: 40 |"
    assert fleet.strip() == "| Kind: Lorry | Number: 300 |"
    title = infer_metadata(
        clean(found.text), uri="/a/Depots.xlsx", fields=found.fields, today=date(2026, 1, 1)
    ).title
    assert title == "Depots"
    assert found.remarks == ("Hidden sheets are not read: 1.",)


def test_formulas_without_stored_values_are_refused_with_what_to_do() -> None:
    with pytest.raises(EmptyDocumentError, match="open it in a spreadsheet program and save it"):
        read(workbook(["=1+1"]))


def test_files_that_do_harm_or_are_damaged_are_refused() -> None:
    whole = saved(workbook(["Depot", "Rent"], ["Leith", 40]))
    for content, error in (
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), EncryptedFileError),
        (whole[:2000], MalformedFileError),
        (b"PK no workbook", MalformedFileError),
    ):
        with pytest.raises(error):
            xlsx.parse(content, LoadLimits())
    with pytest.raises(TooLargeError):
        read(workbook(["long " * 99]), LoadLimits(text_characters=100))


def test_one_cell_in_the_last_row_and_column_does_no_harm() -> None:
    book = workbook(["Depot", "Rent"], ["Leith", 40])
    book.active["XFD90000"] = "far"
    assert read(book).text == "| Depot: Leith | Rent: 40 |\n\nfar"


def test_merged_cells_over_columns_are_part_of_their_names() -> None:
    book = workbook(
        ["Region", "2020", None, "2021", None],
        [None, "Jobs", "Rent", "Jobs", "Rent"],
        ["North", 1, 2, 3, 4],
    )
    book.active.merge_cells("B1:C1")
    book.active.merge_cells("D1:E1")
    assert read(book).text == (
        "| Region: North | 2020 – Jobs: 1 | 2020 – Rent: 2 | 2021 – Jobs: 3 | 2021 – Rent: 4 |"
    )
