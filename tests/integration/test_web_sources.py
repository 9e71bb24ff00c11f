"""Sources over HTTP: the list, the text that spans index, and the reading page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.web.api import create_app
from tests.builders_web import REPORT, FakeChatService, make_citation, make_document, make_settings

HOSTILE = '<script>alert(1)</script><img src="//evil.example/x" onerror=alert(2)>"\'&amp;'


@pytest.fixture
def chat() -> FakeChatService:
    return FakeChatService()


@pytest.fixture
def client(chat: FakeChatService, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(make_settings(tmp_path), chat)) as client:
        yield client


def test_list_has_every_source_and_no_server_path(client: TestClient) -> None:
    response = client.get("/api/sources")

    body = response.json()
    assert body["total"] == 2
    assert [one["title"] for one in body["sources"]] == ["Pharmacies as clinics", "An interview"]
    assert body["sources"][0]["characters"] == len(REPORT)
    assert "/corpus/" not in response.text


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("q=PHARMACIES", ["Pharmacies as clinics"]),
        ("q=b. writer review", ["Pharmacies as clinics"]),
        ("q=nothing", []),
        ("publisher=Example Review", ["Pharmacies as clinics"]),
        ("publisher=Example", []),
        ("published_from=2019-01-15&published_to=2019-01-15", ["Pharmacies as clinics"]),
        ("published_from=2019-01-16", []),
        ("published_to=2019-01-14", []),
        ("q=an interview", ["An interview"]),
    ],
)
def test_filters(client: TestClient, query: str, titles: list[str]) -> None:
    body = client.get(f"/api/sources?{query}").json()

    assert [one["title"] for one in body["sources"]] == titles
    assert body["total"] == 2


@pytest.mark.parametrize(
    ("precision", "shown"), [("day", "2019-01-15"), ("month", "2019-01"), ("year", "2019")]
)
def test_date_is_as_exact_as_it_is_known(
    client: TestClient, chat: FakeChatService, precision: str, shown: str
) -> None:
    chat.documents = [make_document(published=date(2019, 1, 15), published_precision=precision)]

    assert client.get("/api/sources").json()["sources"][0]["published"] == shown


def test_text_blocks_and_provenance(client: TestClient, chat: FakeChatService) -> None:
    body = client.get(f"/api/sources/{chat.documents[0].id}").json()

    assert body["text"] == REPORT
    assert body["provenance"]["title"] == "front matter"
    assert not body["changed_since"]
    shown = [(one["kind"], REPORT[one["start"] : one["end"]]) for one in body["blocks"]]
    assert shown[0] == ("heading", "Pharmacies as clinics")
    assert ("list_item", "Patients are seen nearer to home.") in shown
    cells = [
        [REPORT[cell["start"] : cell["end"]] for cell in one["cells"]]
        for one in body["blocks"]
        if one["kind"] == "table_row"
    ]
    assert cells == [["Year", "Clinics"], ["2018", "1,100"]]


def test_old_version_stays_readable_and_says_that_it_changed(
    client: TestClient, chat: FakeChatService
) -> None:
    new = make_document(text="Rewritten.")
    old, chat.documents[0] = chat.documents[0], new
    chat.old_versions = [old]
    citation = make_citation(old, "The price was $70 billion.")

    body = client.get(f"/api/sources/{old.id}?version={old.version[:12]}").json()
    page = client.get(citation.permalink).text

    assert body["text"][citation.start : citation.end] == citation.quote
    assert (body["changed_since"], body["current_version"]) == (True, new.version)
    assert "has changed since" in page
    assert client.get(f"/api/sources/{old.id}").json()["text"] == "Rewritten."


def test_version_of_a_removed_source_says_so(client: TestClient, chat: FakeChatService) -> None:
    chat.old_versions = [chat.documents.pop(0)]
    old = chat.old_versions[0]

    body = client.get(f"/api/sources/{old.id}?version={old.version}").json()
    page = client.get(f"/sources/{old.id}?version={old.version}").text

    assert (body["changed_since"], body["current_version"]) == (True, None)
    assert "no longer among those searched" in page
    assert client.get(f"/api/sources/{old.id}").status_code == 404


def test_reading_page_highlights_exactly_the_quote(
    client: TestClient, chat: FakeChatService
) -> None:
    quote = "Data from both sides are read together 🙂 by one team."
    citation = make_citation(chat.documents[0], quote)

    response = client.get(citation.permalink)

    assert response.headers["content-type"].startswith("text/html")
    assert re.findall(r"<mark[^>]*>(.*?)</mark>", response.text) == [quote]
    assert response.text.count('id="quote"') == 1
    assert "15 January 2019" in response.text


def test_span_across_blocks_is_highlighted_in_each(
    client: TestClient, chat: FakeChatService
) -> None:
    start = REPORT.index("The price")
    end = REPORT.index("nearer to home")

    page = client.get(f"/sources/{chat.documents[0].id}?start={start}&end={end}").text

    assert re.findall(r"<mark[^>]*>(.*?)</mark>", page) == [
        "The price was $70 billion.",
        "What it wants",
        "Patients are seen ",
    ]
    assert page.count('id="quote"') == 1


@pytest.mark.parametrize("span", ["start=5&end=5", "start=9&end=1", f"start=0&end={10**30}", ""])
def test_odd_span_still_gives_the_page(
    client: TestClient, chat: FakeChatService, span: str
) -> None:
    response = client.get(f"/sources/{chat.documents[1].id}?{span}")

    assert response.status_code == 200
    assert "still under way" in unescape(response.text)


def test_page_escapes_everything_from_a_document(client: TestClient, chat: FakeChatService) -> None:
    hostile = make_document(
        "hostile",
        f"# {HOSTILE}\n\n{HOSTILE}\n\n- {HOSTILE}\n\n| {HOSTILE} |",
        title=HOSTILE,
        authors=(HOSTILE,),
        publisher=HOSTILE,
        url="javascript:alert(3)",
        provenance={HOSTILE: HOSTILE},
    )
    chat.documents.append(hostile)

    page = client.get(f"/sources/{hostile.id}?start=0&end=20").text

    assert "<script>alert" not in page
    assert '<img src="//evil' not in page
    assert "javascript:" not in page


def test_permalink_keeps_working_for_a_template_character(
    client: TestClient, chat: FakeChatService
) -> None:
    chat.documents[0] = replace(
        chat.documents[0], metadata=replace(chat.documents[0].metadata, title="$title ${body} $$")
    )

    page = client.get(f"/sources/{chat.documents[0].id}").text

    assert "<h1>$title ${body} $$</h1>" in page


def test_a_source_says_what_tells_it_apart_and_what_of_it_is_missing(tmp_path: Path) -> None:
    chat = FakeChatService()
    document = chat.documents[0]
    metadata = replace(document.metadata, place="2019/<report>.md", fidelity=0.71)
    chat.documents[0] = replace(document, metadata=metadata)
    caution = "Only 71% of the words of this source could be read; compare it."
    with TestClient(create_app(make_settings(tmp_path), chat)) as client:
        listed = client.get("/api/sources").json()["sources"]
        page = client.get(f"/sources/{document.id}").text
    assert (listed[0]["place"], listed[0]["caution"], listed[0]["fidelity"]) == (
        "2019/<report>.md",
        caution,
        0.71,
    )
    assert (listed[1]["place"], listed[1]["caution"], listed[1]["fidelity"]) == (None, None, None)
    assert "2019/&lt;report&gt;.md" in page
    assert f'<p class="notice" role="note">{caution}</p>' in page
