"""The trained reader, computed by ONNX Runtime."""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions

from app.reading.calibration import Calibration
from app.reading.pairs import OUTSIDE, Pairs, Task, Window, batch
from app.reading.protocol import PassageReading, ReadPassage

HIDDEN = "hidden"
"""What a stage hands to the next, as `app.reading.graph` names it;"""
WANTED = "wanted"
"""and the places that the heads of the last one look at."""
HEADS = ("answers", "supports", "depends", "conflicts")
"""Columns of the pooled output."""
NO_WORD = 5
"""From so many word pieces on, a word is made up; names are checked elsewhere."""
_WORD = re.compile(r"\b[a-z]{5,}\b")


FUSIONS_LEFT_OUT = ("SkipLayerNormFusion",)
"""ONNX Runtime would make one node of each sum and its norm, and on a processor that node adds
number by number: a quarter of an answer's time went there, a fifteenth goes to the two nodes."""


class Judged(NamedTuple):
    """What a window's reading has come to."""

    stage: int
    """At which it ended."""
    sentences: NDArray[np.float32]
    """Logits of the window's sentences."""
    pooled: NDArray[np.float32]
    """Logits of the heads."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Some of the network's layers, and heads behind them."""

    graph: bytes
    """As `app.reading.graph` writes it."""
    calibration: Mapping[str, Calibration]
    """Of each head and of "sentences"."""
    least: float
    """Chance, of the passage or of a sentence, from which a question's window is read on."""


class CrossEncoder:
    """A forward pass for each window of a question and a passage, in stages.

    Most of what is found does not answer, and after a few layers that can be seen: such a window
    is left there (BranchyNet, Teerapittayanon et al. 2016), and what might answer is read on to
    the end. Claims and turns always are.

    A window is computed alone. Beside others it would be padded to the longest, a quarter of all
    word pieces, and in eight bits its values would be rounded by theirs: what a sentence is given
    would depend on what else was found. Whoever asks computes; a few threads help those who have
    several windows, which shortens an answer as long as cores are idle.
    """

    def __init__(
        self, stages: Sequence[Stage], pairs: Pairs, *, fingerprint: str, threads: int
    ) -> None:
        """Load the network.

        Args:
            stages: In order.
            pairs: Cuts windows.
            fingerprint: Of weights and precision.
            threads: Windows of one question computed at the same time.
        """
        self._sessions = [_session(stage.graph) for stage in stages]
        self._lines = [stage.calibration for stage in stages]
        self._least = [stage.least for stage in stages]
        self._num_helpers = threads - 1
        self._helpers = ThreadPoolExecutor(max(1, threads - 1), thread_name_prefix="reader")
        self._pairs = pairs
        self.fingerprint = fingerprint

    def read(self, question: str, passages: Sequence[ReadPassage]) -> list[PassageReading]:
        """See `Reader`."""
        windows: list[Window] = []
        owners: list[int] = []
        for number, passage in enumerate(passages):
            cut = self._pairs.windows("question", question, passage.sentences, title=passage.title)
            windows += cut
            owners += [number] * len(cut)
        answers = [0.0] * len(passages)
        best = [[0.0] * len(passage.sentences) for passage in passages]
        column = HEADS.index("answers")
        found = self._all(windows, self._read_on)
        for window, owner, judged in zip(windows, owners, found, strict=True):
            lines = self._lines[judged.stage]
            chance = lines["answers"].chance(float(judged.pooled[column]))
            answers[owner] = max(answers[owner], chance)
            of_sentence = lines["sentences"].chance
            for at, score in enumerate(judged.sentences.tolist(), window.first):
                best[owner][at] = max(best[owner][at], of_sentence(score))
        return [
            PassageReading(answer, tuple(chances))
            for answer, chances in zip(answers, best, strict=True)
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
            return self._lines[-1]["supports"].chance(alone)
        under = self._logit("claim", claim, evidence, "supports", title=title)
        return self._lines[-1]["supports"].chance((alone + under) / 2)

    def depends(self, turn: str, history: Sequence[str]) -> float:
        """See `Reader`."""
        return self._pooled("turn", turn, history, "depends")

    def knows(self, word: str) -> bool:
        """See `Reader`: the words that have a vector of their own."""
        return self._pairs.is_word(word)

    def conflict(self, first: str, second: str, about: str = "", least: float = 0.0) -> float:
        """See `Reader`. The mean of both orders; the second is read only where it matters."""
        one = self._pooled("conflict", first, [second], "conflicts", title=about)
        most = (one + 1.0) / 2
        if most < least:
            return most
        return (one + self._pooled("conflict", second, [first], "conflicts", title=about)) / 2

    def logits(
        self, windows: Sequence[Window], *, stage: int | None = None
    ) -> tuple[list[NDArray[np.float32]], NDArray[np.float32]]:
        """For each window its sentences' logits; and (windows, heads) of the whole.

        Args:
            windows: As `Pairs` cuts them.
            stage: At which all of them end; None reads to the end.
        """
        last = len(self._sessions) - 1 if stage is None else stage
        judged = self._all(windows, lambda found: found.stage < last)
        pooled = [each.pooled for each in judged] or [np.empty((0, len(HEADS)), dtype=np.float32)]
        return [each.sentences for each in judged], np.stack(pooled).reshape(-1, len(HEADS))

    def _all(self, windows: Sequence[Window], goes_on: Callable[[Judged], bool]) -> list[Judged]:
        # The longest first, so that no thread begins one when the others are done.
        order = sorted(range(len(windows)), key=lambda n: (-len(windows[n].ids), n))
        found: dict[int, Judged] = {}
        todo = deque(order)

        def work() -> None:
            while todo:
                try:
                    number = todo.popleft()
                except IndexError:  # another was faster
                    return
                found[number] = self._run(windows[number], goes_on)

        helping = [
            self._helpers.submit(work) for _ in range(min(self._num_helpers, len(order) - 1))
        ]
        work()
        for help_ in helping:
            if not help_.cancel():  # it helps, or has helped, and not somebody else
                help_.result()
        return [found[number] for number in range(len(windows))]

    def _read_on(self, judged: Judged) -> bool:
        """Whether a question's window might answer, as far as it is read."""
        lines, least = self._lines[judged.stage], self._least[judged.stage]
        answers = lines["answers"].chance(float(judged.pooled[HEADS.index("answers")]))
        return max(answers, lines["sentences"].chance(float(judged.sentences.max()))) >= least

    def _pooled(
        self, task: Task, asked: str, sentences: Sequence[str], head: str, *, title: str = ""
    ) -> float:
        logit = self._logit(task, asked, sentences, head, title=title)
        return self._lines[-1][head].chance(logit)

    def _logit(
        self, task: Task, asked: str, sentences: Sequence[str], head: str, *, title: str = ""
    ) -> float:
        """Of the surest window; of no sentence the least there is."""
        windows = self._pairs.windows(task, asked, sentences, title=title)
        if not windows:
            return -math.inf
        _, pooled = self.logits(windows)
        return float(pooled[:, HEADS.index(head)].max())

    def _run(self, window: Window, goes_on: Callable[[Judged], bool]) -> Judged:
        arrays = batch([window], self._pairs.pad)
        spans = (arrays.sentence_of == np.arange(window.end - window.first)[:, None])[None]
        means = spans / np.maximum(spans.sum(axis=2, keepdims=True, dtype=np.float32), 1.0)
        given: dict[str, NDArray[Any]] = {"ids": arrays.ids, "types": arrays.types}
        for number, session in enumerate(self._sessions):
            if number < len(self._sessions) - 1:
                given["spans"] = means
            else:
                wanted = np.flatnonzero(arrays.sentence_of[0] != OUTSIDE)
                given[WANTED] = np.concatenate([[0], wanted])  # the heads look at the first, too
                given["spans"] = means[:, :, given[WANTED]]
            scores, heads, *hidden = cast("list[NDArray[np.float32]]", session.run(None, given))
            judged = Judged(number, scores[0], heads[0])
            if not hidden or not goes_on(judged):
                break
            given = {HIDDEN: hidden[0]}
        return judged


def _session(graph: bytes) -> InferenceSession:
    options = SessionOptions()
    # A thread for each window: threads inside one would wait for each other at every layer.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_ALL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return InferenceSession(
        graph,
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=list(FUSIONS_LEFT_OUT),
    )
