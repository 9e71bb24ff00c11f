"""Documents with questions and claims become labelled pairs for the reader."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from app.reading.pairs import Task

HEAD_OF: dict[Task, str] = {
    "question": "answers",
    "claim": "supports",
    "turn": "depends",
    "conflict": "conflicts",
}
"""Which head of the network judges a pair."""
TEST_SHARE, TEST_PART = 10, 1
"""Documents whose id has this remainder (MD5 modulo 10) are the test part: never trained on."""
UNKNOWN = -1
"""Label of a sentence that is neither right nor wrong: context of an answer."""
CONTRADICTS = frozenset(
    {"number", "unit", "date", "name", "role", "negation", "direction", "status", "order",
     "contradiction", "refute"}
)  # fmt: skip
"""Kinds of untrue claims of which the sentence that they are checked against tells otherwise."""
SILENT = frozenset({"extra", "cause", "outside", "neutral", "unsupported", "hallucination"})
"""Kinds of which it does not speak."""
FILLED = 3
"""Sentences of other lines beside one of two opposed answers."""
PUBLIC_MADE = 0.25
"""Of the claims of public sets: those that are also read as one of two sentences."""
PUBLIC_SENTENCES = 8
"""Longer passages of public sets are cut to so many sentences around the answer."""
OVERLAP = re.compile(r"[a-z]{4,}")


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing to judge: a question, claim or turn beside sentences."""

    task: Task
    asked: str
    title: str
    sentences: tuple[str, ...]
    labels: tuple[int, ...] | None
    """Of each sentence 1 (belongs to the answer), 0, or `UNKNOWN`; None where nobody knows."""
    holds: bool
    """The passage answers, the claim is supported, the turn depends, the two conflict."""
    source: str
    """Name of the set."""
    group: str
    """Id of the document."""
    made: bool = False
    """Of two sentences: made of a claim, not written as such."""


def is_test(document_id: str) -> bool:
    """Whether a document belongs to the test part."""
    return _digest(document_id) % TEST_SHARE == TEST_PART


def own_pairs(folders: Iterable[Path]) -> list[Pair]:
    """All pairs of our own files but those of single turns, test part included."""
    paths = sorted(path for folder in folders for path in folder.glob("*.jsonl"))
    documents: dict[str, Mapping[str, Any]] = {}
    pairs: list[Pair] = []
    for path in paths:
        opposed = [
            row
            for row in rows(path)
            if row.get("conflict") and row.get("q") and not is_test(row["id"])
        ]
        pairs += _asked_of_two(opposed, path.stem)
        for row in rows(path):
            if "sentences" in row:
                documents[row["id"]] = row
                pairs += _of_document(row, path.stem)
            elif "documents" in row:
                pairs += _of_cluster(row, path.stem)
            elif "conflict" in row:
                pairs += _of_two(row, path.stem)
    for path in paths:
        for row in rows(path):
            known = documents.get(row.get("doc", ""))
            if known is None:
                continue
            if "claims" in row:
                pairs += [
                    pair for each in row["claims"] for pair in _claims(known, each, path.stem)
                ]
            if "questions" in row:
                pairs += [_question(known, each, path.stem) for each in row["questions"]]
            if "turns" in row:
                pairs += _of_conversation(known, row["turns"])
    return pairs


def public_pairs(path: Path, limit: int) -> list[Pair]:
    """At most `limit` pairs of a public set in the same form, chosen by a fixed seed."""
    name = path.name.split(".")[0]
    chance = random.Random(5)  # noqa: S311 - a choice of examples, no secret
    found: list[Pair] = []
    for row in rows(path):
        sentences = row["sentences"]
        group = f"{name}:{row.get('id') or row.get('title')}:{sentences[0][:20]}"
        title = row.get("title") or ""
        for question in row.get("questions", ()):
            answer = question["answer"]
            if len(sentences) > 3 and len(answer) > max(4, len(sentences) // 2):
                continue
            at = answer[0] if answer else chance.randrange(len(sentences))
            first = _cut(len(sentences), at - chance.randint(0, 6))
            kept = tuple(sentences[first : first + PUBLIC_SENTENCES])
            labels = tuple(int(first + n in answer) for n in range(len(kept)))
            found.append(
                Pair("question", question["q"], title, kept, labels, any(labels), name, group)
            )
        for claim in row.get("claims", ()):
            evidence = claim.get("evidence") or []
            if len(sentences) > PUBLIC_SENTENCES and not evidence:
                continue
            first = _cut(len(sentences), min(evidence or [0]) - chance.randint(0, 3))
            kept = tuple(sentences[first : first + PUBLIC_SENTENCES])
            inside = [n - first for n in evidence if 0 <= n - first < len(kept)]
            holds = bool(claim["supported"])
            known = tuple(int(n in inside) for n in range(len(kept))) if holds and inside else None
            found.append(Pair("claim", claim["text"], title, kept, known, holds, name, group))
            told = sentences[0] if len(sentences) == 1 else _only(sentences, evidence)
            sides = _opposed_or_not(claim, told, name, group)
            found += [chance.choice(sides)] if sides and chance.random() < PUBLIC_MADE else []
    chance.shuffle(found)
    return found[:limit]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a JSONL file, gzipped or not."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def _of_document(row: Mapping[str, Any], source: str) -> list[Pair]:
    return [
        *(_question(row, each, source) for each in row["questions"]),
        *(pair for each in row.get("claims", ()) for pair in _claims(row, each, source)),
    ]


def _question(row: Mapping[str, Any], question: Mapping[str, Any], source: str) -> Pair:
    sentences, answer = tuple(row["sentences"]), question["answer"]
    labels = [0] * len(sentences)
    for number in question.get("context") or ():
        labels[number] = UNKNOWN
    for number in answer:
        labels[number] = 1
    title, asked = row["title"], question["q"]
    return Pair("question", asked, title, sentences, tuple(labels), bool(answer), source, row["id"])


def _claims(row: Mapping[str, Any], claim: Mapping[str, Any], source: str) -> list[Pair]:
    """A claim beside its evidence, and as one of two sentences that conflict or not."""
    told = _only(row["sentences"], claim["evidence"])
    return [_claim(row, claim, source), *_opposed_or_not(claim, told, source, row["id"])]


def _only(sentences: Sequence[str], evidence: Sequence[int]) -> str | None:
    return sentences[evidence[0]] if len(evidence) == 1 else None


def _opposed_or_not(
    claim: Mapping[str, Any], told: str | None, source: str, group: str
) -> list[Pair]:
    """A claim and the one sentence that it is checked against, whichever comes first.

    None of a claim that rests on several sentences, or whose kind says neither that its sentence
    tells otherwise nor that it is silent.
    """
    kind = claim.get("kind")
    if told is None or not (claim["supported"] or kind in CONTRADICTS or kind in SILENT):
        return []
    conflict = not claim["supported"] and kind in CONTRADICTS
    sides = claim["text"], told
    return [
        Pair("conflict", one, "", (other,), None, conflict, source, group, made=True)
        for one, other in (sides, sides[::-1])
    ]


def _claim(row: Mapping[str, Any], claim: Mapping[str, Any], source: str) -> Pair:
    """A claim beside its evidence, and in three of five cases a little more."""
    evidence, text = claim["evidence"], claim["text"]
    size = len(row["sentences"])
    wide = _digest(text)
    first = max(0, min(evidence) - wide % 3)
    end = min(size, max(max(evidence) + 1 + wide % 2, first + 4))
    kept = sorted(evidence) if wide % 5 < 2 else list(range(first, end))
    holds = bool(claim["supported"])
    return Pair(
        "claim",
        text,
        row["title"],
        tuple(row["sentences"][n] for n in kept),
        tuple(int(n in evidence) for n in kept) if holds else None,
        holds,
        source,
        row["id"],
    )


def _of_conversation(row: Mapping[str, Any], turns: Sequence[Mapping[str, Any]]) -> list[Pair]:
    sentences = tuple(row["sentences"])
    found: list[Pair] = []
    said: list[str] = []
    for turn in turns:
        if "answer" not in turn:
            continue
        labels = tuple(int(n in turn["answer"]) for n in range(len(sentences)))
        asked = [turn["standalone"]]
        if said:
            asked.append(" / ".join([*said[-2:], turn["q"]]))
            found.append(
                Pair(
                    "turn",
                    turn["q"],
                    "",
                    tuple(said[-2:]),
                    None,
                    turn["depends"],
                    "talk",
                    row["id"],
                )
            )
        found += [
            Pair(
                "question",
                text,
                row["title"],
                sentences,
                labels,
                bool(turn["answer"]),
                "talk",
                row["id"],
            )
            for text in asked
        ]
        said.append(turn["q"])
    return found


def _of_cluster(row: Mapping[str, Any], source: str) -> list[Pair]:
    documents, found = row["documents"], []
    for question in row["questions"]:
        for number, document in enumerate(documents):
            sentences = tuple(document["sentences"])
            answer = {n for which, n in question["answer"] if which == number}
            labels = tuple(int(n in answer) for n in range(len(sentences)))
            found.append(
                Pair(
                    "question",
                    question["q"],
                    document["title"],
                    sentences,
                    labels,
                    bool(answer),
                    source,
                    row["id"],
                )
            )
    for (one, other), conflicts in _sides(row).items():
        sides = [documents[d]["sentences"][n] for d, n in (one, other)]
        asked = _asked_of(row, one, other)
        found += [
            Pair("conflict", first, asked, (second,), None, conflicts, source, row["id"])
            for first, second in (sides, sides[::-1])
        ]
    return found


def _sides(row: Mapping[str, Any]) -> dict[tuple[tuple[int, int], tuple[int, int]], bool]:
    """Places of two sentences of a cluster -> whether they conflict.

    Two answers to one question that are not said to conflict do not.
    """
    found = {
        (tuple(each["a"]), tuple(each["b"])): conflicts
        for name, conflicts in (("conflicts", True), ("not_conflicts", False))
        for each in row.get(name, ())
    }
    known = {frozenset(places) for places in found}
    for question in row["questions"]:
        for one, other in combinations(sorted(map(tuple, question["answer"])), 2):
            if one[0] != other[0] and frozenset((one, other)) not in known:
                found[one, other] = False
    return found


def _asked_of(row: Mapping[str, Any], *sides: tuple[int, int]) -> str:
    """The shortest question of a cluster that both sentences answer; nothing if there is none."""
    both = [
        question["q"]
        for question in row["questions"]
        if set(sides) <= set(map(tuple, question["answer"]))
    ]
    return min(both, key=len, default="")


def _of_two(row: Mapping[str, Any], source: str) -> list[Pair]:
    """Two sentences, whichever comes first."""
    sides = row["a"]["sentence"], row["b"]["sentence"]
    asked = row.get("q") or ""
    return [
        Pair("conflict", one, asked, (other,), None, row["conflict"], source, row["id"])
        for one, other in (sides, sides[::-1])
    ]


def _asked_of_two(opposed: Sequence[Mapping[str, Any]], source: str) -> list[Pair]:
    """A question beside either of its opposed answers, among sentences of other lines.

    Sources that differ seldom use the question's words: what answers it must be seen all the same.
    """
    found: list[Pair] = []
    for number, row in enumerate(opposed):
        others = [
            other["b"]["sentence"]
            for other in (*opposed[number + 1 :], *opposed[:number])[: 8 * FILLED]
            if other["q"] != row["q"]
        ]
        for side in (row["a"], row["b"]):
            told = side["sentence"]
            around = others[:FILLED]
            at = _digest(told) % (len(around) + 1)
            sentences = (*around[:at], told, *around[at:])
            labels = tuple(int(n == at) for n in range(len(sentences)))
            found.append(
                Pair(
                    "question", row["q"], side["title"], sentences, labels, True, source, row["id"]
                )
            )
    return found


def _cut(num_sentences: int, first: int) -> int:
    """Where a passage cut to `PUBLIC_SENTENCES` begins."""
    return max(0, min(first, num_sentences - PUBLIC_SENTENCES))


def _digest(text: str) -> int:
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), 16)
