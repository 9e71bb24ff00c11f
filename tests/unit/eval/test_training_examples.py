"""Documents become pairs to learn from: labels, parts, and the negatives that are made."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from eval.errors import DatasetError
from eval.training.data import gathered
from eval.training.drawing import borrowed, drawn, pool, stranger, withheld
from eval.training.examples import (
    UNKNOWN,
    Pair,
    is_test,
    own_pairs,
    public_pairs,
)
from eval.training.varying import varied
from tests.builders_reading import MILL, document_line, write_lines

TESTED, TRAINED = "health-003", "health-001"


def pairs_of(tmp_path: Path, *lines: object) -> list[Pair]:
    write_lines(tmp_path / "d.jsonl", *lines)
    return own_pairs([tmp_path])


def asked(pairs: list[Pair], text: str) -> Pair:
    (found,) = [pair for pair in pairs if pair.asked == text]
    return found


def test_sentences_are_labelled_as_answer_context_or_neither(tmp_path: Path) -> None:
    pairs = pairs_of(tmp_path, document_line())
    who = asked(pairs, "Who runs the mill?")
    assert (who.task, who.sentences, who.holds) == ("question", MILL, True)
    assert who.labels == (UNKNOWN, 0, 1, 0)
    owner = asked(pairs, "Who owns the mill?")
    assert (owner.labels, owner.holds) == ((0, 0, 0, 0), False)


def test_claims_stand_beside_their_evidence_and_hold_as_they_are_labelled(tmp_path: Path) -> None:
    claims = [pair for pair in pairs_of(tmp_path, document_line()) if pair.task == "claim"]
    right, wrong = claims
    assert right.holds
    assert not wrong.holds
    assert [s for s, label in zip(right.sentences, right.labels or (), strict=True) if label] == [
        MILL[2]
    ]
    assert MILL[2] in wrong.sentences
    assert wrong.labels is None


def test_turns_are_read_behind_those_before_them(tmp_path: Path) -> None:
    turns = [
        {"q": "who?", "standalone": "Who runs the mill?", "answer": [2], "depends": False},
        {"q": "since?", "standalone": "Since when does she?", "answer": [2], "depends": True},
    ]
    write_lines(tmp_path / "t.jsonl", {"doc": "d-1", "turns": turns})
    pairs = pairs_of(tmp_path, document_line())
    (turn,) = [pair for pair in pairs if pair.task == "turn"]
    assert (turn.asked, turn.sentences, turn.holds) == ("since?", ("who?",), True)
    assert asked(pairs, "who? / since?").labels == (0, 0, 1, 0)


def test_conflicts_are_learnt_in_both_orders(tmp_path: Path) -> None:
    cluster = {
        "id": "c-1",
        "documents": [{"title": "T", "sentences": [text]} for text in ("It is 3.", "It is 4.")],
        "questions": [{"q": "How many?", "answer": [[0, 0]]}],
        "conflicts": [{"a": [0, 0], "b": [1, 0]}],
    }
    pairs = pairs_of(tmp_path, cluster)
    conflicts = [(p.asked, p.sentences, p.holds) for p in pairs if p.task == "conflict"]
    assert conflicts == [
        ("It is 3.", ("It is 4.",), True),
        ("It is 4.", ("It is 3.",), True),
    ]
    assert [p.holds for p in pairs if p.task == "question"] == [True, False]


def test_the_test_part_is_never_trained_on(tmp_path: Path) -> None:
    lines = [document_line(TESTED), *(document_line(f"health-{n:03}") for n in (1, 2, 4))]
    write_lines(tmp_path / "d.jsonl", *lines)
    data = gathered([tmp_path], None, seed=0)
    assert {pair.group for pair in data.test} == {TESTED}
    assert not any(is_test(pair.group) for pair in data.own)
    sentences = {sentence for pair in data.own for sentence in pair.title.split()}
    assert TESTED not in sentences
    assert data.counts()["test"]["d"] == len(data.test)


def test_a_stranger_is_another_document_of_the_same_set_and_answers_nothing(
    tmp_path: Path,
) -> None:
    other = document_line("d-2", sentences=["The mill runs dry.", "Ann owns it."], claims=[])
    other["questions"] = [{"q": "Who owns it?", "kind": "who", "answer": [1]}]
    pairs = pairs_of(tmp_path, document_line(), other)
    who = asked(pairs, "Who runs the mill?")
    found = stranger(who, pool(pairs, {}, {}), random.Random(0))
    assert found is not None
    assert found.asked == who.asked
    assert found.sentences == ("The mill runs dry.", "Ann owns it.")
    assert not found.holds
    assert found.labels == (0, 0)


def test_where_there_is_one_document_there_is_no_stranger(tmp_path: Path) -> None:
    pairs = pairs_of(tmp_path, document_line())
    who = asked(pairs, "Who runs the mill?")
    assert stranger(who, pool(pairs, {}, {}), random.Random(0)) is None


def test_withheld_takes_just_the_answer_away(tmp_path: Path) -> None:
    who = asked(pairs_of(tmp_path, document_line()), "Who runs the mill?")
    found = withheld(who, random.Random(0))
    assert found is not None
    assert found.sentences == (MILL[0], MILL[1], MILL[3])
    assert (found.labels, found.holds) == ((0, 0, 0), False)


def test_a_claim_of_two_sentences_loses_one_of_them() -> None:
    claim = Pair("claim", "x", "T", ("a", "b", "c"), (1, 0, 1), True, "s", "g")
    found = withheld(claim, random.Random(0))
    assert found is not None
    assert found.sentences in {("a", "b"), ("b", "c")}
    assert (found.labels, found.holds) == (None, False)
    alone = Pair("claim", "x", "T", ("a", "b"), (1, 0), True, "s", "g")
    assert withheld(alone, random.Random(0)) is None


def test_borrowed_puts_a_claim_beside_another_ones_evidence() -> None:
    first = Pair("claim", "x", "T", ("a", "b"), (1, 0), True, "s", "g")
    second = Pair("claim", "y", "T", ("c",), (1,), True, "s", "g")
    found = borrowed(first, second)
    assert found is not None
    assert (found.asked, found.sentences, found.holds) == ("x", ("c",), False)
    assert borrowed(first, first) is None


def test_drawing_gives_both_sorts_and_both_sides_and_the_same_ones_twice(tmp_path: Path) -> None:
    others = [document_line(f"d-{n}") for n in range(2, 6)]
    own = pairs_of(tmp_path, document_line(), *others)
    outside = Pair("claim", "said", "T", ("a",), (1,), True, "fever", "f")
    unused = Pair("claim", "unused", "T", ("a",), (1,), True, "begin", "b")
    among = pool(own, {"fever": [outside], "begin": [unused]}, {"begin": 0.0})
    found = [drawn(among, random.Random(n)) for n in range(300)]
    assert found == [drawn(among, random.Random(n)) for n in range(300)]
    assert {pair.source for pair in found} == {"d", "fever"}
    for task in ("question", "claim"):
        sides = [pair.holds for pair in found if pair.task == task and pair.source == "d"]
        assert 0.2 < sum(sides) / len(sides) < 0.8
    # Of the made ones: the passage without its answer, and the one of another document.
    made = [p for p in found if p.asked == "Who runs the mill?" and not p.holds]
    assert {len(pair.sentences) for pair in made} == {len(MILL) - 1, len(MILL)}


def test_public_sets_are_cut_around_the_answer_and_chosen_the_same_way_twice(
    tmp_path: Path,
) -> None:
    sentences = [f"Sentence {n}." for n in range(20)]
    lines = [
        {"title": "T", "sentences": sentences, "questions": [{"q": f"q{n}?", "answer": [n]}]}
        for n in range(20)
    ]
    path = tmp_path / "squad1.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
    found = public_pairs(path, 5)
    assert found == public_pairs(path, 5)
    assert len(found) == 5
    for pair in found:
        assert len(pair.sentences) == 8
        assert pair.holds
        at = (pair.labels or ()).index(1)
        assert pair.sentences[at] == f"Sentence {pair.asked[1:-1]}."


def test_variation_keeps_labels_beside_their_sentences(tmp_path: Path) -> None:
    sentences = [f"Sentence {n}." for n in range(6)]
    pair = Pair("question", "Which one is it?", "T", tuple(sentences), (0, 0, 0, 0, 1, 0), True,
                "s", "g")  # fmt: skip
    for seed in range(30):
        changed = varied(pair, random.Random(seed))
        assert changed.holds
        assert changed.sentences[(changed.labels or ()).index(1)] == "Sentence 4."


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "holds no JSONL files"),
        ('{"id": "d", "sentences": ["a"]}\n', "cannot be trained on: KeyError"),
        ("{no json\n", "cannot be trained on: JSONDecodeError"),
        (json.dumps({"doc": "d", "turns": []}) + "\n", "belong to the test part"),
    ],
    ids=["no file", "no questions", "no JSON", "nothing"],
)
def test_data_that_cannot_be_learnt_from_is_said_so(
    tmp_path: Path, content: str | None, reason: str
) -> None:
    if content is not None:
        (tmp_path / "d.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(DatasetError, match=reason):
        gathered([tmp_path], None, seed=0)


def test_a_folder_without_known_public_sets_is_an_error(tmp_path: Path) -> None:
    write_lines(tmp_path / "d.jsonl", document_line())
    with pytest.raises(DatasetError, match="holds none of the public sets: squad2"):
        gathered([tmp_path], tmp_path, seed=0)


def test_two_answers_of_a_cluster_are_read_beside_their_question(tmp_path: Path) -> None:
    cluster = {
        "id": "c-1",
        "documents": [{"title": "T", "sentences": [f"It is {n}."]} for n in (3, 4, 5)],
        "questions": [
            {"q": "How many are there in all?", "answer": [[0, 0], [1, 0], [2, 0]]},
            {"q": "How many?", "answer": [[0, 0], [1, 0]]},
        ],
        "conflicts": [{"a": [0, 0], "b": [1, 0]}],
    }
    pairs = [p for p in pairs_of(tmp_path, cluster) if p.task == "conflict"]
    told = {(p.asked, *p.sentences): (p.title, p.holds) for p in pairs}
    assert told["It is 4.", "It is 3."] == ("How many?", True)
    assert told["It is 3.", "It is 5."] == ("How many are there in all?", False)


def test_a_claim_that_its_one_sentence_contradicts_makes_a_pair(tmp_path: Path) -> None:
    claims = [
        {"text": text, "supported": supported, "kind": kind, "evidence": evidence}
        for text, supported, kind, evidence in (
            ("Ada Lund is in charge.", True, "paraphrase", [2]),
            ("Bo Lund runs it.", False, "name", [2]),
            ("Ada Lund runs it since she bought it.", False, "extra", [2]),
            ("Ada Lund may run it.", False, "hedge", [2]),
            ("Bo Lund runs the mill.", False, "name", [0, 2]),
        )
    ]
    pairs = [p for p in pairs_of(tmp_path, document_line(claims=claims)) if p.made]
    told = {p.asked: p.holds for p in pairs if p.sentences == (MILL[2],)}
    assert told == {
        "Ada Lund is in charge.": False,
        "Bo Lund runs it.": True,
        "Ada Lund runs it since she bought it.": False,
    }
    assert len(pairs) == 2 * len(told)
    arranged = pool(pairs, {}, {})
    assert len(arranged.made) == len(pairs)
    assert not arranged.own


def test_opposed_answers_answer_their_question_among_other_sentences(tmp_path: Path) -> None:
    def line(
        number: int, question: str, *sentences: str, conflict: bool = True
    ) -> dict[str, object]:
        first, second = ({"title": "T", "date": None, "sentence": each} for each in sentences)
        named = {"id": f"p-{number}", "q": question, "kind": "number", "conflict": conflict}
        return named | {"a": first, "b": second}

    lines = [
        line(1, "How many nurses?", "Forty work here.", "We are thirty."),
        line(2, "Since when?", "It began in May.", "It began in June."),
        line(3, "Who?", "Ann.", "Her sister.", conflict=False),
    ]
    assert not any(is_test(f"p-{number}") for number in (1, 2, 3))
    pairs = [p for p in pairs_of(tmp_path, *lines) if p.task == "question"]
    assert {p.asked for p in pairs} == {"How many nurses?", "Since when?"}
    for pair in pairs:
        assert pair.holds
        assert pair.labels is not None
        assert len(pair.sentences) == len(pair.labels) == 2
    right = {pair.sentences[(pair.labels or ()).index(1)]: pair.asked for pair in pairs}
    assert right == {
        "Forty work here.": "How many nurses?",
        "We are thirty.": "How many nurses?",
        "It began in May.": "Since when?",
        "It began in June.": "Since when?",
    }
