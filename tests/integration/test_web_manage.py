"""Sources sent over HTTP, with a real run behind it; edits that later ingests heed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from fastapi.testclient import TestClient

from app.access.scopes import Scope
from app.access.tokens import TokenStore
from app.audit.store import AuditStore, Wanted
from app.bootstrap import open_conversations
from app.commands.changing import edit_source, erase_sources, set_access, stated_values
from app.commands.runs import runs as list_command
from app.conversations.records import Channel
from app.settings import Settings
from app.sites import Site
from app.web.api import create_app
from ingest.config import IngestOptions
from ingest.recording import for_whom
from tests.builders import make_document
from tests.builders_service import build_library
from tests.builders_web import FakeChatService, make_abstention, make_answer, make_settings
from tests.integration.test_hostile_files import lying_zip, zipped
from tests.live_server import until
from tests.store_trials import BEFORE, Store, write_folder
from vectorstore.errors import UnknownDocumentError
from vectorstore.maintenance import edit_source as edit
from vectorstore.maintenance import remove_sources
from vectorstore.runs import RunFolder, RunKind, RunRequest, RunState, read_run
from vectorstore.types import Audience, document_id

TOKEN = "an-admin-token-of-a-test"
ADMIN = {"Authorization": f"Bearer {TOKEN}"}
ARTICLE = b"# Harbour trade\n\nThe harbour of Hove took in 4,000 ships in 1921, said the mayor.\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    site = Site(key="pk-intranet-0001", origins=("https://intranet.example.org",))
    return make_settings(tmp_path / "data", admin_token=TOKEN, sites=(site,))


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings, FakeChatService())) as client:
        yield client


def finished(client: TestClient, run: dict[str, Any]) -> dict[str, Any]:
    def is_over() -> bool:
        state = client.get(f"/api/runs/{run['id']}", headers=ADMIN).json()["state"]
        return state not in {"running", "waiting"}

    until(is_over, patience_s=120)
    found: dict[str, Any] = client.get(f"/api/runs/{run['id']}", headers=ADMIN).json()
    return found


def names(refs: list[dict[str, str]]) -> list[str]:
    return sorted(ref["name"] for ref in refs)


def test_hostile_files_are_refused_one_by_one_and_a_dry_run_serves_nothing(
    client: TestClient, settings: Settings
) -> None:
    sent = [
        ("../../../harbour.md", ARTICLE),
        ("bomb.docx", zipped(("word/document.xml", bytes(30_000_000)))),
        ("lying.docx", lying_zip()),
        ("program.pdf", b"MZ\x90\x00" + bytes(400)),
        ("text.md", b"\x7fELF\x02\x01\x01\x00"),
        ("empty.md", b""),
        ("sources.toml", b'["harbour.md"]\ntitle = "Planted"\n'),
        ("harbour.md", b"# Another\n\nOf the same name.\n"),
    ]
    run = client.post(
        "/api/sources",
        headers=ADMIN,
        files=[("files", each) for each in sent],
        data={"dry_run": "true", "urls": ["file:///etc/passwd", "http://127.0.0.1:9/x"]},
    )
    assert run.status_code == 202, run.text
    turned_away = {one["name"]: one["reason"] for one in run.json()["turned_away"]}
    assert turned_away.keys() == {"empty.md", "sources.toml", "harbour.md", "file:///etc/passwd"}

    over = finished(client, run.json())
    assert over["state"] == "done", over
    assert names(over["report"]["added"]) == ["harbour.md"]
    bad = ["bomb.docx", "http://127.0.0.1:9/x", "lying.docx", "program.pdf", "text.md"]
    assert names(over["report"]["refused"]) == bad
    assert all(one["text"] for one in over["report"]["refused"])
    (added,) = over["report"]["added"]
    prepared = client.get(f"/api/runs/{over['id']}/prepared/{added['id']}", headers=ADMIN).json()
    assert prepared["title"] == "Harbour trade"
    assert Path(prepared["uri"]).parts[-2:] == ("uploads", "harbour.md")
    original = client.get(f"/api/runs/{over['id']}/files/harbour.md", headers=ADMIN)
    assert original.content == ARTICLE
    assert original.headers["content-security-policy"].startswith("sandbox")
    assert client.get("/api/admin/sources", headers=ADMIN).json()["sources"] == []
    assert not (settings.data_dir / "uploads").exists()
    assert not (settings.data_dir.parent / "harbour.md").exists()

    events = client.get(f"/api/runs/{over['id']}/events", headers=ADMIN).text
    assert events.startswith("event: over")
    assert json.loads(events.splitlines()[1].removeprefix("data: ")) == over
    assert client.delete(f"/api/runs/{over['id']}", headers=ADMIN).status_code == 204
    assert client.get(f"/api/runs/{over['id']}", headers=ADMIN).status_code == 404


@pytest.mark.parametrize(
    "name", ["...", "%2e%2e%2frequest.json", "request.json", "..%2f..%2fcatalog.db", "a\\b"]
)
def test_files_of_a_run_are_those_that_were_sent(
    client: TestClient, settings: Settings, name: str
) -> None:
    folder = RunFolder.create(settings.data_dir)
    folder.open(RunRequest(RunKind.INGEST, ("a.md",)))
    folder.end(RunState.DONE)
    for kind in ("files", "prepared"):
        found = client.get(f"/api/runs/{folder.id}/{kind}/{name}", headers=ADMIN)
        assert found.status_code == 404, found.text


@pytest.mark.parametrize(
    ("files", "data", "told"),
    [
        ([], {}, "at least one file"),
        ([("files", ("a.md", b""))], {}, "a.md: The file is empty."),
        ([], {"urls": "ftp://example.org/"}, "begins with http"),
        ([], {"urls": "/etc/passwd"}, "begins with http"),
        ([], {"urls": "https://example.org/", "dry_run": "perhaps"}, "dry_run"),
        ([("files", (f"{n}.md", b"x")) for n in range(201)], {}, "At most 200 files"),
    ],
)
def test_what_cannot_begin_says_why_and_leaves_nothing(
    client: TestClient, settings: Settings, files: Any, data: Any, told: str
) -> None:
    response = client.post("/api/sources", headers=ADMIN, files=files, data=data)
    assert response.status_code == 422
    assert told in response.text
    runs = settings.data_dir / "runs"
    assert not runs.exists() or list(runs.iterdir()) == []


def test_a_name_that_is_taken_is_turned_away_unless_it_is_to_be_replaced(
    client: TestClient, settings: Settings
) -> None:
    (settings.data_dir / "uploads").mkdir(parents=True)
    (settings.data_dir / "uploads" / "a.md").write_bytes(b"# Old\n")
    response = client.post("/api/sources", headers=ADMIN, files=[("files", ("a.md", b"# New\n"))])
    assert response.status_code == 422
    assert "another source of this name" in response.text
    assert (settings.data_dir / "uploads" / "a.md").read_bytes() == b"# Old\n"


def test_an_upload_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, admin_token=TOKEN, max_upload_bytes=1_000_000)
    with TestClient(create_app(settings, FakeChatService())) as client:
        large = [("files", ("a.md", b"x" * 1_100_000))]
        assert client.post("/api/sources", headers=ADMIN, files=large).status_code == 413


def test_changes_need_a_token_also_where_asking_needs_none(
    client: TestClient, settings: Settings
) -> None:
    store = open_conversations(settings)
    site = {"Accord-Key": "pk-intranet-0001", "Origin": "https://intranet.example.org"}
    changes = [
        ("POST", "/api/sources"),
        ("DELETE", f"/api/sources/{'0' * 16}"),
        ("PATCH", f"/api/sources/{'0' * 16}"),
        ("GET", "/api/runs"),
        ("GET", "/api/admin/sources"),
    ]
    for headers in ({}, site, {"Authorization": "Bearer sk-something"}):
        for method, path in changes:
            assert client.request(method, path, headers=headers).status_code == 401, (method, path)
    assert client.get("/api/sources").status_code == 200

    reader, _ = TokenStore(store.engine).create("reader", [Scope.SOURCES, Scope.ASK])
    writer, _ = TokenStore(store.engine).create("writer", [Scope.INGEST])
    store.close()
    for method, path in changes:
        asked = {"Authorization": f"Bearer {reader}"}
        assert client.request(method, path, headers=asked).status_code == 403
    changed = {"Authorization": f"Bearer {writer}"}
    assert client.get("/api/runs", headers=changed).status_code == 200
    assert client.delete(f"/api/sources/{'0' * 16}", headers=changed).status_code == 404
    assert client.get("/api/admin/sources", headers=changed).status_code == 403


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "data") as store:
        write_folder(tmp_path / "articles", BEFORE)
        store.ingest(tmp_path / "articles")
        yield store


def metadata_of(store: Store, uri: str) -> Any:
    with store.catalog.read() as reader:
        return next(each for each in reader.documents() if each.uri == uri).metadata


def test_what_is_stated_is_served_at_once_and_after_later_ingests(
    library: Store, tmp_path: Path
) -> None:
    uri = str((tmp_path / "articles" / "beta.md").resolve())
    stated = stated_values(["title=A better title", "authors=Ann Lee; Bo", "published=2019-03"])
    lock = library.settings.lock_path
    told = edit(library.catalog, library.generations, lock, uri, stated, library.embedder)
    assert told == uri
    for number in range(3):
        known = metadata_of(library, uri)
        assert (known.title, known.authors) == ("A better title", ("Ann Lee", "Bo"))
        assert known.published == date(2019, 3, 1)
        assert known.provenance["title"] == "edited"
        assert library.problems() == ()
        report = library.ingest(tmp_path / "articles", force=number == 1)
    assert len(report.unchanged) == 4

    library.catalog.set_edits(uri, {})
    library.ingest(tmp_path / "articles")
    assert metadata_of(library, uri).title == "Note beta"


def test_edits_go_with_the_source_that_is_erased(library: Store, tmp_path: Path) -> None:
    uri = str((tmp_path / "articles" / "beta.md").resolve())
    lock = library.settings.lock_path
    for each in (uri, str((tmp_path / "articles" / "delta.md").resolve())):
        edit(library.catalog, library.generations, lock, each, {"title": "T"}, library.embedder)
    remove_sources(library.catalog, library.generations, lock, [uri])
    assert [Path(each).name for each in library.catalog.edits()] == ["delta.md"]
    with pytest.raises(UnknownDocumentError):
        edit(library.catalog, library.generations, lock, uri, {"title": "T"}, library.embedder)


def test_commands_record_what_they_did(
    library: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ACCORD_DATA_DIR", str(tmp_path / "data"))
    uri = str((tmp_path / "articles" / "beta.md").resolve())
    monkeypatch.setattr(
        "vectorstore.embedding.build.build_embedder", lambda *_, **__: library.embedder
    )
    edit_source(uri, ["title=A better title"], wait=True)
    erase_sources([uri], wait=False)
    with pytest.raises(typer.Exit) as ended:
        erase_sources([uri], wait=False)
    assert ended.value.exit_code == 1
    set_access([str((tmp_path / "articles" / "gamma.md").resolve())], ("deals",))
    kept = open_conversations(make_settings(tmp_path / "data"))
    log = [one.action for one in AuditStore(kept.engine).entries(Wanted())]
    kept.close()
    assert sorted(log) == ["edit sources", "erase sources", "set groups"]
    capsys.readouterr()
    list_command(limit=20)
    lines = [line.split()[1:3] for line in capsys.readouterr().out.splitlines() if "T" in line[:10]]
    edits = [["done", "edit"], ["done", "edit"]]  # the title, and who may see another one
    assert sorted(lines) == [*edits, ["done", "remove"], ["failed", "remove"]]


def test_use_is_counted_by_day(client: TestClient, settings: Settings) -> None:
    store = open_conversations(settings)
    now = datetime.now(UTC)
    for days, answer in ((0, make_answer()), (0, make_abstention()), (2, make_answer())):
        dated = replace(answer, created=now - timedelta(days=days))
        kept = store.append(dated, visitor=None, channel=Channel.WEB)
    assert kept is not None
    store.close()
    days = client.get("/api/admin/usage", headers=ADMIN).json()["days"]
    assert [(day["asked"], day["answered"], day["abstained"]) for day in days] == [
        (1, 1, 0),
        (2, 1, 1),
    ]
    assert days[1]["date"] == now.date().isoformat()
    recent = client.get(f"/api/admin/usage?since={now.date()}", headers=ADMIN).json()["days"]
    assert len(recent) == 1


def test_health_tells_what_is_stored_without_a_library(client: TestClient) -> None:
    health = client.get("/api/admin/health", headers=ADMIN).json()
    assert health["ready"] is True
    told = {one["subject"]: one for one in health["findings"]}
    assert told["library"]["level"] == "note"
    assert told["library"]["remedy"] == "Add the first sources."


def test_who_may_see_a_source_is_set_by_a_run(
    client: TestClient, library: Store, tmp_path: Path
) -> None:
    uri = str((tmp_path / "articles" / "beta.md").resolve())
    place = f"/api/sources/{document_id(uri)}"

    def listed() -> tuple[list[str], str | None]:
        sources = client.get("/api/admin/sources", headers=ADMIN).json()["sources"]
        (one,) = (each for each in sources if each["uri"] == uri)
        return one["groups"], one["groups_stated"]

    for groups, after in (
        (["legal", "deals"], (["deals", "legal"], "set by hand")),
        (None, (["deals", "legal"], "until the next ingest")),
        ([], ([], "set by hand")),
    ):
        run = client.patch(place, headers=ADMIN, json={"groups": groups})
        assert run.status_code == 202, run.text
        assert finished(client, run.json())["state"] == "done"
        assert listed() == after


@pytest.mark.parametrize("groups", [["?"], [""], "deals", ["x" * 201], ["a"] * 101])
def test_what_is_no_group_is_refused(client: TestClient, library: Store, groups: Any) -> None:
    (name, *_) = library.catalog.all_documents()
    response = client.patch(f"/api/sources/{name}", headers=ADMIN, json={"groups": groups})
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"].startswith("body.groups")


def test_uploads_are_for_the_groups_that_come_with_them_also_after_a_check(
    client: TestClient, settings: Settings
) -> None:
    started: list[list[str]] = []
    board = client.app.state.web.board  # type: ignore[attr-defined]
    board._program = ("true",)  # what the command does is tested above
    begin = board._start

    def watched(folder: Any, arguments: Any, operands: Any = ()) -> Any:
        started.append([*arguments])
        return begin(folder, arguments, operands)

    board._start = watched
    sent = client.post(
        "/api/sources",
        headers=ADMIN,
        files=[("files", ("a.md", ARTICLE))],
        data={"groups": ["legal", " deals ", ""], "dry_run": "true"},
    ).json()
    assert sent["groups"] == ["deals", "legal"]
    finished(client, sent)
    again = client.post(f"/api/runs/{sent['id']}/start", headers=ADMIN).json()
    assert again["groups"] == ["deals", "legal"]
    options = ["--group=deals", "--group=legal"]
    assert started == [["ingest", "--dry-run", *options], ["ingest", "--wait", *options]]


def test_a_token_with_groups_reaches_no_file_that_its_groups_do_not_see(
    client: TestClient, settings: Settings
) -> None:
    uploads = settings.data_dir / "uploads"
    hidden = make_document(str(uploads.resolve() / "a.md"), "Few read this note.")
    build_library(settings.data_dir, [hidden], {hidden.document.id: ("deals",)})
    uploads.mkdir()
    (uploads / "a.md").write_bytes(b"Few read this note.")
    store = open_conversations(settings)
    text, token = TokenStore(store.engine).create("w", [Scope.INGEST], groups=["sales"])
    store.close()
    bearer = {"Authorization": f"Bearer {text}"}
    for content in (b"# Planted\n", b"Few read this note."):
        sent = client.post(
            "/api/sources",
            headers=bearer,
            files=[("files", ("a.md", content))],
            data={"replace": "true", "groups": ["sales"]},
        )
        assert (sent.status_code, "cannot be taken" in sent.text) == (422, True), sent.text
    assert (uploads / "a.md").read_bytes() == b"Few read this note."
    place = f"/api/sources/{hidden.document.id}"
    for method, path, body in (
        ("DELETE", place, None),
        ("PATCH", place, {"groups": []}),
        ("POST", f"{place}/ingest", None),
    ):
        assert client.request(method, path, headers=bearer, json=body).status_code == 404

    folder = RunFolder.create(settings.data_dir)
    request = RunRequest(RunKind.INGEST, ("a",), owner=token.id, seen_by=("sales",))
    folder.open(request)
    folder.end(RunState.DONE)
    read = read_run(folder.path)
    assert read is not None
    assert (read.request, read.request.audience) == (request, Audience(frozenset({"sales"})))
    assert for_whom(IngestOptions(), folder.path).audience == Audience(frozenset({"sales"}))


def test_value_with_braces_is_refused_with_itself(client: TestClient) -> None:
    for value in ("}", "{", "{0} }{"):
        place = f"/api/sources/{'0' * 16}"
        response = client.patch(place, headers=ADMIN, json={"language": value})
        assert response.status_code == 422
        assert f"'{value}' is no code of a language" in response.json()["detail"]
