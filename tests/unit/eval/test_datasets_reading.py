"""Files for reading: what may stand in them, what is said of what may not, and our own files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from eval.datasets.reading_format import (
    READING,
    Form,
    form_of,
    is_test_part,
    read_claims,
    read_clusters,
    read_conversations,
    read_documents,
    read_pairs,
    read_questions,
    read_turns,
)
from eval.errors import DatasetError

STOP = frozenset(
    "a an the of in on at to for and or by with from as is are was were be been has have had do "
    "did does will would can could may might what which who whom whose when where why how that "
    "this it its their they he she his her than then not no".split()
)
CLAIM_FILES = ("claims", "claims2", "claims3", "claims4", "claims5")
DOCUMENT_FILES = sorted(path for path in READING.glob("*.jsonl") if form_of(path) is Form.DOCUMENTS)


def document(**changes: Any) -> dict[str, Any]:
    return {
        "id": "d-1",
        "title": "Mill opens",
        "publisher": "Gazette",
        "date": "2021-03-02",
        "style": "news item",
        "sentences": ["The mill opened.", "It cost 3 million euros.", "Ada Lund runs it."],
        "questions": [{"q": "Who runs it?", "kind": "who", "answer": [2], "context": [0]}],
        "claims": [
            {"text": "It opened.", "supported": True, "kind": "paraphrase", "evidence": [0]}
        ],
    } | changes


def written(folder: Path, *lines: Any) -> Path:
    path = folder / "file.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def question(**changes: Any) -> dict[str, Any]:
    return {"q": "Who?", "kind": "who", "answer": [2]} | changes


def test_a_document_is_read_with_its_questions_and_claims(tmp_path: Path) -> None:
    path = written(tmp_path, document())
    (found,) = read_documents(path)
    assert form_of(path) is Form.DOCUMENTS
    assert found.sentences[2] == "Ada Lund runs it."
    assert found.lang == "en"
    assert found.questions[0].answer == (2,)
    assert found.claims[0].supported


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"questions": [question(answer=[3])]}, "questions.0.answer: there is no sentence 3; the"),
        ({"questions": [question(answer=[-1])]}, "questions.0.answer.0"),
        ({"questions": [question(context=[2])]}, "questions.0.context repeats 2 of the answer"),
        ({"questions": [question(kind="wo")]}, "questions.0.kind"),
        ({"questions": [{"q": "Who?", "kind": "who"}]}, "questions.0.answer: this field is miss"),
        ({"claims": [{"text": "x", "supported": True, "kind": "number"}]}, "claims.0.evidence"),
        ({"date": "4 May 2021"}, "date: expected a day, month or year as in 2021-03-02, 2021-03"),
        ({"date": "2021-02-30"}, "date: day "),
        ({"sentences": []}, "sentences"),
        ({"anwser": 1}, "anwser: unknown field"),
    ],
)
def test_a_wrong_document_is_named_with_file_line_and_fault(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    path = written(tmp_path, document(), document(id="d-2", **changes))
    with pytest.raises(DatasetError, match=rf"file\.jsonl, line 2: .*{re.escape(said)}"):
        read_documents(path)


def test_an_id_that_comes_twice_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="line 2: id: line 1 has the id 'd-1', too"):
        read_documents(written(tmp_path, document(), document()))


def test_a_file_of_no_known_form_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"line 1: none of the fields 'sentences', "):
        form_of(written(tmp_path, {"text": "x"}))
    with pytest.raises(DatasetError, match="holds no line"):
        form_of(written(tmp_path))


def test_further_claims_must_be_of_a_known_document_and_its_sentences(tmp_path: Path) -> None:
    documents = read_documents(written(tmp_path, document()))
    claim = {"text": "x", "supported": False, "kind": "number", "evidence": [1]}
    path = written(tmp_path, {"doc": "d-1", "claims": [claim]})
    assert form_of(path) is Form.CLAIMS
    assert read_claims(path, documents)[0].claims[0].evidence == (1,)
    with pytest.raises(DatasetError, match="line 1: doc: there is no document 'd-9'"):
        read_claims(written(tmp_path, {"doc": "d-9", "claims": [claim]}), documents)
    with pytest.raises(DatasetError, match=r"line 1: claims\.0\.evidence: there is no sentence 7"):
        read_claims(
            written(tmp_path, {"doc": "d-1", "claims": [claim | {"evidence": [7]}]}), documents
        )


def test_further_questions_must_be_of_a_known_document_and_its_sentences(tmp_path: Path) -> None:
    documents = read_documents(written(tmp_path, document()))
    path = written(tmp_path, {"doc": "d-1", "questions": [question()]})
    assert form_of(path) is Form.QUESTIONS
    assert read_questions(path, documents)[0].questions[0].answer == (2,)
    with pytest.raises(DatasetError, match=r"questions\.0\.context: there is no sentence 9"):
        read_questions(
            written(tmp_path, {"doc": "d-1", "questions": [question(context=[9])]}), documents
        )


def test_pairs_of_sentences_say_whether_they_conflict(tmp_path: Path) -> None:
    side = {"title": "T", "date": None, "sentence": "It cost 3 million."}
    pair = {"id": "p-1", "about": "cost", "a": side, "b": side, "conflict": False, "kind": "same"}
    path = written(tmp_path, pair)
    assert form_of(path) is Form.PAIRS
    assert not read_pairs(path)[0].conflict
    with pytest.raises(DatasetError, match="line 2: id: line 1 has the id 'p-1', too"):
        read_pairs(written(tmp_path, pair, pair))


def test_a_turn_is_either_a_whole_question_or_chat(tmp_path: Path) -> None:
    documents = read_documents(written(tmp_path, document()))
    turn = {"q": "who?", "standalone": "Who runs the mill?", "answer": [2], "depends": False}
    path = written(tmp_path, {"doc": "d-1", "turns": [turn, {"q": "thanks", "kind": "chat"}]})
    assert form_of(path) is Form.CONVERSATIONS
    assert [each.kind for each in read_conversations(path, documents)[0].turns] == [None, "chat"]
    with pytest.raises(DatasetError, match="a question has standalone, answer and depends"):
        read_conversations(written(tmp_path, {"doc": "d-1", "turns": [{"q": "who?"}]}), documents)
    with pytest.raises(DatasetError, match=r"turns\.0\.answer: there is no sentence 5"):
        read_conversations(
            written(tmp_path, {"doc": "d-1", "turns": [turn | {"answer": [5]}]}), documents
        )


def test_a_cluster_names_documents_and_sentences_that_there_are(tmp_path: Path) -> None:
    text = {key: document()[key] for key in ("title", "publisher", "date", "style", "sentences")}
    cluster = {
        "id": "c-1",
        "documents": [text, text | {"date": None}],
        "questions": [{"q": "What did it cost?", "kind": "amount", "answer": [[0, 1], [1, 1]]}],
        "conflicts": [{"about": "cost", "a": [0, 1], "b": [1, 1], "kind": "number"}],
        "not_conflicts": [{"a": [0, 0], "b": [1, 0], "why": "the same"}],
    }
    path = written(tmp_path, cluster)
    assert form_of(path) is Form.CLUSTERS
    assert read_clusters(path)[0].questions[0].answer == ((0, 1), (1, 1))
    wrong = cluster | {"not_conflicts": [{"a": [0, 0], "b": [2, 0], "why": "none"}]}
    with pytest.raises(DatasetError, match=r"not_conflicts\.0: there is no document 2; the last"):
        read_clusters(written(tmp_path, wrong))


def test_the_test_part_is_told_by_the_hash_of_the_id() -> None:
    # Part of the rule by which anybody trains: another one would let test documents in.
    ids = [f"health-{number:03d}" for number in range(1, 60)]
    assert [each for each in ids if is_test_part(each)] == [
        *("health-003", "health-033", "health-044", "health-055", "health-056")
    ]


def test_our_further_questions_and_pairs_can_be_read() -> None:
    documents = [each for path in DOCUMENT_FILES for each in read_documents(path)]
    paths = {form: [p for p in READING.glob("*.jsonl") if form_of(p) is form] for form in Form}
    further = [line for path in paths[Form.QUESTIONS] for line in read_questions(path, documents)]
    assert not any(is_test_part(line.doc) for line in further)
    assert sum(len(line.questions) for line in further) == stated("further")
    for path in paths[Form.PAIRS]:
        told = [pair.conflict for pair in read_pairs(path)]
        assert 0.45 < sum(told) / len(told) < 0.55, path
    assert sum(len(read_pairs(path)) for path in paths[Form.PAIRS]) == stated("pairs of sentences")


SHORT = "langs9"
ONLY_QUESTIONS = {"practice7", "everyday7", "howto9", "staff9", "subjects9", SHORT}
ONLY_QUESTIONS |= {"howto10", "staff10", "subjects10", "talk10"}
ONLY_CLAIMS = {"claims7", "claims8", "claims9", "claims10"}
WITH_QUESTIONS = [path for path in DOCUMENT_FILES if path.stem not in {*ONLY_CLAIMS, SHORT}]
WITH_CLAIMS = [path for path in DOCUMENT_FILES if path.stem not in ONLY_QUESTIONS]


@pytest.mark.parametrize("path", WITH_QUESTIONS, ids=lambda path: path.stem)
def test_our_documents_keep_to_what_their_readme_says(path: Path) -> None:
    for each in read_documents(path):
        where = f"{path.name} {each.id}"
        answerable = [question for question in each.questions if question.answer]
        assert 9 <= len(each.sentences) <= 20, where
        assert len(answerable) >= 4, where
        assert len(each.questions) - len(answerable) >= 3, where


def test_each_of_our_short_documents_has_as_many_questions_answered_as_not() -> None:
    [path] = [path for path in DOCUMENT_FILES if path.stem == SHORT]
    for each in read_documents(path):
        assert len(each.sentences) == 8, each.id
        assert [bool(asked.answer) for asked in each.questions].count(True) == 4, each.id
        assert len(each.questions) == 8, each.id


@pytest.mark.parametrize("path", WITH_CLAIMS, ids=lambda path: path.stem)
def test_our_claims_keep_to_what_their_readme_says(path: Path) -> None:
    for each in read_documents(path):
        where = f"{path.name} {each.id}"
        supported = [claim for claim in each.claims if claim.supported]
        assert 5 <= len(each.sentences) <= 20, where
        assert len(supported) >= 3, where
        assert len(each.claims) - len(supported) >= 4, where
        assert all(claim.evidence for claim in each.claims), where


def test_half_of_our_answerable_questions_share_few_words_with_their_answers() -> None:
    few = total = 0
    for path in DOCUMENT_FILES:
        for each in read_documents(path):
            for asked in each.questions:
                wanted = words(asked.q)
                held = words(" ".join(each.sentences[place] for place in asked.answer))
                total += bool(asked.answer)
                few += bool(asked.answer and wanted and len(wanted & held) <= len(wanted) / 2)
    assert total == stated("questions") - stated("of them not answered")
    assert few > total / 2


def test_our_other_files_are_in_form() -> None:
    documents = [each for path in DOCUMENT_FILES for each in read_documents(path)]
    assert len(documents) == len({each.id for each in documents}) == stated("documents")
    assert sum(len(each.claims) for each in documents) == stated("claims")
    claims = [read_claims(READING / f"{name}.jsonl", documents) for name in CLAIM_FILES]
    assert sum(len(line.claims) for lines in claims for line in lines) == stated("more")
    assert len(read_conversations(READING / "conversations.jsonl", documents)) >= 100
    assert len(read_clusters(READING / "clusters.jsonl")) >= 37
    assert len(read_turns(READING / "turns.jsonl")) == 724
    assert len(read_turns(READING / "turns2.jsonl")) == 839


def stated(what: str) -> int:
    """The number that the README gives: "1,366 documents"."""
    text = " ".join((READING / "README.md").read_text(encoding="utf-8").split())
    found = re.search(rf"(\d[\d,]*) {what}", text)
    assert found is not None, what
    return int(found[1].replace(",", ""))


def words(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[a-z0-9]+", text.lower()) if word not in STOP}
