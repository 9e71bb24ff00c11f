"""What a run says of itself."""

from __future__ import annotations

from ingest.report import Assumed, IngestReport


def test_what_was_assumed_to_read_a_file_is_named_for_people_and_programs() -> None:
    report = IngestReport(assumed=[Assumed("/a.txt", "read as Windows-1252; it is not declared")])
    assert "  assumed: /a.txt: read as Windows-1252; it is not declared" in report.as_text()
    assert report.as_json()["assumed"] == [
        {"uri": "/a.txt", "what": "read as Windows-1252; it is not declared"}
    ]
