"""The trained reader, computed by ONNX Runtime."""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import numpy as np
from numpy.typing import NDArray
from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions

from app.reading.calibration import Calibration
from app.reading.pairs import Pairs, Task, Window, batch
from app.reading.protocol import PassageReading, ReadPassage

HEADS = ("answers", "supports", "depends", "conflicts")
"""Columns of the pooled output."""
NO_WORD = 5
"""From so many word pieces on, a word is made up; names are checked elsewhere."""
_WORD = re.compile(r"\b[a-z]{5,}\b")


FUSIONS_LEFT_OUT = ("SkipLayerNormFusion",)
"""ONNX Runtime would make one node of each sum and its norm, and on a processor that node adds
number by number: a quarter of an answer's time went there, a fifteenth goes to the two nodes."""

Scored = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Logits of a window's sentences, and of its heads."""


class CrossEncoder:
    """One forward pass for each window of a question and a passage.

    A window is computed alone. Beside others it would be padded to the longest, a quarter of all
    word pieces, and in eight bits its values would be rounded by theirs: what a sentence is given
    would depend on what else was found. Whoever asks computes; a few threads help those who have
    several windows, which shortens an answer as long as cores are idle.
    """

    def __init__(
        self,
        model: bytes,
        pairs: Pairs,
        calibration: Mapping[str, Calibration],
        *,
        fingerprint: str,
        threads: int,
    ) -> None:
        """Load the network.

        Args:
            model: A serialised graph (`app.reading.graph`).
            pairs: Cuts windows.
            calibration: Of each head and of "sentences".
            fingerprint: Of weights and precision.
            threads: Windows of one question computed at the same time.
        """
        options = SessionOptions()
        # A thread for each window: threads inside one would wait for each other at every layer.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_ALL
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = InferenceSession(
            model,
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=list(FUSIONS_LEFT_OUT),
        )
        self._num_helpers = threads - 1
        self._helpers = ThreadPoolExecutor(max(1, threads - 1), thread_name_prefix="reader")
        self._pairs = pairs
        self._calibration = calibration
        self.fingerprint = fingerprint

    def read(self, question: str, passages: Sequence[ReadPassage]) -> list[PassageReading]:
        """See `Reader`."""
        windows: list[Window] = []
        owners: list[int] = []
        for number, passage in enumerate(passages):
            cut = self._pairs.windows("question", question, passage.sentences, title=passage.title)
            windows += cut
            owners += [number] * len(cut)
        sentences, pooled = self.logits(windows)
        answers = np.full(len(passages), -np.inf)
        best = [np.full(len(passage.sentences), -np.inf) for passage in passages]
        column = HEADS.index("answers")
        for window, owner, scores, heads in zip(windows, owners, sentences, pooled, strict=True):
            answers[owner] = max(answers[owner], heads[column])
            span = slice(window.first, window.end)
            best[owner][span] = np.maximum(best[owner][span], scores)
        chance = self._calibration["answers"].chance
        of_sentence = self._calibration["sentences"].chance
        return [
            PassageReading(chance(answer), tuple(of_sentence(score) for score in scores.tolist()))
            for answer, scores in zip(answers.tolist(), best, strict=True)
        ]

    def support(self, claim: str, evidence: Sequence[str], /, *, title: str = "") -> float:
        """See `Reader`. With a title, the mean of a reading under it and one without.

        A claim with a made-up word that no evidence has ("zqbababaxv") is not supported: its word
        pieces mean nothing to the model, which overlooks them.
        """
        told = " ".join(evidence).casefold()
        words = (word for word in _WORD.findall(claim) if word.casefold() not in told)
        if any(len(self._pairs.pieces(word)) >= NO_WORD for word in words):
            return 0.0
        alone = self._logit("claim", claim, evidence, "supports")
        if not title:
            return self._calibration["supports"].chance(alone)
        under = self._logit("claim", claim, evidence, "supports", title=title)
        return self._calibration["supports"].chance((alone + under) / 2)

    def depends(self, turn: str, history: Sequence[str]) -> float:
        """See `Reader`."""
        return self._pooled("turn", turn, history, "depends")

    def knows(self, word: str) -> bool:
        """See `Reader`: the words that have a vector of their own."""
        return self._pairs.is_word(word)

    def conflict(self, first: str, second: str) -> float:
        """See `Reader`. The same whichever comes first."""
        sides = [
            self._pooled("conflict", one, [other], "conflicts")
            for one, other in ((first, second), (second, first))
        ]
        return sum(sides) / len(sides)

    def logits(
        self, windows: Sequence[Window]
    ) -> tuple[list[NDArray[np.float32]], NDArray[np.float32]]:
        """For each window its sentences' logits; and (windows, heads) of the whole."""
        # The longest first, so that no thread begins one when the others are done.
        order = sorted(range(len(windows)), key=lambda n: (-len(windows[n].ids), n))
        sentences: list[NDArray[np.float32]] = [np.empty(0, dtype=np.float32)] * len(windows)
        pooled = np.empty((len(windows), len(HEADS)), dtype=np.float32)
        todo = deque(order)

        def work() -> None:
            while todo:
                try:
                    number = todo.popleft()
                except IndexError:  # another was faster
                    return
                sentences[number], pooled[number] = self._run(windows[number])

        helping = [
            self._helpers.submit(work) for _ in range(min(self._num_helpers, len(order) - 1))
        ]
        work()
        for help_ in helping:
            if not help_.cancel():  # it helps, or has helped, and not somebody else
                help_.result()
        return sentences, pooled

    def _pooled(self, task: Task, asked: str, sentences: Sequence[str], head: str) -> float:
        return self._calibration[head].chance(self._logit(task, asked, sentences, head))

    def _logit(
        self, task: Task, asked: str, sentences: Sequence[str], head: str, *, title: str = ""
    ) -> float:
        """Of the surest window; of no sentence the least there is."""
        windows = self._pairs.windows(task, asked, sentences, title=title)
        if not windows:
            return -math.inf
        _, pooled = self.logits(windows)
        return float(pooled[:, HEADS.index(head)].max())

    def _run(self, window: Window) -> Scored:
        arrays = batch([window], self._pairs.pad)
        spans = (arrays.sentence_of == np.arange(window.end - window.first)[:, None])[None]
        means = spans / np.maximum(spans.sum(axis=2, keepdims=True, dtype=np.float32), 1.0)
        scores, heads = cast(
            "Scored",
            self._session.run(
                ["sentences", "pooled"],
                {
                    "ids": arrays.ids,
                    "mask": arrays.mask.astype(np.int32),
                    "types": arrays.types,
                    "spans": means,
                },
            ),
        )
        return scores[0], heads[0]
