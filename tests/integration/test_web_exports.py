"""Answers and conversations as Markdown, DOCX and a page to print."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from fastapi.testclient import TestClient
from lxml import etree

from app.types import Claim
from app.web.api import create_app
from app.web.exports import MEDIA_TYPES, Format
from tests.builders_web import (
    FakeChatService,
    make_abstention,
    make_answer,
    make_citation,
    make_document,
    make_settings,
)
from tests.hostile_texts import HOSTILE_ADDRESSES, PAYLOADS

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


@pytest.fixture
def chat() -> FakeChatService:
    return FakeChatService()


@pytest.fixture
def client(chat: FakeChatService, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(make_settings(tmp_path), chat)) as client:
        client.get("/")
        yield client


def ask(client: TestClient, question: str = "What was bought?", **fields: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/api/chat", json={"question": question, **fields}).json()
    return answer


def two_turns(client: TestClient, chat: FakeChatService) -> str:
    chat.replies["Moon?"] = make_abstention("Moon?")
    first = ask(client)
    ask(client, "Moon?", conversation_id=first["conversation_id"])
    ask(client, "And now?", conversation_id=first["conversation_id"])
    return str(first["conversation_id"])


def test_markdown_of_an_answer_has_its_footnotes(client: TestClient) -> None:
    answer = ask(client)

    response = client.get(f"/api/answers/{answer['id']}/export?format=md")

    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="what-was-bought.md"'
    assert response.headers["cache-control"] == "no-store"
    text = response.text
    assert text.startswith("# What was bought?\n")
    assert "bought a chain of pharmacies in January.[^1] The price was \\$70 billion.[^2]" in text
    assert "*Sources differ on the status of the purchase.[^1][^3]*" in text
    assert "*Newest source used: 15 January 2019. Sources without a date: 1.*" in text
    note = re.search(r"^\[\^2\]: (.+)$", text, re.M)
    assert note is not None
    assert note[1].startswith(
        "A. Writer, B. Writer. Pharmacies as clinics. Example Review. 15 January 2019. "
        "“The price was \\$70 billion.” [cited passage](http://testserver/sources/"
    )
    assert note[1].endswith(" · [original](https://example.org/pharmacies)")


def test_notes_of_a_conversation_are_numbered_through(
    client: TestClient, chat: FakeChatService
) -> None:
    conversation = two_turns(client, chat)

    text = client.get(f"/api/conversations/{conversation}/export?format=md").text

    assert re.findall(r"^## (.+)$", text, re.M) == ["What was bought?", "Moon?", "And now?"]
    assert re.findall(r"^\[\^(\d+)\]:", text, re.M) == ["1", "2", "3", "4", "5", "6"]
    assert "in January.[^4] The price" in text
    assert "The sources do not say." in text
    assert "Near, but not an answer:\n\n- “Nobody knows yet whether it pays.” Pharmacies" in text


def test_word_file_has_real_footnotes_with_links(client: TestClient, chat: FakeChatService) -> None:
    conversation = two_turns(client, chat)

    response = client.get(f"/api/conversations/{conversation}/export?format=docx")

    assert response.headers["content-type"] == MEDIA_TYPES[Format.DOCX]
    document = docx.Document(io.BytesIO(response.content))
    headings = [one.text for one in document.paragraphs if one.style.name.startswith("Heading")]
    assert headings == ["What was bought?", "What was bought?", "Moon?", "And now?"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as package:
        body = etree.fromstring(package.read("word/document.xml"))
        notes = etree.fromstring(package.read("word/footnotes.xml"))
        links = etree.fromstring(package.read("word/_rels/footnotes.xml.rels"))
        settings = package.read("word/settings.xml").decode()
        types = package.read("[Content_Types].xml").decode()
    references = [one.get(f"{W}id") for one in body.iter(f"{W}footnoteReference")]
    # Three sentences and the disagreement of the first and third, twice.
    assert references == ["1", "2", "3", "1", "3", "4", "5", "6", "4", "6"]
    ids = [one.get(f"{W}id") for one in notes.iter(f"{W}footnote")]
    assert ids == ["-1", "0", "1", "2", "3", "4", "5", "6"]
    texts = ["".join(one.itertext()) for one in notes.iter(f"{W}footnote")]
    assert texts[3].startswith(" A. Writer, B. Writer. Pharmacies as clinics. Example Review.")
    targets = {one.get("Id"): one.get("Target") for one in links}
    used = [targets[one.get(f"{R}id")] for one in notes.iter(f"{W}hyperlink")]
    assert used[0].startswith("http://testserver/sources/")
    assert used[1] == "https://example.org/pharmacies"
    assert "footnotePr" in settings
    assert "footnotes+xml" in types
    # No paragraph of a note is left in the body.
    assert "Example Review" not in "".join(body.itertext())


def test_page_to_print_has_notes_and_needs_no_script(
    client: TestClient, chat: FakeChatService
) -> None:
    conversation = two_turns(client, chat)

    page = client.get(f"/conversations/{conversation}/print").text

    assert page.count('<li id="note-') == 6
    assert '<sup><a href="#note-4">4</a></sup>' in page
    assert "The sources do not say." in page


def test_hostile_texts_stay_texts_in_every_format(
    client: TestClient, chat: FakeChatService
) -> None:
    payloads = [*PAYLOADS, "\x00\x0b\x1f\ufffe and \ud83d".encode("utf-8", "replace").decode()]
    documents = [
        make_document(f"h{n}", one, title=one, authors=(one,), publisher=one,
                      url=HOSTILE_ADDRESSES[n % len(HOSTILE_ADDRESSES)])
        for n, one in enumerate(payloads)
    ]  # fmt: skip
    citations = tuple(
        make_citation(document, document.text, n=n) for n, document in enumerate(documents, 1)
    )
    answer = make_answer("<b>Q</b>", citations=citations, message="![x](//evil.example/m)")
    chat.replies["<b>Q</b>"] = replace(
        answer, claims=tuple(Claim(one.quote, (one.n,)) for one in citations)
    )
    path = f"/api/answers/{ask(client, '<b>Q</b>')['id']}/export?format="

    markdown = client.get(f"{path}md").text
    word = client.get(f"{path}docx").content
    page = client.get(path.replace("/api", "").replace("/export?format=", "/print")).text

    # Outside our own two links of a note, nothing opens a tag, a link or an image.
    ours = re.compile(r"\[(?:cited passage|original)\]\((https?://[^\s()<>]+)\)")
    assert all(one.startswith(("http://testserver/", "https://example.org/"))
               for one in ours.findall(markdown))  # fmt: skip
    rest = re.sub(r"\\.|\[\^\d+\]:?", "", ours.sub("", markdown))
    assert not re.search(r"[<>\[\]`!]", rest)
    assert len(docx.Document(io.BytesIO(word)).paragraphs) > 1
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        links = etree.fromstring(package.read("word/_rels/footnotes.xml.rels"))
    assert all(one.get("Target").startswith(("http://testserver/", "https://example.org/"))
               for one in links)  # fmt: skip
    tags = set(re.findall(r"<([a-z][a-z0-9-]*)", page))
    known = "html head meta title link script body header a img button main h1 p section sup ol li"
    assert tags <= {*known.split(), "span"}
    assert set(re.findall(r'<a href="([a-z]*):', page)) <= {"http", "https"}


@pytest.mark.parametrize(
    "path",
    [
        "/api/answers/{answer}/export?format=md",
        "/api/conversations/{conversation}/export?format=md",
        "/answers/{answer}/print",
        "/conversations/{conversation}/print",
    ],
)
def test_exports_of_another_visitor_do_not_exist(client: TestClient, path: str) -> None:
    answer = ask(client)
    address = path.format(answer=answer["id"], conversation=answer["conversation_id"])
    assert client.get(address).status_code == 200

    client.cookies.clear()

    assert client.get(address).status_code == 404


def test_unknown_format_is_refused(client: TestClient) -> None:
    answer = ask(client)

    response = client.get(f"/api/answers/{answer['id']}/export?format=pdf")

    assert response.status_code == 422
    assert "md" in response.json()["detail"]


def test_several_questions_stand_under_their_headings_and_courtesies_nowhere(
    client: TestClient, chat: FakeChatService
) -> None:
    answer = make_answer("Who bought it? For how much?")
    first, second, *_ = answer.claims
    chat.replies["Who bought it? For how much?"] = replace(
        answer,
        claims=(
            replace(first, heading="Who bought it?"),
            replace(second, heading="For how much?"),
        ),
        kind="several",
    )
    chat.replies["thanks"] = replace(make_abstention("thanks"), kind="courtesy", message="Welcome.")
    conversation = ask(client, "Who bought it? For how much?")["conversation_id"]
    ask(client, "thanks", conversation_id=conversation)
    path = f"/api/conversations/{conversation}/export?format=md"
    text = client.get(path).text
    assert "**Who bought it?**" in text
    assert "**For how much?**" in text
    assert "thanks" not in text


def test_links_lead_to_where_people_reach_the_server(tmp_path: Path) -> None:
    public = "https://accord.example.org/library"
    settings = make_settings(tmp_path, public_url=public)
    with TestClient(create_app(settings, FakeChatService())) as client:
        client.get("/")
        path = f"/api/answers/{ask(client)['id']}/export?format=md"
        links = re.findall(r"https?://[^/]*/[^ )]*sources/", client.get(path).text)
    assert links
    assert set(links) == {f"{public}/sources/"}
