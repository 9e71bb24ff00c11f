"""What a run says of itself."""

from __future__ import annotations

from ingest.report import IngestReport, Remark


def test_a_remark_on_a_file_is_named_for_people_and_programs() -> None:
    report = IngestReport(remarks=[Remark("/a.txt", "read as Windows-1252; it is not declared")])
    assert "  remark: /a.txt: read as Windows-1252; it is not declared" in report.as_text()
    assert report.as_json()["remarks"] == [
        {"uri": "/a.txt", "text": "read as Windows-1252; it is not declared"}
    ]
