"""`sync.toml`, listings, spellings of addresses and the command around a round."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from ingest.errors import LoadError, SyncPlanError, TooLargeError
from ingest.loaders.limits import LoadLimits
from ingest.report import IngestReport
from ingest.sandbox import Sandbox
from ingest.sync import cli
from ingest.sync.canonical import stated_address, without_tracking
from ingest.sync.cli import pause_s
from ingest.sync.listings import PARSER, parse
from ingest.sync.plan import SyncPlan, read_plan, with_variables
from ingest.sync.report import SyncReport, Told
from vectorstore.errors import StoreLockedError
from vectorstore.runs import RunKind, list_runs

APP = typer.Typer()
APP.command()(cli.command)


def written(folder: Path, text: str) -> Path:
    path = folder / "sync.toml"
    path.write_text(text)
    return path


def test_a_plan_is_read_with_folders_beside_it(tmp_path: Path) -> None:
    plan = read_plan(
        written(tmp_path, 'grace = "2d"\n[[source]]\nname = "n"\nfolder = "notes"\ngrace = "1h"\n')
    )
    assert plan.source[0].folder == tmp_path / "notes"
    assert (plan.grace, plan.grace_of(plan.source[0])) == (timedelta(days=2), timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "source: Field required."),
        ("[[source]", "is not valid TOML"),
        ('[[source]]\nname = "a"\n', "source 'a': it needs exactly one of folder, sitemap"),
        ('[[source]]\nname = "a"\nfeed = "x"\npages = ["y"]\n', "exactly one of"),
        ('[[source]]\nname = "a"\nfeed = "x"\nurl = "y"\n', "source 'a'.url: Extra inputs"),
        ('[[source]]\nname = "a"\nfeed = "x"\nevery = "soon"\n', "is written like"),
        ('[[source]]\nname = "a"\nfeed = "x"\n' * 2, "wo sources have the same name: a"),
        ('[[source]]\nname = "a"\nloader = "os.system"\n', "source 'a'.loader"),
        ('[[source]]\nname = "a"\nfeed = "x"\ngroups = ["?"]\n', "source 'a'.groups: '\\?' is no"),
        ('[[source]]\nname = "a"\nfeed = "x"\ngroups = "deals"\n', "source 'a'.groups"),
    ],
)
def test_a_wrong_plan_says_where_and_what(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SyncPlanError, match=said.replace("(", r"\(")):
        read_plan(written(tmp_path, text))


def test_secrets_come_from_variables() -> None:
    arguments = {"token": {"env": "T"}, "more": {"deep": {"env": "T"}}, "n": 1}
    assert with_variables(arguments, {"T": "x"}) == {"token": "x", "more": {"deep": "x"}, "n": 1}
    with pytest.raises(SyncPlanError, match="The variable T is not set"):
        with_variables(arguments, {})


def test_tracking_goes_and_everything_else_of_an_address_stays() -> None:
    assert without_tracking("https://e.org/a?utm_source=x&id=3&fbclid=1#f") == (
        "https://e.org/a?id=3#f"
    )
    assert without_tracking("https://e.org/a?ref=1&source=b") == "https://e.org/a?ref=1&source=b"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("https://e.org/a", "https://e.org/a"),
        ("/a/", "https://e.org/a/"),
        ("https://www.e.org/a", "https://www.e.org/a"),
        ("https://e.org/", None),
        ("https://other.org/a", None),
        ("https://[broken", None),
    ],
)
def test_only_another_spelling_of_a_page_is_believed(stated: str, expected: str | None) -> None:
    page = f'<html><head><link href="{stated}" rel="canonical"></head>'.encode()
    assert stated_address(page, "https://e.org/a?print=1") == expected


def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * 3_000_000)
    with pytest.raises(TooLargeError):
        parse(bomb, "sitemap", LoadLimits(file_bytes=1_000_000))


def test_entities_of_a_sitemap_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("https://e.org/secret")
    listing = (
        f'<!DOCTYPE urlset [<!ENTITY x SYSTEM "file://{secret}">]>'
        "<urlset><url><loc>&x;</loc></url><url><loc>https://e.org/a</loc></url></urlset>"
    )
    found = json.loads(parse(listing.encode(), "sitemap", LoadLimits()).text)
    assert [each["address"] for each in found["entries"]] == ["https://e.org/a"]


def test_listings_are_read_in_a_process_of_their_own() -> None:
    with Sandbox(LoadLimits(), parser=PARSER) as sandbox:
        plain = sandbox.parse(b"https://e.org/a\nhttps://e.org/b\n", "sitemap")
        with pytest.raises(LoadError, match="It is not XML"):
            sandbox.parse(b"<urlset>", "sitemap")
    assert len(json.loads(plain.text)["entries"]) == 2


def test_rounds_keep_their_period_and_differ_by_chance() -> None:
    assert pause_s(3_600, 600, 0.0) == 3_000
    assert pause_s(3_600, 600, 1.0) == 3_300
    assert pause_s(3_600, 9_999, 0.0) == 0
    assert pause_s(86_400, 0, 1.0) == 86_700


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (SyncReport(), 0),
        (SyncReport(new=["a"]), 0),
        (SyncReport(failed=[Told("a", "x")]), 1),
        (SyncReport(refused=[Told("a", "x")]), 1),
        (SyncReport(postponed=[Told("a", "x")]), 1),
    ],
)
def test_cron_learns_from_the_exit_code(
    report: SyncReport, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "_synced", lambda *_: report)
    done = CliRunner().invoke(APP, ["--quiet"])
    assert done.exit_code == code
    assert bool(done.stdout) == (code == 1 or report.has_changes)


def test_a_second_sync_and_a_wrong_plan_have_codes_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = CliRunner().invoke(APP, [str(tmp_path / "none.toml")])
    assert (missing.exit_code, "docs/sync.md" in missing.stderr) == (2, True)
    assert CliRunner().invoke(APP, ["--every", "5s"]).exit_code == 2

    def locked(*_: object) -> SyncReport:
        raise StoreLockedError("another sync is running")

    monkeypatch.setattr(cli, "_synced", locked)
    assert CliRunner().invoke(APP, []).exit_code == 75


def test_a_process_that_runs_for_ever_ends_well_when_it_is_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rounds: list[int] = []

    def one(plan: object, *_: object) -> SyncReport:
        rounds.append(1)
        if len(rounds) == 2:
            raise KeyboardInterrupt
        return SyncReport()

    monkeypatch.setattr(cli, "_synced", one)
    monkeypatch.setattr(cli, "pause_s", lambda *_: 0.0)
    done = CliRunner().invoke(APP, ["--every", "1h"])
    assert (done.exit_code, len(rounds)) == (0, 2)
    assert "0 new" in done.stdout


def test_the_example_of_the_docs_is_a_plan() -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / "sync.md"
    import tomllib

    example = page.read_text().split("```toml\n")[1].split("```")[0]
    plan = SyncPlan.model_validate(tomllib.loads(example))
    assert [each.kind for each in plan.source] == ["folder", "sitemap", "feed", "pages", "loader"]


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (SyncReport(ingest=IngestReport(added=["/a.md"])), ["done"]),
        (SyncReport(), []),
        (StoreLockedError("an ingest is running"), []),
        (OSError("The disk is full"), ["failed"]),
        (KeyboardInterrupt(), ["stopped"]),
    ],
)
def test_a_round_that_had_work_to_do_is_a_run_of_the_history(
    outcome: SyncReport | BaseException,
    told: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ACCORD_DATA_DIR", str(tmp_path / "data"))
    plan = tmp_path / "sync.toml"
    plan.write_text('[[source]]\nname = "a"\nfolder = "."\n')

    def run(_: object) -> SyncReport:
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    monkeypatch.setattr("ingest.sync.round.Round.run", run)
    CliRunner().invoke(APP, [str(plan)])
    runs = list_runs(tmp_path / "data")
    assert [each.state for each in runs] == told
    assert all(each.request.kind is RunKind.SYNC for each in runs)
