"""Conversations are kept, found again by their owners, erased, and freed of erased documents."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from app.conversations.records import as_messages
from app.conversations.redaction import ERASED_MESSAGE, without_document
from app.conversations.store import FILE_NAME, ConversationStore
from app.errors import ConversationStoreError
from app.types import AnswerStatus, Claim
from tests.builders_web import INTERVIEW, make_abstention, make_answer, make_document

VISITOR = "a" * 32
OTHER = "b" * 32


@pytest.fixture(scope="module")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains of a missing XDG_RUNTIME_DIR on import
        pgserver = pytest.importorskip("pgserver", reason="pgserver is not installed")
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    server = pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ConversationStore]:
    if request.param == "sqlite":
        store = ConversationStore.in_folder(tmp_path / "made" / "on demand")
    else:
        store = ConversationStore(request.getfixturevalue("postgres_url"))
        store.purge(older_than=timedelta(days=-1))
    yield store
    store.close()


def test_answer_comes_back_as_it_was_given(store: ConversationStore) -> None:
    for answer in (make_answer(), make_abstention()):
        stored = store.append(answer, visitor=VISITOR)

        assert stored.answer == replace(answer, id=stored.answer.id)
        assert store.answer(stored.answer.id, visitor=VISITOR) == stored


def test_ids_are_fresh_and_unguessable(store: ConversationStore) -> None:
    stored = [store.append(make_answer(), visitor=None) for _ in range(20)]

    ids = {one.answer.id for one in stored} | {one.conversation_id for one in stored}
    assert len(ids) == 40
    assert all(len(one) == 32 and set(one) <= set("0123456789abcdef") for one in ids)


def test_turns_keep_their_order(store: ConversationStore) -> None:
    first = store.append(make_answer("One?"), visitor=VISITOR)
    for question in ("Two?", "Three?"):
        store.append(make_answer(question), visitor=VISITOR, conversation_id=first.conversation_id)

    conversation = store.conversation(first.conversation_id, visitor=VISITOR)

    assert conversation is not None
    assert conversation.title == "One?"
    assert [one.question for one in conversation.answers] == ["One?", "Two?", "Three?"]
    assert conversation.updated >= conversation.created
    assert conversation.created.tzinfo is not None


def test_another_visitor_sees_and_erases_nothing(store: ConversationStore) -> None:
    stored = store.append(make_answer(), visitor=VISITOR)

    for stranger in (OTHER, None):
        assert store.conversation(stored.conversation_id, visitor=stranger) is None
        assert store.answer(stored.answer.id, visitor=stranger) is None
        assert not store.delete(stored.conversation_id, visitor=stranger)
    assert store.conversations(visitor=OTHER) == []
    assert store.answer(stored.answer.id, visitor=VISITOR) == stored


def test_conversation_without_visitor_is_reached_by_its_id(store: ConversationStore) -> None:
    stored = store.append(make_answer(), visitor=None)

    assert store.conversation(stored.conversation_id, visitor=OTHER) is not None
    assert store.conversations(visitor=OTHER) == []


@pytest.mark.parametrize("bad", ["", "0", "\x00", "' OR 1=1 --", "A" * 32, "0" * 33])
def test_id_of_another_form_is_unknown(store: ConversationStore, bad: str) -> None:
    assert store.conversation(bad, visitor=None) is None
    assert store.answer(bad, visitor=None) is None
    assert not store.delete(bad, visitor=None)


def test_list_has_the_latest_first(store: ConversationStore) -> None:
    old = store.append(make_answer("Old?"), visitor=VISITOR)
    store.append(make_answer("New?"), visitor=VISITOR)
    store.append(make_answer("More"), visitor=VISITOR, conversation_id=old.conversation_id)

    assert [one.title for one in store.conversations(visitor=VISITOR)] == ["Old?", "New?"]


def test_deleted_conversation_leaves_no_words_in_the_files(tmp_path: Path) -> None:
    store = ConversationStore.in_folder(tmp_path)
    stored = store.append(make_answer("Xylophone strategy?"), visitor=VISITOR)

    assert store.delete(stored.conversation_id, visitor=VISITOR)

    assert store.answer(stored.answer.id, visitor=VISITOR) is None
    store.close()
    assert _words_in_files(tmp_path, "Xylophone") == 0


def test_appending_to_a_deleted_conversation_fails_cleanly(store: ConversationStore) -> None:
    stored = store.append(make_answer(), visitor=VISITOR)
    store.delete(stored.conversation_id, visitor=VISITOR)

    with pytest.raises(ConversationStoreError, match="deleted meanwhile"):
        store.append(make_answer(), visitor=VISITOR, conversation_id=stored.conversation_id)


def test_purge_erases_what_is_older(store: ConversationStore) -> None:
    stored = store.append(make_answer(), visitor=VISITOR)

    assert store.purge(older_than=timedelta(days=1)) == 0
    assert store.purge(older_than=timedelta(days=-1)) == 1
    assert store.answer(stored.answer.id, visitor=VISITOR) is None


def test_forgotten_document_leaves_no_words_in_the_files(tmp_path: Path) -> None:
    store = ConversationStore.in_folder(tmp_path)
    interview = make_document("interview", INTERVIEW)
    cited = store.append(make_answer(), visitor=VISITOR)
    near = store.append(make_abstention(), visitor=VISITOR)
    assert _words_in_files(tmp_path, "still under way") > 0

    assert store.forget_document(interview.id) == 1
    assert store.forget_document(interview.id) == 0
    assert store.forget_document(make_document().id) == 2

    for stored in (cited, near):
        found = store.answer(stored.answer.id, visitor=VISITOR)
        assert found is not None
        assert (found.answer.claims, found.answer.citations) == ((), ())
        assert found.answer.near_misses == ()
    store.close()
    for words in ("still under way", "chain of pharmacies", "whether it pays"):
        assert _words_in_files(tmp_path, words) == 0


def test_redacted_answer_is_numbered_from_one_and_partial() -> None:
    answer = make_answer()
    interview = next(one.document_id for one in answer.citations if one.n == 3)

    redacted = without_document(answer, answer.citations[0].document_id)

    assert redacted.status is AnswerStatus.PARTIAL
    assert [one.n for one in redacted.citations] == [1]
    assert redacted.citations[0].document_id == interview
    assert redacted.claims == (Claim(answer.claims[2].text, (1,)),)
    assert redacted.notes.disagreements == ()
    assert redacted.notes.newest is None
    assert all(interview in str(one["id"]) for one in redacted.receipt.passages)


def test_answer_of_which_nothing_is_left_says_so() -> None:
    answer = make_answer()
    claim = replace(answer.claims[0], citations=(1, 3))
    answer = replace(answer, claims=(claim,))

    redacted = without_document(answer, answer.citations[2].document_id)

    assert (redacted.status, redacted.message) == (AnswerStatus.ABSTAINED, ERASED_MESSAGE)
    assert redacted.citations == ()


def test_writers_in_many_threads_lose_nothing(store: ConversationStore) -> None:
    first = store.append(make_answer("0"), visitor=VISITOR)
    errors: list[Exception] = []

    def write(number: int) -> None:
        try:
            store.append(
                make_answer(str(number)), visitor=VISITOR, conversation_id=first.conversation_id
            )
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    conversation = store.conversation(first.conversation_id, visitor=VISITOR)
    assert errors == []
    assert conversation is not None
    assert {one.question for one in conversation.answers} == {str(n) for n in range(9)}


def test_store_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    ConversationStore.in_folder(tmp_path).close()
    engine = create_engine(f"sqlite:///{tmp_path / FILE_NAME}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE conversation_schema SET version = 99"))
    engine.dispose()

    with pytest.raises(ConversationStoreError, match=r"newer version of this program \(format 99"):
        ConversationStore.in_folder(tmp_path)


def test_unreadable_file_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"not a database " * 100)

    with pytest.raises(ConversationStoreError, match="could not be opened"):
        ConversationStore.in_folder(tmp_path)


def test_folder_that_cannot_be_made_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ConversationStoreError, match="cannot be made"):
        ConversationStore.in_folder(tmp_path / "file" / "below")


def test_stored_turn_reads_as_two_messages() -> None:
    user, assistant = as_messages(make_answer("What was bought?"))
    assert (user.role, user.content) == ("user", "What was bought?")
    assert assistant.content.startswith("A regional insurer bought a chain")
    assert as_messages(make_abstention())[1].content.startswith("The sources do not say")


def _words_in_files(folder: Path, words: str) -> int:
    return sum(path.read_bytes().count(words.encode()) for path in folder.iterdir())
