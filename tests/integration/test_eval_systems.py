"""Systems under test over a real ingest of a small corpus, and over real HTTP."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app.errors import NotReadyError, OverloadedError, QuestionEmptyError
from app.protocols import Readiness
from app.settings import Settings
from app.types import Message
from eval.errors import BusyError, DatasetError, NoAnswerError, SystemUnusableError
from eval.ranking import joined, last_turn, own, ranking
from eval.systems.accord_http import AccordOverHttp
from eval.systems.corpus import KEPT, Library, SourceNames, evaluation_folder, open_library
from eval.systems.in_process import InProcess
from eval.types import Case, Dataset, SourceText
from prompts.render import fingerprint
from tests.builders_web import (
    INTERVIEW,
    FakeChatService,
    make_abstention,
    make_document,
    make_settings,
)
from tests.live_server import LiveServer, serving
from tests.sample_library import borrow_models
from tests.scripted_model_server import Turn, scripted

CORPUS = (
    SourceText(
        "ferry",
        "Quillon and Marbeth",
        "Quillon and Marbeth agreed on 3 June 2024 to run nine ferries together.",
    ),
    SourceText("haven", "Haven", "Haven was founded by Amazon. Haven closed in February 2021."),
    SourceText(
        "twin", "Haven again", "Haven was founded by Amazon. Haven closed in February 2021."
    ),
    SourceText("void", "Nothing", "\n"),
    SourceText("rail", "Ostia", "Ostia Rail bought forty trains from Brumm in 2018."),
)
CLOSED = Case("closed", "When did Haven close?", relevant={"twin": 1})
DATASET = Dataset("Small set", (CLOSED,), corpus=CORPUS)


@pytest.fixture(scope="module")
def settings(
    sample_library: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    data_dir = borrow_models(sample_library[1], tmp_path_factory.mktemp("eval"))
    return make_settings(data_dir, embedding_runtime="onnx")  # starts quickest


@pytest.fixture(scope="module")
def library(settings: Settings) -> Library:
    return open_library(DATASET, settings)


@pytest.fixture(scope="module")
def product(library: Library) -> Iterator[InProcess]:
    system = InProcess.opened(library)
    yield system
    system.close()


def ingested_at(library: Library) -> int:
    return (library.settings.data_dir / "catalog.db").stat().st_ino


@pytest.mark.model
@pytest.mark.slow
class TestLibrary:
    def test_a_library_lies_below_the_data_folder_and_leaves_the_users_own_alone(
        self, library: Library, settings: Settings
    ) -> None:
        inside = library.settings.data_dir
        assert inside.parent == (evaluation_folder(settings) / "libraries").resolve()
        assert inside.name.startswith("small-set-")
        assert not (settings.data_dir / "catalog.db").exists()
        assert library.refused == {"void": "The file has no text in it."}
        assert library.passages == 3

    def test_equal_texts_are_one_document_with_both_names(self, library: Library) -> None:
        assert sorted(library.names.by_document.values()) == [
            ("ferry",),
            ("haven", "twin"),
            ("rail",),
        ]

    def test_the_next_run_ingests_nothing(self, library: Library, settings: Settings) -> None:
        before = ingested_at(library)
        told: list[str] = []
        again = open_library(
            replace(DATASET, cases=()), settings, progress=lambda stage, *_: told.append(stage)
        )
        assert again == library
        assert ingested_at(again) == before
        assert told == []

    def test_another_corpus_is_another_library(self, library: Library, settings: Settings) -> None:
        other = open_library(replace(DATASET, corpus=CORPUS[:1]), settings)
        assert other.settings.data_dir != library.settings.data_dir
        assert list(other.names.by_document.values()) == [("ferry",)]

    def test_a_half_done_ingest_is_made_anew(self, settings: Settings) -> None:
        dataset = replace(DATASET, name="Half", corpus=CORPUS[:2])
        first = open_library(dataset, settings)
        (first.settings.data_dir / KEPT).unlink()
        left = first.settings.data_dir / "files" / "99999.md"
        left.write_text("Left behind by a run that was stopped.", "utf-8")
        again = open_library(dataset, settings)
        assert again == first
        assert not left.exists()

    def test_fresh_ingests_again(self, settings: Settings) -> None:
        dataset = replace(DATASET, name="Fresh", corpus=CORPUS[:1])
        told: list[str] = []
        for fresh in (False, False, True):
            open_library(
                dataset, settings, fresh=fresh, progress=lambda stage, *_: told.append(stage)
            )
        assert told.count("index") >= 2

    def test_files_are_known_by_their_names(self, settings: Settings, tmp_path: Path) -> None:
        (tmp_path / "one.md").write_text("Brumm sells trains.", "utf-8")
        dataset = Dataset("Files", (), files=(str(tmp_path / "one.md"),))
        assert list(open_library(dataset, settings).names.by_document.values()) == [("one.md",)]

    def test_files_of_one_name_are_refused(self, settings: Settings, tmp_path: Path) -> None:
        for folder, text in (("a", "Brumm sells trains."), ("b", "Ostia buys trains.")):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / "one.md").write_text(text, "utf-8")
        with pytest.raises(DatasetError, match=r"Several files are called 'one\.md'"):
            open_library(Dataset("Twice", (), files=(str(tmp_path),)), settings)

    def test_a_corpus_of_nothing_is_refused(self, settings: Settings) -> None:
        dataset = Dataset("Empty", (), corpus=(SourceText("void", "Nothing", ""),))
        with pytest.raises(DatasetError, match="Nothing of the corpus of Empty .* void: "):
            open_library(dataset, settings)

    def test_a_dataset_without_sources_is_asked_of_the_users_own(
        self, sample_library: tuple[Path, Path]
    ) -> None:
        own_settings = make_settings(sample_library[1])
        opened = open_library(Dataset("Own", (CLOSED,)), own_settings)
        assert opened.settings is own_settings
        assert ("haven.md",) in opened.names.by_document.values()


@pytest.mark.model
@pytest.mark.slow
class TestInProcess:
    def test_an_answer_names_sources_shows_passages_and_has_exact_quotes(
        self, product: InProcess
    ) -> None:
        said = product.ask(CLOSED)
        assert said.status == "answered"
        assert "February 2021" in said.text
        citation = said.citations[0]
        assert citation.source == "twin"  # of two equal texts the one that the case judges
        assert citation.is_exact
        assert any(
            each.source == "twin" and "closed in February 2021" in each.text
            for each in said.passages
        )
        scores = [each.score for each in said.passages]
        assert scores == sorted(scores, reverse=True)
        assert said.answerability == said.receipt["answerability"]
        assert said.seconds is not None

    def test_an_abstention_has_no_claims(self, product: InProcess) -> None:
        said = product.ask(Case("c", "Who won the chess championship in Reykjavik?"))
        assert said.abstained
        assert said.claims == said.citations == ()
        assert said.message
        assert said.passages

    def test_the_conversation_is_read(self, product: InProcess) -> None:
        history = (Message("user", "Who founded Haven?"), Message("assistant", "Amazon did."))
        said = product.ask(Case("c", "When did it close?", history))
        assert "February 2021" in said.text

    def test_a_case_can_be_restricted_to_some_sources(self, product: InProcess) -> None:
        said = product.ask(replace(CLOSED, within=("ferry", "rail")))
        assert {each.source for each in said.passages} <= {"ferry", "rail"}
        assert said.passages

    def test_a_case_restricted_to_what_is_not_there_gets_no_answer(
        self, product: InProcess
    ) -> None:
        with pytest.raises(NoAnswerError, match=r"restricted to \(void\)"):
            product.ask(replace(CLOSED, within=("void",)))

    def test_settings_say_what_the_answers_depend_on(
        self, product: InProcess, library: Library
    ) -> None:
        assert product.name == "extractive"
        assert product.settings["embedder"] == library.embedder
        assert product.settings["pipeline"] == library.pipeline
        assert len(product.settings["code"]) == 12

    def test_a_chat_model_is_measured_with_its_tokens_prompts_and_cost(
        self, library: Library
    ) -> None:
        with scripted(Turn("Haven closed in February 2021.")) as server:
            settings = library.settings.model_copy(
                update={
                    "model": "openai:scripted",
                    "model_base_url": f"{server.url}/v1",
                    "model_input_price": 2.0,
                    "model_output_price": 10.0,
                }
            )
            system = InProcess.opened(replace(library, settings=settings))
            said = system.ask(CLOSED)
            system.close()
        assert system.name == "model"
        assert f"rules:{fingerprint('rules')}" in system.settings["prompts"]
        assert [claim.text for claim in said.claims] == ["Haven closed in February 2021."]
        assert (said.input_tokens, said.output_tokens) == (100, 20)
        assert said.cost_usd == pytest.approx(0.0004)  # 100 x 2 / 1e6 + 20 x 10 / 1e6
        assert f"rules:{fingerprint('rules')}" in said.receipt["prompt_fingerprint"]

    def test_an_unknown_composer_is_refused_before_any_case(self, library: Library) -> None:
        with pytest.raises(SystemUnusableError, match="no composer named 'poet'"):
            InProcess.opened(library, composer="poet")

    def test_a_library_with_nothing_in_it_cannot_be_asked(self, tmp_path: Path) -> None:
        empty = Library(make_settings(tmp_path), SourceNames({}), "e", "p")
        with pytest.raises(SystemUnusableError, match="nothing has been ingested yet"):
            InProcess.opened(empty)

    def test_queries_are_made_in_three_ways_for_the_ranking(self, library: Library) -> None:
        case = replace(
            CLOSED, question="When did it close?", history=(Message("user", "What was Haven?"),)
        )
        assert last_turn(case).text == "When did it close?"
        assert joined(case).text == "What was Haven? When did it close?"
        assert own(case).backgrounds
        with ranking(library) as ranker:
            runs = [ranker.run([case], way)["closed"] for way in (joined, own)]
        assert [run[0] for run in runs] == ["twin", "twin"]


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (QuestionEmptyError(), NoAnswerError),
        (OverloadedError("full", retry_after_s=3), BusyError),
        (NotReadyError("no index"), SystemUnusableError),
    ],
    ids=["question", "overloaded", "not ready"],
)
def test_errors_of_the_service_are_sorted(raised: Exception, expected: type[Exception]) -> None:
    service = FakeChatService(error=raised)
    system = InProcess(service, SourceNames({}), composer="extractive", settings={})
    with pytest.raises(expected) as info:
        system.ask(CLOSED)
    assert type(info.value) is expected


def test_a_quote_that_does_not_stand_at_its_span_is_not_exact() -> None:
    service = FakeChatService()
    report = service.documents[0]
    service.documents[0] = replace(report, text="Something else. " * 20)
    system = InProcess(
        service, SourceNames({report.id: ("r",)}), composer="extractive", settings={}
    )
    said = system.ask(CLOSED)
    assert [(c.source, c.is_exact) for c in said.citations] == [
        ("r", False),
        ("r", False),
        (None, True),
    ]


# The service's report has another text than this one, but a title that nothing else has; its
# interview has another title, but this text.
SERVED = Dataset(
    "Served",
    (Case("c", "What was bought?"),),
    corpus=(
        SourceText("report", "Pharmacies as clinics", "Another text."),
        SourceText("interview", "Renamed since", INTERVIEW),
        SourceText("unknown", "Elsewhere", "Not in the service."),
    ),
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    with serving(make_settings(tmp_path)) as running:
        yield running


def over_http(server: LiveServer, **options: str) -> AccordOverHttp:
    return AccordOverHttp.opened(server.url, SERVED, timeout_s=10, **options)


def test_a_running_service_says_the_same_over_http(server: LiveServer) -> None:
    system = over_http(server)
    said = system.ask(SERVED.cases[0])
    system.close()
    assert system.name == f"{server.url}/api/chat"
    assert said.status == "answered"
    assert [c.source for c in said.citations] == ["report", "report", "interview"]
    assert all(c.is_exact for c in said.citations)
    assert said.claims[0].text == "A regional insurer bought a chain of pharmacies in January."
    assert [each.source for each in said.passages] == ["report", "interview"]
    assert said.answerability == 0.9


def test_address_may_name_the_chat_itself(server: LiveServer) -> None:
    system = AccordOverHttp.opened(f"{server.url}/api/chat", SERVED, timeout_s=10)
    assert system.name == f"{server.url}/api/chat"
    system.close()


def test_conversation_restriction_and_composer_reach_the_service(server: LiveServer) -> None:
    system = over_http(server, composer="extractive")
    history = (Message("user", "Who?"), Message("assistant", "An insurer."))
    system.ask(replace(SERVED.cases[0], history=history, within=("interview", "unknown")))
    system.close()
    (asked,) = server.chat.questions
    assert asked.history == history
    assert asked.composer == "extractive"
    interview = server.chat.documents[1]
    assert asked.filters.document_ids == (interview.id,)


def test_a_restriction_to_what_the_service_lacks_gets_no_answer(server: LiveServer) -> None:
    system = over_http(server)
    with pytest.raises(NoAnswerError, match="is in the service"):
        system.ask(replace(SERVED.cases[0], within=("unknown",)))
    system.close()


def test_abstentions_come_over_http(server: LiveServer) -> None:
    server.chat.replies["What was bought?"] = make_abstention()
    system = over_http(server)
    said = system.ask(SERVED.cases[0])
    system.close()
    assert said.abstained
    assert said.message is not None
    assert said.message.startswith("The sources do not say.")


def test_failures_of_the_service_are_sorted(server: LiveServer) -> None:
    system = over_http(server)
    server.chat.error = OverloadedError("full", retry_after_s=3)
    with pytest.raises(BusyError) as info:
        system.ask(SERVED.cases[0])
    assert info.value.retry_after_s == 3
    server.chat.error = QuestionEmptyError()
    with pytest.raises(NoAnswerError, match="answered 422"):
        system.ask(SERVED.cases[0])
    system.close()


def test_other_sources_are_other_settings(server: LiveServer) -> None:
    first = over_http(server)
    server.chat.documents.append(make_document("third", "A third text."))
    second = over_http(server)
    assert first.settings["sources"] != second.settings["sources"]
    first.close()
    second.close()


def test_a_service_that_is_not_ready_is_not_asked(server: LiveServer) -> None:
    server.chat.readiness = Readiness(False, "nothing has been ingested yet", None, 0)
    with pytest.raises(SystemUnusableError, match="nothing has been ingested yet"):
        over_http(server)


def test_a_server_that_is_no_accord_is_not_asked() -> None:
    stranger = httpx.MockTransport(lambda _: httpx.Response(200, json={"hello": 1}))
    with pytest.raises(SystemUnusableError, match="is not Accord's"):
        AccordOverHttp.opened("http://h:1", SERVED, timeout_s=1, transport=stranger)


def test_folders_of_evaluation_are_ignored_by_git(repo_root: Path) -> None:
    git = shutil.which("git")
    if git is None or not (repo_root / ".git").exists():
        pytest.skip("this is no checkout")
    folder = evaluation_folder(make_settings(Settings.model_fields["data_dir"].default))
    command = [git, "-C", str(repo_root), "check-ignore", "--quiet", str(folder)]
    assert subprocess.run(command, check=False).returncode == 0
