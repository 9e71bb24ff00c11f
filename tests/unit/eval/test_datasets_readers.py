from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.types import Message
from eval.datasets.beir import read_beir, read_qrels
from eval.datasets.clapnq import read_clapnq
from eval.datasets.covidqa import read_covidqa
from eval.datasets.dragonball import read_dragonball
from eval.datasets.inscit import read_inscit
from eval.datasets.mtrag import rated_answers, read_mtrag_human, read_mtrag_un
from eval.datasets.musique import read_musique
from eval.datasets.rgb import read_rgb
from eval.datasets.sec10q import read_sec10q
from eval.datasets.wice import SupportLabel, wice_claims
from eval.errors import DatasetError
from eval.types import Answerability, Case, Quote, SourceText

CORPUS = [
    {"_id": "d1", "title": "One", "text": "The first ship sank. Nobody was hurt."},
    {"_id": "d2", "text": "The second ship sailed on."},
]
SOURCES = (
    SourceText("d1", "One", "The first ship sank. Nobody was hurt."),
    SourceText("d2", "", "The second ship sailed on."),
)
TURNS = [
    {"role": "user", "content": "what sank"},
    {"role": "assistant", "content": "The first ship."},
    {"role": "user", "content": "who was hurt?"},
]
HISTORY = (Message("user", "what sank"), Message("assistant", "The first ship."))


def jsonl(path: Path, lines: Sequence[Mapping[str, Any]]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def folder_with(
    folder: Path,
    queries: Sequence[Mapping[str, Any]],
    qrels: str = "q1\td1\t1\n",
    corpus: Sequence[Mapping[str, Any]] = CORPUS,
) -> Path:
    jsonl(folder / "corpus.jsonl", corpus)
    jsonl(folder / "queries.jsonl", queries)
    header = "query-id\tcorpus-id\tscore\n"
    (folder / "qrels.tsv").write_text(header + qrels, encoding="utf-8")
    return folder


def query(**fields: Any) -> dict[str, Any]:
    return {"_id": "q1", "text": "who was hurt?"} | fields


def only(cases: tuple[Case, ...]) -> Case:
    (case,) = cases
    return case


def test_beir_reads_sources_questions_and_grades(tmp_path: Path) -> None:
    dataset = read_beir(folder_with(tmp_path, [query()], "q1\td1\t2\nq1\td2\t0\n"))
    assert dataset.name == tmp_path.name
    assert dataset.corpus == SOURCES
    assert only(dataset.cases) == Case("q1", "who was hurt?", relevant={"d1": 2, "d2": 0})


def test_beir_takes_the_turns_before_the_question_as_history(tmp_path: Path) -> None:
    dataset = read_beir(folder_with(tmp_path, [query(conversation=TURNS)]))
    assert only(dataset.cases).history == HISTORY


def test_beir_leaves_out_what_nobody_judged(tmp_path: Path) -> None:
    other_split = {"_id": "q2", "text": "which ship?"}
    dataset = read_beir(folder_with(tmp_path, [query(), other_split]))
    assert [case.id for case in dataset.cases] == ["q1"]


def test_beir_without_any_judged_query_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"No query of .* is judged in .*qrels\.tsv: ids differ"):
        read_beir(folder_with(tmp_path, [query()], "other\td1\t1\n"))


def test_beir_finds_judgements_in_the_folder_of_splits(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, [query()])
    (folder / "qrels").mkdir()
    (folder / "qrels.tsv").rename(folder / "qrels" / "test.tsv")
    assert only(read_beir(folder).cases).relevant == {"d1": 1}


def test_beir_without_judgements_says_where_it_looked(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, [query()])
    (folder / "qrels.tsv").unlink()
    with pytest.raises(DatasetError, match=r"no judgements: none of qrels\.tsv, qrels/test\.tsv"):
        read_beir(folder)


def test_a_source_that_comes_twice_is_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, [query()], corpus=[*CORPUS, CORPUS[0]])
    with pytest.raises(DatasetError, match=r"corpus\.jsonl, line 3: _id: 'd1' stands in an earl"):
        read_beir(folder)


@pytest.mark.parametrize(
    ("text", "grades"),
    [
        ("query-id\tcorpus-id\tscore\nq1\td1\t1\n", {"q1": {"d1": 1}}),
        ("q1\td1\t1\r\nq1\td2\t-1\r\n", {"q1": {"d1": 1, "d2": -1}}),
        ("\ufeffquery-id\tcorpus-id\tscore\nq 1\td:1\t2\n\n", {"q 1": {"d:1": 2}}),
        ("q1\td1\t1\nq1\td1\t1", {"q1": {"d1": 1}}),
    ],
)
def test_judgements_with_and_without_header(
    tmp_path: Path, text: str, grades: Mapping[str, Mapping[str, int]]
) -> None:
    path = tmp_path / "qrels.tsv"
    path.write_bytes(text.encode())
    assert read_qrels(path) == grades


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("q1\td1\t1\nq1 d1 1\n", r"line 2: expected 3 columns divided by tabs, found 1\."),
        ("q1\t0\td1\t1\n", r"line 1: expected 3 columns divided by tabs, found 4\."),
        ("q1\td1\t1\nq1\td2\thigh\n", r"line 2: score: 'high' is not a whole number\."),
        ("q1\td1\t1\nq1\td1\t2\n", r"line 2: 'd1' has two grades for 'q1': 1 and 2\."),
    ],
)
def test_broken_judgements_are_refused(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "qrels.tsv"
    path.write_text(text)
    with pytest.raises(DatasetError, match=complaint):
        read_qrels(path)


def test_clapnq_joins_its_annotators(tmp_path: Path) -> None:
    chosen = ["The first ship sank.", "Nobody was hurt."]
    outputs = [
        {"answer": "Nobody.", "selected_sentences": chosen[1:]},
        {"answer": "It sank.", "selected_sentences": chosen},
        {"answer": "NA", "selected_sentences": ["An empty choice."]},
    ]
    answered = query(answerability="ANSWERABLE", passage_id="d1", outputs=outputs)
    refused = {**answered, "_id": "q2", "answerability": "UNANSWERABLE", "outputs": []}
    first, second = read_clapnq(folder_with(tmp_path, [answered, refused])).cases
    assert first == Case(
        id="q1",
        question="who was hurt?",
        references=("Nobody.", "It sank."),
        evidence=(Quote("d1", "Nobody was hurt."), Quote("d1", "The first ship sank.")),
        relevant={"d1": 1},
        within=("d1",),
        answerability=Answerability.ANSWERABLE,
        tags=("answerable",),
    )
    assert second == Case(
        id="q2",
        question="who was hurt?",
        within=("d1",),
        answerability=Answerability.UNANSWERABLE,
        tags=("unanswerable",),
    )


def dragonball_query(**fields: Any) -> dict[str, Any]:
    return (
        query(
            query_type="Factual Question",
            answer="Nobody.",
            evidence=["Nobody was hurt.", " The second ship sailed on.", "Made up."],
            keypoints=["1. Nobody was hurt.", "2.The ship sank.", "Note: this is a guess."],
            gold_docs=["d1", "d2"],
            unanswerable=False,
        )
        | fields
    )


def test_dragonball_finds_the_source_of_each_quote(tmp_path: Path) -> None:
    case = only(read_dragonball(folder_with(tmp_path, [dragonball_query()])).cases)
    assert case == Case(
        id="q1",
        question="who was hurt?",
        references=("Nobody.",),
        evidence=(
            Quote("d1", "Nobody was hurt."),
            Quote("d2", "The second ship sailed on."),
            Quote(None, "Made up."),
        ),
        relevant={"d1": 1},
        key_points=("Nobody was hurt.", "The ship sank."),
        answerability=Answerability.ANSWERABLE,
        tags=("factual",),
    )


@pytest.mark.parametrize(
    ("raw", "point"),
    [
        ("12. Sold 2.5 million.", "Sold 2.5 million."),
        ("8.The return was 6.67%", "The return was 6.67%"),
        ("14 Policies were revised", "Policies were revised"),
        ("10 shops closed", "10 shops closed"),
        ("2.5 million were sold", "2.5 million were sold"),
    ],
)
def test_dragonball_takes_numbers_of_key_points_off(tmp_path: Path, raw: str, point: str) -> None:
    folder = folder_with(tmp_path, [dragonball_query(keypoints=[raw])])
    assert only(read_dragonball(folder).cases).key_points == (point,)


def test_dragonball_expects_nothing_of_what_cannot_be_answered(tmp_path: Path) -> None:
    unsolvable = dragonball_query(
        query_type="Irrelevant Unsolvable Question",
        answer="Unable to answer",
        evidence=[],
        keypoints=["Unable to answer"],
        unanswerable=True,
    )
    case = only(read_dragonball(folder_with(tmp_path, [unsolvable], "")).cases)
    assert case == Case(
        id="q1",
        question="who was hurt?",
        answerability=Answerability.UNANSWERABLE,
        tags=("irrelevant unsolvable",),
    )


def test_dragonball_does_not_score_refusing_where_its_labels_disagree(tmp_path: Path) -> None:
    line = dragonball_query(
        query_type="Irrelevant Unsolvable Question",
        answer="Unable to answer",
        keypoints=["Unable to answer"],
    )
    case = only(read_dragonball(folder_with(tmp_path, [line])).cases)
    assert case.answerability is Answerability.UNKNOWN
    assert (case.references, case.key_points) == ((), ())


def test_covidqa_takes_the_span_as_reference_and_evidence(tmp_path: Path) -> None:
    line = query(doc_id="d1", answers=[{"text": "Nobody was hurt. ", "answer_start": 21}])
    case = only(read_covidqa(folder_with(tmp_path, [line])).cases)
    assert case.references == ("Nobody was hurt.",)
    assert case.evidence == (Quote("d1", "Nobody was hurt."),)
    assert case.answerability is Answerability.ANSWERABLE


def test_musique_takes_aliases_as_forms_of_the_fact(tmp_path: Path) -> None:
    line = query(answer="Titanic", aliases=["RMS Titanic"], decomposition=["a?", "b of #1?"])
    case = only(read_musique(folder_with(tmp_path, [line])).cases)
    assert case.facts == (("Titanic", "RMS Titanic"),)
    assert case.references == ("Titanic", "RMS Titanic")
    assert case.tags == ("2 hops",)
    assert case.notes == "a? / b of #1?"


DIRECT, RELATED = "directAnswer", "noAnswerButRelevantInfo"
CLARIFIES, NOTHING = "clarification", "noAnswerNoRelevantInfo"


@pytest.mark.parametrize(
    ("kinds", "answerability", "references"),
    [
        ([DIRECT], Answerability.ANSWERABLE, ("r0",)),
        ([RELATED, DIRECT], Answerability.ANSWERABLE, ("r0", "r1")),
        ([CLARIFIES, DIRECT], Answerability.ANSWERABLE, ("r1",)),
        ([RELATED], Answerability.PARTIAL, ("r0",)),
        ([NOTHING], Answerability.UNANSWERABLE, ()),
        ([CLARIFIES], Answerability.UNKNOWN, ()),
        ([CLARIFIES, RELATED], Answerability.UNKNOWN, ("r1",)),
    ],
)
def test_inscit_weighs_its_annotators(
    tmp_path: Path, kinds: list[str], answerability: Answerability, references: tuple[str, ...]
) -> None:
    labels = [{"response_type": kind, "response": f"r{n}"} for n, kind in enumerate(kinds)]
    case = only(
        read_inscit(folder_with(tmp_path, [query(conversation=TURNS, labels=labels)])).cases
    )
    assert case.answerability is answerability
    assert case.references == references
    assert case.history == HISTORY
    assert case.tags == tuple(sorted(kinds))


@pytest.mark.parametrize(
    ("label", "answerability", "references"),
    [
        ("ANSWERABLE", Answerability.ANSWERABLE, ("Nobody.",)),
        ("PARTIAL", Answerability.PARTIAL, ("Nobody.",)),
        ("UNDERSPECIFIED", Answerability.UNKNOWN, ("Nobody.",)),
        ("UNANSWERABLE", Answerability.UNANSWERABLE, ()),
    ],
)
def test_mtrag_un_maps_its_labels(
    tmp_path: Path, label: str, answerability: Answerability, references: tuple[str, ...]
) -> None:
    line = query(
        conversation=TURNS,
        reference_answer="Nobody.",
        answerability=label,
        multi_turn=["Follow-up"],
        collection="govt",
    )
    case = only(read_mtrag_un(folder_with(tmp_path, [line])).cases)
    assert case == Case(
        id="q1",
        question="who was hurt?",
        history=HISTORY,
        references=references,
        relevant={"d1": 1},
        answerability=answerability,
        tags=(label.lower(), "govt", "follow-up"),
    )


STORED = {
    "response": "No one.",
    **dict.fromkeys(("naturalness", "appropriateness", "completeness", "faithfulness"), 3.5),
    **dict.fromkeys(("RougeL", "Bert-Rec", "Bert-KPrec", "rl_f", "rb_llm", "rb_agg"), 0.25),
}


def task(folder: Path, stored: Mapping[str, Any]) -> Path:
    line = {
        "_id": "t1",
        "conversation": TURNS,
        "reference_answer": "Nobody.",
        "answerability": "ANSWERABLE",
        "collection": "govt",
        "reference_passages": ["d1"],
        "systems": {"gpt-4o": stored},
    }
    jsonl(folder / "tasks.jsonl", [line])
    jsonl(folder / "passages.jsonl", CORPUS)
    return folder


def test_mtrag_human_restricts_a_task_to_its_passages(tmp_path: Path) -> None:
    dataset = read_mtrag_human(task(tmp_path, STORED))
    assert dataset.corpus == SOURCES
    assert only(dataset.cases) == Case(
        id="t1",
        question="who was hurt?",
        history=HISTORY,
        references=("Nobody.",),
        relevant={"d1": 1},
        within=("d1",),
        answerability=Answerability.ANSWERABLE,
        tags=("answerable", "govt"),
    )


def test_rated_answers_carry_what_people_said(tmp_path: Path) -> None:
    (rated,) = rated_answers(task(tmp_path, STORED))
    assert (rated.task_id, rated.system) == ("t1", "gpt-4o")
    assert (rated.question, rated.history) == ("who was hurt?", HISTORY)
    assert rated.passages == ("The first ship sank. Nobody was hurt.",)
    assert (rated.reference, rated.response) == ("Nobody.", "No one.")
    assert rated.ratings["faithfulness"] == 3.5
    assert rated.measures["RougeL"] == 0.25


def test_a_missing_rating_is_named(tmp_path: Path) -> None:
    stored = {name: value for name, value in STORED.items() if name != "completeness"}
    with pytest.raises(DatasetError, match=r"line 1: systems\.gpt-4o: 'completeness' is missing"):
        rated_answers(task(tmp_path, stored))


def sec10q(folder: Path, answer: str) -> Path:
    line = query(
        type="Multi-Doc RAG", chunk_type="Table", answer=answer, gold_docs=[], source_pattern="*"
    )
    jsonl(folder / "queries.jsonl", [line])
    (folder / "qrels_doc.tsv").write_text("query-id\tcorpus-id\tscore\nq1\t2023 Q1 X\t1\n")
    (folder / "pdfs").mkdir()
    (folder / "pdfs" / "2023 Q1 X.pdf").write_bytes(b"%PDF-1.4")
    return folder


def test_sec10q_names_its_sources_as_the_files_are_named(tmp_path: Path) -> None:
    dataset = read_sec10q(sec10q(tmp_path, "It rose.\n\nSOURCE(S): 2023 Q1 X.pdf"))
    assert dataset.files == (str(tmp_path / "pdfs" / "2023 Q1 X.pdf"),)
    assert only(dataset.cases) == Case(
        id="q1",
        question="who was hurt?",
        references=("It rose.",),
        relevant={"2023 Q1 X.pdf": 1},
        answerability=Answerability.ANSWERABLE,
        tags=("multi-doc", "table"),
    )


@pytest.mark.parametrize(
    ("stored", "reference"),
    [
        ("Sales: $5. (SOURCE: 2023 Q1 X.pdf) More.", "Sales: $5. More."),
        ("One.\n\n  SOURCE(S): a.pdf, Item 2\n\nTwo.\n\nSOURCE(S): b.pdf", "One.\n\nTwo."),
        ("The Company\u00e2\u20ac\u2122s sales", "The Company\u2019s sales"),
        ("The Company\u2019s caf\u00e9", "The Company\u2019s caf\u00e9"),
    ],
)
def test_sec10q_mends_its_answers(tmp_path: Path, stored: str, reference: str) -> None:
    assert only(read_sec10q(sec10q(tmp_path, stored)).cases).references == (reference,)


def test_sec10q_without_files_is_refused(tmp_path: Path) -> None:
    folder = sec10q(tmp_path, "x")
    (folder / "pdfs" / "2023 Q1 X.pdf").unlink()
    with pytest.raises(DatasetError, match="holds no PDF file to ask about"):
        read_sec10q(folder)


def test_rgb_sets_true_against_falsified_snippets(tmp_path: Path) -> None:
    line = {
        "id": 7,
        "query": "where was it held?",
        "answer": [["Athens", "Athens, Greece"]],
        "fakeanswer": "New York",
        "positive": ["It was held in Athens."],
        "positive_wrong": ["It was held in New York."],
        "negative": ["Tickets are sold out."],
    }
    jsonl(tmp_path / "en_fact.jsonl", [line])
    dataset = read_rgb(tmp_path)
    snippets = ("7/true/0", "7/falsified/0", "7/beside/0")
    assert tuple(source.id for source in dataset.corpus) == snippets
    assert dataset.corpus[1].text == "It was held in New York."
    case = only(dataset.cases)
    assert case.facts == (("Athens", "Athens, Greece"),)
    assert case.items == (("Athens", "Athens, Greece"), ("New York",))
    assert case.within == snippets
    assert case.relevant == {"7/true/0": 1, "7/falsified/0": 1, "7/beside/0": 0}


def claim(folder: Path, sets: list[list[int]]) -> Path:
    line = {
        "claim": "The ship sank unhurt.",
        "label": "partially_supported",
        "evidence": ["The first ship sank.", "Nobody was hurt."],
        "supporting_sentences": sets,
        "meta": {"id": "dev1"},
    }
    jsonl(folder / "dev_claims.jsonl", [line])
    return folder


def test_wice_keeps_the_sets_that_support(tmp_path: Path) -> None:
    (labelled,) = wice_claims(claim(tmp_path, [[], [1], [0, 1]]))
    assert labelled.label is SupportLabel.PARTIALLY_SUPPORTED
    assert labelled.supporting == ((1,), (0, 1))
    assert labelled.sentences(labelled.supporting[1]) == labelled.evidence
    assert wice_claims(claim(tmp_path, [[]]))[0].supporting == ()


def test_wice_refuses_a_set_past_the_end_of_the_page(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="line 1: supporting_sentences: 2, but the page has 2"):
        wice_claims(claim(tmp_path, [[0, 2]]))
