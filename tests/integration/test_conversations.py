"""Conversations are kept, found again by their owners, erased, and freed of erased documents."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from sqlalchemy import create_engine, inspect, text

from app.conversations import erasing
from app.conversations.records import (
    Channel,
    Feedback,
    Rating,
    Reason,
    Usage,
    as_messages,
)
from app.conversations.redaction import ERASED_MESSAGE, without_document
from app.conversations.schema import SCHEMA_VERSION
from app.conversations.seen import SeenConversations
from app.conversations.store import FILE_NAME, ConversationStore
from app.errors import ConversationStoreError
from app.types import Answer, AnswerStatus, Claim, Lead
from tests.builders_web import (
    INTERVIEW,
    FakeChatService,
    make_abstention,
    make_answer,
    make_document,
)

VISITOR = "a" * 32
OTHER = "b" * 32
UP = Feedback(Rating.UP)
DOWN = Feedback(Rating.DOWN, (Reason.INCORRECT, Reason.OUTDATED), "The price was another.")

_TABLES = ("idempotency_keys", "feedback", "answer_documents", "answers", "conversations")
"""What refers to another one first."""
VERSION_1 = """
CREATE TABLE conversation_schema (version INTEGER NOT NULL PRIMARY KEY);
CREATE TABLE conversations (
    id VARCHAR(32) NOT NULL PRIMARY KEY, visitor VARCHAR(64), title TEXT NOT NULL,
    created {moment} NOT NULL, updated {moment} NOT NULL);
CREATE TABLE answers (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    conversation_id VARCHAR(32) NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    position INTEGER NOT NULL, status VARCHAR(16) NOT NULL, created {moment} NOT NULL,
    body TEXT NOT NULL);
CREATE UNIQUE INDEX answers_in_order ON answers (conversation_id, position);
CREATE TABLE answer_documents (
    answer_id VARCHAR(64) NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
    document_id VARCHAR(64) NOT NULL, PRIMARY KEY (answer_id, document_id));
INSERT INTO conversation_schema VALUES (1);
"""
"""The tables as the first version made them."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.campaign)])
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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.campaign)])
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the first version, with one answer in it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / FILE_NAME}"
        moment = "DATETIME"
    else:
        url = request.getfixturevalue("postgres_url").replace("postgresql:", "postgresql+psycopg:")
        moment = "TIMESTAMP WITH TIME ZONE"
    body = TypeAdapter(Answer).dump_json(make_abstention()).decode()
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in _TABLES:
            connection.execute(text(f"DROP TABLE IF EXISTS {table}"))
        connection.execute(text("DROP TABLE IF EXISTS conversation_schema"))
        for statement in VERSION_1.format(moment=moment).split(";\n")[:-1]:
            connection.execute(text(statement))
        connection.execute(
            text("INSERT INTO conversations VALUES (:id, NULL, 'Old?', :now, :now)"),
            {"id": "c" * 32, "now": "2026-11-22 12:00:00.000000"},
        )
        connection.execute(
            text("INSERT INTO answers VALUES (:id, :in, 1, 'abstained', :now, :body)"),
            {"id": "d" * 32, "in": "c" * 32, "now": "2026-11-22 12:00:00.000000", "body": body},
        )
    yield url
    engine.dispose()


def test_database_of_version_1_is_brought_up_to_date(old_url: str) -> None:
    for _ in range(2):  # the second opening finds nothing to do
        store = ConversationStore(old_url)
        [gap] = store.gaps()
        assert (gap.channel, gap.answer.question) == (Channel.WEB, make_abstention().question)
        assert store.rate("d" * 32, DOWN, visitor=VISITOR)
        stored = store.append(make_answer(), visitor=None, conversation_id="c" * 32)
        assert store.answer(stored.answer.id, visitor=None) == stored
        store.close()

    engine = create_engine(old_url)
    assert "answers_by_time" in {one["name"] for one in inspect(engine).get_indexes("answers")}
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT version FROM conversation_schema")) == SCHEMA_VERSION
        # A server of version 1 that still runs writes without the new column.
        connection.execute(
            text(
                "INSERT INTO answers (id, conversation_id, position, status, created, body) "
                "SELECT 'e', conversation_id, 9, status, created, body FROM answers "
                "WHERE position = 1"
            )
        )
        channel = connection.scalar(text("SELECT channel FROM answers WHERE id = 'e'"))
    engine.dispose()
    assert channel == "web"


def test_servers_that_open_one_database_together_all_succeed(old_url: str) -> None:
    errors: list[Exception] = []

    def open_store() -> None:
        try:
            ConversationStore(old_url).close()
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)

    threads = [threading.Thread(target=open_store) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []


def test_rating_is_changed_and_taken_back(store: ConversationStore) -> None:
    answer_id = store.append(make_answer(), visitor=VISITOR).answer.id
    assert store.rating(answer_id, visitor=VISITOR) is None

    for given in (UP, DOWN):
        assert store.rate(answer_id, given, visitor=VISITOR)
        assert store.rating(answer_id, visitor=VISITOR) == given
    assert store.usage().down == 1

    for _ in range(2):
        assert store.unrate(answer_id, visitor=VISITOR)
        assert store.rating(answer_id, visitor=VISITOR) is None
    assert store.gaps() == []


def test_stranger_neither_rates_nor_reads_a_rating(store: ConversationStore) -> None:
    answer_id = store.append(make_answer(), visitor=VISITOR).answer.id
    store.rate(answer_id, DOWN, visitor=VISITOR)

    for stranger in (OTHER, None):
        assert not store.rate(answer_id, UP, visitor=stranger)
        assert not store.unrate(answer_id, visitor=stranger)
        assert store.rating(answer_id, visitor=stranger) is None
    for unknown in ("0" * 32, "", "\x00"):
        assert not store.rate(unknown, UP, visitor=VISITOR)
        assert not store.unrate(unknown, visitor=VISITOR)
        assert store.rating(unknown, visitor=VISITOR) is None
    assert store.usage() == Usage(asked=1, answered=1, down=1)


def test_answer_without_owner_is_rated_once_a_visitor(store: ConversationStore) -> None:
    answer_id = store.append(make_answer(), visitor=None).answer.id

    for visitor in (VISITOR, OTHER, None, None):
        assert store.rate(answer_id, DOWN, visitor=visitor)

    assert store.usage().down == 3
    [gap] = store.gaps()
    assert gap.downs == (DOWN, DOWN, DOWN)


def test_ratings_in_many_threads_leave_one(store: ConversationStore) -> None:
    answer_id = store.append(make_answer(), visitor=VISITOR).answer.id
    threads = [
        threading.Thread(target=store.rate, args=(answer_id, given), kwargs={"visitor": VISITOR})
        for given in (UP, DOWN) * 4
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    usage = store.usage()
    assert usage.up + usage.down == 1


def test_gaps_are_refused_partial_and_disliked_answers_with_reasons(
    store: ConversationStore,
) -> None:
    first = store.append(make_answer("Good?"), visitor=VISITOR)
    store.rate(first.answer.id, UP, visitor=VISITOR)
    partial = replace(make_answer("Half?"), status=AnswerStatus.PARTIAL)
    store.append(
        partial,
        visitor=VISITOR,
        conversation_id=first.conversation_id,
        channel=Channel.SLACK,
    )
    store.append(make_abstention("Refused?"), visitor=None)
    bad = store.append(make_answer("Bad?"), visitor=VISITOR)
    store.rate(bad.answer.id, DOWN, visitor=VISITOR)

    gaps = {gap.answer.question: gap for gap in store.gaps(with_earlier=True)}

    assert {question: gap.reasons for question, gap in gaps.items()} == {
        "Half?": ("partial",),
        "Refused?": ("abstained",),
        "Bad?": ("thumbs_down", "incorrect", "outdated"),
    }
    assert {question: gap.channel for question, gap in gaps.items()} == {
        "Half?": Channel.SLACK,
        "Refused?": Channel.API,
        "Bad?": Channel.WEB,
    }
    assert [one.question for one in gaps["Half?"].earlier] == ["Good?"]
    assert gaps["Refused?"].earlier == ()
    assert store.usage() == Usage(asked=4, answered=2, partial=1, abstained=1, up=1, down=1)


def test_gaps_of_some_days_include_both_in_utc(store: ConversationStore) -> None:
    half_past_midnight = datetime(2026, 3, 2, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    moments = {
        "On the 1st?": half_past_midnight,  # 22:30 on 1 March in UTC
        "On the 2nd?": datetime(2026, 3, 2, tzinfo=UTC),
        "Late on the 3rd?": datetime(2026, 3, 3, 23, 59, 59, 999_999, tzinfo=UTC),
        "On the 4th?": datetime(2026, 3, 4, tzinfo=UTC),
    }
    for question, created in moments.items():
        store.append(replace(make_abstention(question), created=created), visitor=None)

    def asked(since: date | None, until: date | None) -> list[str]:
        assert store.usage(since=since, until=until).asked == len(
            store.gaps(since=since, until=until)
        )
        return [gap.answer.question for gap in store.gaps(since=since, until=until)]

    assert asked(None, None) == list(moments)
    assert asked(date(2026, 3, 2), date(2026, 3, 3)) == ["On the 2nd?", "Late on the 3rd?"]
    assert asked(date(2026, 3, 4), date.max) == ["On the 4th?"]
    assert asked(date.min, date(2026, 3, 1)) == ["On the 1st?"]


def test_erasing_a_conversation_erases_what_was_thought_of_it(tmp_path: Path) -> None:
    store = ConversationStore.in_folder(tmp_path)
    comment = Feedback(Rating.DOWN, comment="Marimba nonsense.")
    deleted, purged = (store.append(make_answer(), visitor=VISITOR) for _ in range(2))
    for stored in (deleted, purged):
        store.rate(stored.answer.id, comment, visitor=VISITOR)

    assert store.delete(deleted.conversation_id, visitor=VISITOR)
    assert store.usage().down == 1
    assert store.purge(older_than=timedelta(days=-1)) == 1

    assert store.usage() == Usage()
    store.close()
    assert _words_in_files(tmp_path, "Marimba") == 0


def test_forgotten_document_takes_comments_with_it_and_leaves_ratings(tmp_path: Path) -> None:
    store = ConversationStore.in_folder(tmp_path)
    comment = Feedback(Rating.DOWN, (Reason.INCORRECT,), "It says: still under way, marimba.")
    cited = store.append(make_answer(), visitor=VISITOR).answer.id
    unrelated = store.append(make_abstention(), visitor=VISITOR).answer.id
    for answer_id in (cited, unrelated):
        store.rate(answer_id, comment, visitor=VISITOR)

    store.forget_document(make_document("interview", INTERVIEW).id)

    assert store.rating(cited, visitor=VISITOR) == replace(comment, comment="")
    assert store.rating(unrelated, visitor=VISITOR) == comment
    store.unrate(unrelated, visitor=VISITOR)
    store.close()
    assert _words_in_files(tmp_path, "marimba") == 0


def test_answer_that_lost_its_sources_later_is_no_gap(store: ConversationStore) -> None:
    answer = make_answer()
    store.append(answer, visitor=VISITOR)
    for document_id in {one.document_id for one in answer.citations}:
        store.forget_document(document_id)

    assert store.gaps() == []
    assert store.usage() == Usage(asked=1, answered=1)


def _words_in_files(folder: Path, words: str) -> int:
    return sum(path.read_bytes().count(words.encode()) for path in folder.iterdir())


def test_a_courtesy_is_no_question_without_an_answer(store: ConversationStore) -> None:
    store.append(replace(make_abstention("thanks!"), kind="courtesy"), visitor=VISITOR)
    assert store.gaps() == []
    assert store.usage() == Usage()
    [listed] = store.conversations(visitor=VISITOR)
    found = store.conversation(listed.id, visitor=VISITOR)
    assert found is not None
    assert found.answers[0].kind == "courtesy"


def test_what_was_understood_goes_with_an_erased_document() -> None:
    answer = make_answer()
    told = replace(
        answer,
        understood="Who sold Kestrel?",
        lead=Lead("January", 1, answer.citations[0].start, answer.citations[0].end),
    )
    left = without_document(told, make_document().id)
    assert left.understood is None
    assert left.lead is None
    assert left.receipt.condensed_query == left.receipt.question


def test_what_an_older_source_says_goes_with_it_and_the_first_words_stay() -> None:
    answer = make_answer()
    first, second = answer.citations[0], answer.citations[-1]
    assert first.document_id != second.document_id
    place = (first.start, first.end)
    told = replace(answer, lead=Lead("Yes", first.n, *place, "an older one says no", second.n))
    left = without_document(told, second.document_id)
    assert left.lead == Lead("Yes", 1, *place)


def test_shared_conversation_is_read_by_others_and_changed_by_nobody_else(
    store: ConversationStore,
) -> None:
    stored = store.append(make_answer(), visitor=VISITOR)
    name = stored.conversation_id
    assert store.conversation(name, visitor=OTHER, or_shared=True) is None

    assert not store.change(name, visitor=OTHER, is_shared=True)
    assert store.change(name, visitor=VISITOR, is_shared=True)
    found = store.conversation(name, visitor=OTHER, or_shared=True)
    assert found is not None
    assert found.is_shared
    assert found.answers == (stored.answer,)
    # To go on with it, rate, erase or rename it, one has to own it.
    assert store.conversation(name, visitor=OTHER) is None
    assert not store.change(name, visitor=OTHER, title="Mine")
    assert not store.delete(name, visitor=OTHER)
    assert not store.rate(stored.answer.id, DOWN, visitor=OTHER)

    assert store.change(name, visitor=VISITOR, is_shared=False)
    assert store.conversation(name, visitor=OTHER, or_shared=True) is None


def test_pinned_conversations_come_first_and_names_can_be_changed(
    store: ConversationStore,
) -> None:
    first, second = (
        store.append(replace(make_answer(), question=asked), visitor=VISITOR).conversation_id
        for asked in ("Who bought?", "Who sold?")
    )
    assert [one.id for one in store.conversations(visitor=VISITOR)] == [second, first]
    assert store.change(first, visitor=VISITOR, title="For the board", is_pinned=True)
    listed = store.conversations(visitor=VISITOR)
    assert [(one.title, one.is_pinned) for one in listed] == [
        ("For the board", True),
        ("Who sold?", False),
    ]
    assert not store.change("0" * 32, visitor=VISITOR, title="Nobody's")


@pytest.mark.parametrize(
    ("containing", "expected"),
    [("SOLD", 1), ("sold who", 1), ("insurer", 2), ("100%", 0), ("_", 0), ('say "no"', 1)],
)
def test_conversations_are_found_by_words_of_title_question_and_answer(
    store: ConversationStore, containing: str, expected: int
) -> None:
    for asked in ("Who bought?", 'Who sold, and did they say "no"?'):
        store.append(replace(make_answer(), question=asked), visitor=VISITOR)
    assert len(store.conversations(visitor=VISITOR, containing=containing)) == expected


def test_of_a_shared_answer_that_is_withheld_neither_question_nor_title_is_told(
    store: ConversationStore,
) -> None:
    stored = store.append(make_answer(), visitor=VISITOR)
    store.change(stored.conversation_id, visitor=VISITOR, is_shared=True)
    library = FakeChatService()
    library.hides = lambda *_: True  # type: ignore[method-assign]
    seen = SeenConversations(store, library)

    own = seen.conversation(stored.conversation_id, visitor=VISITOR)
    foreign = seen.conversation(stored.conversation_id, visitor=OTHER, or_shared=True)
    assert own is not None
    assert foreign is not None
    assert (own.title, own.answers[0].question) == (stored.answer.question,) * 2
    assert stored.answer.question not in str(foreign)
    # Nor do words of it tell that they stand in what is withheld from its own asker.
    word = stored.answer.claims[0].text.split()[-1].rstrip(".")
    assert word.casefold() not in stored.answer.question.casefold()
    assert len(store.conversations(visitor=VISITOR, containing=word)) == 1
    assert seen.conversations(visitor=VISITOR, containing=word) == []


def test_error_of_the_database_holds_nothing_of_what_was_to_be_stored(tmp_path: Path) -> None:
    store = ConversationStore.in_folder(tmp_path)
    with store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE answers RENAME TO elsewhere"))

    with pytest.raises(ConversationStoreError) as failed:
        store.append(make_answer("Who told of the wedding?"), visitor=VISITOR)

    told = f"{failed.value} {failed.value.__cause__}"
    assert "no such table" in told
    for part in ("wedding", "pharmacies", VISITOR):
        assert part not in told
    store.close()


@pytest.mark.parametrize("address", ["postgresql://h:port/x", "no address"])
def test_address_of_no_database_is_told_as_such(address: str) -> None:
    with pytest.raises(ConversationStoreError, match="URL"):
        ConversationStore(address)


@pytest.mark.parametrize("words", ["z\u00fcrich", "Z\u00dcRICH", "Strasse"])
def test_words_are_found_in_any_case_in_every_script(store: ConversationStore, words: str) -> None:
    store.append(make_answer("Wo ist die STRASSE in Z\u00fcrich?"), visitor=VISITOR)

    assert len(store.conversations(visitor=VISITOR, containing=words)) == 1


def test_answer_from_before_an_erasure_is_stored_without_what_was_erased(
    store: ConversationStore,
) -> None:
    """It was on its way while the document was erased: a chat model takes its time."""
    answer = make_answer()
    document = make_document().id
    store.forget_document(document, generation=8)

    late = replace(answer, receipt=replace(answer.receipt, generation="gen-000007"))
    kept = store.append(late, visitor=VISITOR)
    read = store.answer(kept.answer.id, visitor=VISITOR)

    assert read == kept
    assert document not in str(kept.answer)
    assert kept.answer.id
    assert store.usage().answered == 1, "it was answered as it was"
    anew = replace(answer, receipt=replace(answer.receipt, generation="gen-000008"))
    again = store.append(anew, visitor=VISITOR).answer
    assert again.citations == answer.citations, "the document came back before it was asked"


def test_what_was_erased_long_ago_is_remembered_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A catalog that is made anew counts its generations from the beginning."""
    store = ConversationStore.in_folder(tmp_path)
    now = erasing.time.time()
    monkeypatch.setattr(erasing.time, "time", lambda: now - 2 * erasing.LATE_S)
    store.forget_document(make_document().id, generation=50)
    monkeypatch.setattr(erasing.time, "time", lambda: now)
    answer = make_answer()
    first = replace(answer, receipt=replace(answer.receipt, generation="gen-000001"))

    assert store.append(first, visitor=VISITOR).answer.citations == answer.citations
    store.close()
