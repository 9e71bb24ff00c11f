"""Reading files asked of a service: what goes in, what comes back by sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.errors import NotReadyError
from eval.commands.reading_text import reading_text
from eval.datasets.reading_format import is_test_part
from eval.datasets.reading_forms import ReadingText
from eval.errors import DatasetError, SystemUnusableError
from eval.reading.asking import ask
from eval.reading.claims import is_accepted, quotes
from eval.reading.material import gather
from eval.reading.report import figures_of
from eval.reading.shelf import is_same, layout, sentence_spans, write_texts
from tests.builders_reading import (
    MILL,
    citing,
    document_line,
    failing,
    fake_shelf,
    refusing,
    text_of,
    write_lines,
)

TESTED, TRAINED = "health-003", "health-001"


def test_running_sentences_stand_in_one_paragraph_and_other_lines_by_themselves() -> None:
    sentences = ("Minutes", "He came.", 'She said "no."', "Item: a | b", "They\nleft.")
    assert layout(sentences) == ('Minutes\n\nHe came. She said "no."\n\nItem: a | b\n\nThey left.')


def test_sentences_are_found_again_though_spaces_quotes_and_accents_were_changed() -> None:
    text = "“No,” she\nsaid.\n\n• Café: 1,5 Mio."
    spans = sentence_spans(text, ('"No," she said.', "Gone.", "- Cafe\u0301: 1,5 Mio."))
    assert [span and text[slice(*span)] for span in spans] == [
        "No,” she\nsaid",
        None,
        "Café: 1,5 Mio",
    ]


def test_a_sentence_that_comes_twice_is_found_twice() -> None:
    text = "Yes. No. Yes."
    assert sentence_spans(text, ("Yes.", "No.", "Yes.")) == ((0, 3), (5, 7), (9, 12))


def test_spans_are_the_same_sentence_from_half_of_the_shorter_one_on() -> None:
    assert is_same((0, 100), (90, 110))
    assert not is_same((0, 100), (91, 111))
    assert is_same((0, 100), (20, 30))
    assert not is_same((0, 10), (10, 20))


def test_documents_become_files_with_what_is_known_of_them(tmp_path: Path) -> None:
    texts = {
        "a": ReadingText(
            title='He said "no"', publisher="P: Q", date="2021-03", style="s", sentences=("One.",)
        ),
        "b": text_of("Two."),
    }
    assert write_texts(texts, tmp_path / "new") == {"00000.md": "a", "00001.md": "b"}
    assert (tmp_path / "new" / "00000.md").read_text("utf-8") == (
        '---\ntitle: "He said \\"no\\""\npublisher: "P: Q"\ndate: "2021-03"\n---\n\nOne.\n'
    )
    assert (tmp_path / "new" / "00001.md").read_text("utf-8") == '---\ntitle: "T"\n---\n\nTwo.\n'


def test_only_the_test_part_is_asked_where_told(tmp_path: Path) -> None:
    assert is_test_part(TESTED)
    assert not is_test_part(TRAINED)
    path = write_lines(tmp_path / "d.jsonl", document_line(TESTED), document_line(TRAINED))
    assert list(gather([path]).documents) == [TESTED, TRAINED]
    part = gather([path], only_test_part=True)
    assert list(part.documents) == [TESTED]
    assert {each.document for each in part.questions + part.claims} == {TESTED}  # type: ignore[operator]


def test_a_test_part_of_nothing_is_an_error(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "d.jsonl", document_line(TRAINED))
    with pytest.raises(DatasetError, match=r"No document of .*d\.jsonl belongs to the test part"):
        gather([path], only_test_part=True)


def claims_line(name: str = "d-1") -> dict[str, Any]:
    claim = {"text": "x", "supported": False, "kind": "number", "evidence": [1]}
    return {"doc": name, "claims": [claim]}


def test_claims_find_their_documents_in_the_same_folder(tmp_path: Path) -> None:
    write_lines(tmp_path / "d.jsonl", document_line("d-1"), document_line("d-2"))
    (tmp_path / "notes.jsonl").write_text("no JSON at all\n", encoding="utf-8")
    found = gather([write_lines(tmp_path / "c.jsonl", claims_line())])
    assert list(found.documents) == ["d-1"]
    assert [(each.file, each.document) for each in found.claims] == [("c", "d-1")]
    assert not found.questions


def test_claims_take_the_documents_that_are_named(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    there = write_lines(tmp_path / "elsewhere" / "d.jsonl", document_line("d-1"))
    claims = write_lines(tmp_path / "c.jsonl", claims_line())
    assert list(gather([claims], documents=[there]).documents) == ["d-1"]
    with pytest.raises(DatasetError, match=r"c\.jsonl, line 1: doc: there is no document 'd-1'"):
        gather([claims])


def test_a_document_of_two_files_is_an_error(tmp_path: Path) -> None:
    paths = [write_lines(tmp_path / f"{name}.jsonl", document_line()) for name in "ab"]
    with pytest.raises(DatasetError, match=r"b\.jsonl: the document 'd-1' stands in another"):
        gather(paths)


def test_single_turns_cannot_be_asked(tmp_path: Path) -> None:
    turn = {"q": "hi", "lang": "en", "before": None, "kind": "courtesy", "core": None}
    with pytest.raises(DatasetError, match="holds single turns"):
        gather([write_lines(tmp_path / "t.jsonl", turn | {"parts": None})])


def test_citations_become_the_sentences_of_the_dataset() -> None:
    shelf, service = fake_shelf({"a": text_of(*MILL), "b": text_of("Other.")})
    service.replies["Who?"] = citing(service, ("a", "Ada Lund has run it"), ("a", MILL[0]))
    reply = ask(shelf, "Who?", ["a"])
    assert reply.cited == {("a", 2), ("a", 0)}
    assert (reply.refused, reply.num_sentences, reply.chance) == (False, 2, 0.9)
    (asked,) = service.questions
    assert asked.filters.document_ids == (shelf.documents["a"].id,)


def test_a_citation_of_another_document_is_counted_as_a_stray() -> None:
    shelf, service = fake_shelf({"a": text_of(*MILL), "b": text_of("Other.")})
    service.replies["Who?"] = citing(service, ("b", "Other."))
    reply = ask(shelf, "Who?", ["a"])
    assert (reply.cited, reply.num_stray) == (frozenset(), 1)


def test_a_document_that_was_not_taken_answers_nothing() -> None:
    shelf, service = fake_shelf({"a": text_of(*MILL)})
    assert ask(shelf, "Who?", ["gone"]).refused
    assert not service.questions


def test_a_question_that_fails_is_kept_and_a_service_that_fails_stops() -> None:
    shelf, service = fake_shelf({"a": text_of(*MILL)})
    service.error = failing()
    assert ask(shelf, "Who?", ["a"]).error is not None
    service.error = NotReadyError("nothing is served")
    with pytest.raises(SystemUnusableError, match="nothing is served"):
        ask(shelf, "Who?", ["a"])


def test_a_claim_is_verified_against_the_sentences_that_it_names() -> None:
    shelf, _ = fake_shelf({"a": text_of(*MILL)})
    assert quotes(shelf.documents["a"], (2, 0)) == ([MILL[0], MILL[2]], [MILL[1]])
    assert is_accepted(shelf, MILL[2], "a", (2,))
    assert not is_accepted(shelf, MILL[2], "a", (0,))
    assert not is_accepted(shelf, MILL[2].replace("2019", "2012"), "a", (2,))
    assert not is_accepted(shelf, MILL[2], "gone", (2,))


def test_a_claim_that_names_no_sentence_rests_on_the_whole_document() -> None:
    shelf, _ = fake_shelf({"a": text_of(*MILL)})
    assert quotes(shelf.documents["a"], ()) == (list(MILL), [])
    assert is_accepted(shelf, MILL[2], "a", ())


def test_figures_of_questions_and_claims_by_kind_file_and_language(tmp_path: Path) -> None:
    german = document_line(
        "d-2",
        lang="de",
        questions=[{"q": "Wer?", "lang": "de", "kind": "who", "answer": [2]}],
    )
    material = gather([write_lines(tmp_path / "f.jsonl", document_line(), german)])
    shelf, service = fake_shelf(material.texts())
    service.replies = {
        "Who runs the mill?": citing(service, ("d-1", MILL[2])),
        "What did the mill cost?": citing(service, ("d-1", MILL[0])),
        "Who owns the mill?": refusing(),
        "Wer?": refusing(),
    }
    figures, lines = figures_of(material, shelf)
    questions, claims = figures["questions"], figures["claims"]
    assert (questions["count"], questions["hit"], questions["balanced_accuracy"]) == (3, 0.5, 1.0)
    assert questions["by_kind"]["who"]["hit"] == 1
    assert questions["by_file"]["f"]["count"] == 3
    assert questions["other_languages"]["count"] == 1
    assert questions["other_languages"]["by_language"]["de"]["refused_answerable"] == 1
    assert (claims["count"], claims["balanced_accuracy"]) == (2, 1.0)
    assert claims["by_kind"]["unsupported"]["date"] == {"count": 1, "right": 1.0}
    assert claims["other_languages"]["by_language"]["en of de"]["count"] == 2
    assert [line.get("q") or line["claim"] for line in lines][:2] == [
        "Who runs the mill?",
        "What did the mill cost?",
    ]
    assert lines[0]["right"] is True
    head: dict[str, Any] = {
        "documents": 2,
        "test_part": False,
        "composer": "extractive",
        "documents_refused": {},
        "sentences_lost": 0,
    }
    text = reading_text({**head, **figures})
    assert "unanswerable, refused" in text
    assert "en of de" in text


def test_turns_are_asked_after_those_before_them_and_once_alone(tmp_path: Path) -> None:
    write_lines(tmp_path / "d.jsonl", document_line())
    turns = [
        {"q": "who?", "standalone": "Who runs the mill?", "answer": [2], "depends": False},
        {"q": "since?", "standalone": "Since when does she?", "answer": [2], "depends": True},
        {"q": "thanks", "kind": "chat"},
    ]
    talk = write_lines(tmp_path / "t.jsonl", {"doc": "d-1", "turns": turns})
    material = gather([talk])
    shelf, service = fake_shelf(material.texts())
    service.replies = {
        "who?": citing(service, ("d-1", MILL[2])),
        "Who runs the mill?": refusing(),
        "since?": refusing(),
        "Since when does she?": citing(service, ("d-1", MILL[2])),
        "thanks": refusing(),
    }
    figures, _ = figures_of(material, shelf)
    assert [(each.text, len(each.history)) for each in service.questions] == [
        ("who?", 0),
        ("Who runs the mill?", 0),
        ("since?", 2),
        ("Since when does she?", 0),
        ("thanks", 4),
    ]
    assert service.questions[2].history[1].content == MILL[2]
    talks = figures["conversations"]
    assert (talks["count"], talks["hit"], talks["standalone"]["hit"]) == (2, 0.5, 0.5)
    assert talks["by_place"]["first"]["hit"] == 1
    assert talks["by_place"]["depends"]["hit"] == 0
    assert talks["by_place"]["depends"]["standalone"]["hit"] == 1
    assert talks["chat"] == {"count": 1, "answered_from_sources": 0.0}


def test_clusters_tell_which_sources_and_which_contradictions_are_shown(tmp_path: Path) -> None:
    def text(*sentences: str) -> dict[str, Any]:
        return {"title": "T", "publisher": None, "date": None, "style": "s"} | {
            "sentences": list(sentences)
        }

    cluster = {
        "id": "c-1",
        "documents": [text("It cost 3 euros.", "It opened."), text("It cost 4 euros.", "It shut.")],
        "questions": [
            {"q": "What did it cost?", "kind": "amount", "answer": [[0, 0], [1, 0]]},
            {"q": "Did it open?", "kind": "yesno", "answer": [[0, 1]]},
        ],
        "conflicts": [
            {"about": "cost", "a": [0, 0], "b": [1, 0], "kind": "number"},
            {"about": "open", "a": [0, 1], "b": [1, 1], "kind": "status"},
        ],
        "not_conflicts": [{"a": [0, 0], "b": [1, 1], "why": "two matters"}],
    }
    material = gather([write_lines(tmp_path / "c.jsonl", cluster)])
    shelf, service = fake_shelf(material.texts())
    first, second = (each.text for each in service.documents)
    assert first != second
    service.replies = {
        "What did it cost?": citing(
            service, ("0", "It cost 3 euros."), ("1", "It cost 4 euros."), disagreements=[(1, 2)]
        ),
        "Did it open?": citing(service, ("0", "It opened.")),
    }
    figures, _ = figures_of(material, shelf)
    found = figures["clusters"]
    assert found["sources_recall"] == 1
    assert found["hit"] == 1
    assert found["conflicts"]["count"] == 2
    assert found["conflicts"]["shown"] == 0.5
    assert (found["conflicts"]["asked"], found["conflicts"]["shown_of_asked"]) == (1, 1.0)
    assert found["conflicts"]["by_kind"]["status"] == {"count": 1, "shown": 0}
    assert found["not_conflicts"] == {"count": 1, "shown": 0.0}
    assert found["disagreements"] == {"count": 1, "conflicts": 1.0}
    assert all(
        len(each.filters.document_ids) == 2 for each in service.questions
    )  # the cluster's, and no others
