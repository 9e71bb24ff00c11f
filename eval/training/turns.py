"""Trains the model of turns: which kind a turn is of, and where its question stands."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from app.turns.features import KIND_BITS, WORD_BITS, of_turn, of_words, plain, tokens
from app.turns.kinds import SPOKEN, TurnKind
from app.turns.model import TurnModel, best_run
from app.turns.understanding import Understander
from eval.datasets.reading_format import (
    Form,
    form_of,
    is_test_part,
    read_conversations,
    read_documents,
    read_turns,
)
from eval.datasets.reading_forms import Conversation, Turn
from vectorstore.protocols import Embedder

PLAIN_QUESTIONS = 4000
"""Questions of documents that are learned from: so many that a model never takes one for chat."""
MIXED = 6000
"""Turns made of the courtesies of one and the question of another."""
KIND_PENALTY, WORD_PENALTY = 10.0, 3.0
"""C of the logistic regressions."""
VECTOR_SCALE = 1.5
"""What a turn's vector, of length 1, counts beside its words and letters, together of length 1."""
OF_OURS, OF_TALKS, OF_DOCUMENTS, OF_MIXED = 2.0, 0.5, 0.5, 0.3
"""Weights of the turns written for this, of those of conversations, and of plain questions."""
BATCH = 64
MAX_STEPS = 200
MISS = -0.6
"""What a word that the question does not have counts where the question is looked for in a turn."""


@dataclass(frozen=True, slots=True)
class KindExample:
    """A turn and its kind."""

    text: str
    follows: bool
    kind: TurnKind
    weight: float


@dataclass(frozen=True, slots=True)
class CoreExample:
    """A turn and the characters of its question."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TurnData:
    """What is learned from, or measured on."""

    kinds: Sequence[KindExample]
    cores: Sequence[CoreExample]


def gathered(folder: Path, *, test: bool, seed: int = 0) -> TurnData:
    """The turns of a folder: those of the test part, or the others with mixtures of them.

    Args:
        folder: Holds files of turns, conversations and documents (eval/datasets/reading).
        test: Whether to take the test part, on which nothing is trained.
        seed: Of the choice of questions and of the mixtures.
    """
    files = {form: _files(folder, form) for form in Form}
    documents = [one for path in files[Form.DOCUMENTS] for one in read_documents(path)]
    talks = [
        one for path in files[Form.CONVERSATIONS] for one in read_conversations(path, documents)
    ]
    turns = [
        turn
        for path in files[Form.TURNS]
        for turn in read_turns(path)
        if is_test_part(turn.q) == test
    ]
    questions = [
        each.q
        for document in documents
        if is_test_part(document.id) == test
        for each in document.questions
    ]
    kinds = [each for talk in talks if is_test_part(talk.doc) == test for each in _of_talk(talk)]
    kinds += [KindExample(t.q, t.before is not None, TurnKind(t.kind), OF_OURS) for t in turns]
    cores = [found for turn in turns if (found := core_example(turn)) is not None]
    chance = random.Random(seed)  # noqa: S311 - a choice of examples, no secret
    some = chance.sample(questions, min(PLAIN_QUESTIONS, len(questions)))
    kinds += [
        KindExample(text, chance.random() < 0.3, TurnKind.QUESTION, OF_DOCUMENTS) for text in some
    ]
    cores += [CoreExample(text, 0, len(text)) for text in some]
    if not test:
        mixed = _mixed(cores, some, chance)
        cores += mixed
        kinds += [
            KindExample(one.text, chance.random() < 0.3, TurnKind.QUESTION, OF_MIXED)
            for one in mixed[: MIXED // 2]
        ]
    return TurnData(kinds, cores)


def core_example(turn: Turn) -> CoreExample | None:
    """Where the question of a turn stands: the run of words that shares most with its wording.

    None for turns that ask nothing, and where the wording shares too little with the turn.
    """
    if TurnKind(turn.kind) not in {
        TurnKind.QUESTION,
        TurnKind.FOLLOWUP,
        TurnKind.LIBRARY,
        TurnKind.SUMMARY,
        TurnKind.COMPARE,
        TurnKind.SEVERAL,
    }:
        return None
    if turn.core is None:
        return CoreExample(turn.q, 0, len(turn.q))
    words = tokens(turn.q)
    wanted = {plain(word.text)[:5] for word in tokens(turn.core)}
    scores = np.array([1.0 if plain(word.text)[:5] in wanted else MISS for word in words])
    first, last = best_run(scores)
    if (scores[first : last + 1] > 0).sum() < len(wanted) / 2:
        return None
    return CoreExample(turn.q, words[first].start, words[last].end)


def train(data: TurnData, embedder: Embedder) -> TurnModel:
    """Fit the models: of kinds with and without vectors, and of the words of the question."""
    kinds = sorted({example.kind for example in data.kinds})
    by_turn = _matrix(
        (of_turn(each.text, follows=each.follows) for each in data.kinds), 1 << KIND_BITS
    )
    labels = np.array([kinds.index(each.kind) for each in data.kinds])
    weights = np.array([each.weight for each in data.kinds])
    bare = LogisticRegression(C=KIND_PENALTY, max_iter=MAX_STEPS)
    bare.fit(by_turn, labels, sample_weight=weights)
    vectors = csr_matrix(VECTOR_SCALE * vectors_of([each.text for each in data.kinds], embedder))
    both = LogisticRegression(C=KIND_PENALTY, max_iter=MAX_STEPS)
    both.fit(hstack([by_turn, vectors]).tocsr(), labels, sample_weight=weights)
    width = 1 << KIND_BITS
    rows: list[NDArray[np.int64]] = []
    belongs: list[bool] = []
    for example in data.cores:
        words = tokens(example.text)
        rows += of_words(words)
        belongs += [example.start <= word.start < example.end for word in words]
    of_word = LogisticRegression(C=WORD_PENALTY, max_iter=MAX_STEPS)
    of_word.fit(_matrix(rows, 1 << WORD_BITS), np.array(belongs))
    return TurnModel(
        tuple(kinds),
        both.coef_.T[:width].astype(np.float32),
        both.intercept_.astype(np.float32),
        VECTOR_SCALE * both.coef_.T[width:].astype(np.float32),
        embedder.fingerprint,
        bare.coef_.T.astype(np.float32),
        bare.intercept_.astype(np.float32),
        of_word.coef_[0].astype(np.float32),
        float(of_word.intercept_[0]),
    )


def vectors_of(texts: Sequence[str], embedder: Embedder) -> NDArray[np.float32]:
    """Of each text: (texts, dimension)."""
    batches = range(0, len(texts), BATCH)
    return np.concatenate([embedder.embed(texts[at : at + BATCH]) for at in batches])


def _matrix(rows: Iterable[NDArray[np.int64]], width: int) -> csr_matrix:
    rows = list(rows)
    values = np.concatenate([np.full(len(row), 1 / np.sqrt(len(row))) for row in rows])
    ends = np.cumsum([0, *(len(row) for row in rows)])
    return csr_matrix((values, np.concatenate(rows), ends), shape=(len(rows), width))


def _files(folder: Path, form: Form) -> list[Path]:
    return [path for path in sorted(folder.glob("*.jsonl")) if form_of(path) is form]


def _of_talk(talk: Conversation) -> list[KindExample]:
    found = []
    for number, turn in enumerate(talk.turns):
        if turn.answer is None:
            kind = TurnKind.COURTESY
        else:
            kind = TurnKind.FOLLOWUP if turn.depends else TurnKind.QUESTION
        found.append(KindExample(turn.q, number > 0, kind, OF_TALKS))
    return found


def _mixed(
    cores: Sequence[CoreExample], questions: Sequence[str], chance: random.Random
) -> list[CoreExample]:
    """Questions in the courtesies of other turns."""
    frames = [
        (one.text[: one.start], one.text[one.end :])
        for one in cores
        if one.start > 0 or one.end < len(one.text) - 1
    ]
    found = []
    for _ in range(MIXED if frames and questions else 0):
        before, after = chance.choice(frames)
        if chance.random() < 0.3:
            after = chance.choice(frames)[1]
        question = chance.choice(questions)
        if before and not before.rstrip().endswith((".", "!", "?", ":", "\n")):
            question = question[:1].lower() + question[1:]
        if (
            after[:1] not in {"", "?", ".", "!"}
            or chance.random() < 0.3
            or after[:1] in {"?", ".", "!"}
        ):
            question = question.rstrip("?.")
        text = before + question + after
        found.append(CoreExample(text, len(before), len(before) + len(question)))
    return found


@dataclass(frozen=True, slots=True)
class TurnFigures:
    """How often a model is right."""

    kinds: Mapping[str, tuple[int, int]]
    """By kind: how many turns got it, of how many."""
    spoken_right: int
    spoken: int
    """Turns that ask nothing of the sources."""
    asked_right: int
    asked: int
    """The others; questions of documents are among them."""
    cores_exact: int
    cores: int
    """Questions inside of courtesies."""
    whole_kept: int
    whole: int
    """Questions without any."""
    wrong: Sequence[str]


def figures(model: TurnModel, data: TurnData, embedder: Embedder | None) -> TurnFigures:
    """Measure a model on turns that it was not trained on; without an embedder by words alone."""
    wrong: list[str] = []
    kinds: dict[str, list[int]] = {}
    counts: Counter[tuple[bool, bool]] = Counter()
    understand = Understander(embedder, model)
    for each in data.kinds:
        found = understand(each.text, follows=each.follows)
        row = kinds.setdefault(each.kind.value, [0, 0])
        row[0] += found.kind is each.kind
        row[1] += 1
        is_spoken = each.kind in SPOKEN
        counts[is_spoken, (found.kind in SPOKEN) == is_spoken] += 1
        if (found.kind in SPOKEN) != is_spoken:
            maybe = f" (else {found.otherwise.value})" if found.otherwise else ""
            wrong.append(f"{each.kind.value} taken for {found.kind.value}{maybe}: {each.text}")
    exact = kept = num_cores = num_whole = 0
    for one in data.cores:
        start, end = model.core(one.text)
        is_right = _letters(one.text[start:end]) == _letters(one.text[one.start : one.end])
        if one.start == 0 and one.end == len(one.text):
            num_whole, kept = num_whole + 1, kept + is_right
        else:
            num_cores, exact = num_cores + 1, exact + is_right
        if not is_right:
            wrong.append(f"cut to “{one.text[start:end]}”: {one.text}")
    return TurnFigures(
        {name: (row[0], row[1]) for name, row in sorted(kinds.items())},
        counts[True, True],
        counts[True, True] + counts[True, False],
        counts[False, True],
        counts[False, True] + counts[False, False],
        exact,
        num_cores,
        kept,
        num_whole,
        wrong,
    )


def _letters(text: str) -> list[str]:
    return [plain(token.text) for token in tokens(text)]
