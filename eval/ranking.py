"""The product's own ranking of a library's documents, for queries made in three ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from app.answering.conversation.condense import Condensed, condense
from app.answering.conversation.hearing import TURNS_READ
from app.answering.selection.retrieve import shares
from app.bootstrap import embedding_settings, store_settings
from app.types import Message
from eval.systems.corpus import Library
from eval.types import Case
from vectorstore.catalog import Catalog
from vectorstore.embedding.build import build_embedder
from vectorstore.fusion import weighted_sum
from vectorstore.live import LiveGeneration, LiveIndex
from vectorstore.protocols import Embedder
from vectorstore.retrieval import rank


def last_turn(case: Case) -> Condensed:
    """The question as it is."""
    return condense(case.question, ())


def joined(case: Case) -> Condensed:
    """The question that was asked before, and this one, as one text."""
    before = [turn.content for turn in case.history if turn.role == "user"][-1:]
    return condense(" ".join([*before, case.question]), ())


def own(case: Case) -> Condensed:
    """What the product makes of the question and its conversation."""
    history = [Message(turn.role, turn.content) for turn in case.history]
    return condense(case.question, history[-TURNS_READ:])


@dataclass(frozen=True, slots=True)
class Ranker:
    """Ranks the documents of one library. Use it from one thread."""

    library: Library
    generation: LiveGeneration
    embedder: Embedder

    def documents(self, condensed: Condensed, case: Case) -> list[str]:
        """The dataset's ids of the documents, each by its best passage, best first."""
        texts = (condensed.searched, *condensed.backgrounds)
        rankings = [
            rank(self.generation, text, vector)
            for text, vector in zip(texts, self.embedder.embed(texts), strict=True)
        ]
        total = weighted_sum([each.fused for each in rankings], shares(condensed, rankings))
        best: dict[str, float] = {}
        for passage, score in total.items():
            name = self.library.names.of(passage.split(":")[0], case)
            if name is not None:
                best[name] = max(score, best.get(name, 0.0))
        return sorted(best, key=lambda name: (-best[name], name))

    def run(
        self, cases: Sequence[Case], query_of: Callable[[Case], Condensed]
    ) -> Mapping[str, list[str]]:
        """The ranking of each case, with queries made in one way."""
        return {case.id: self.documents(query_of(case), case) for case in cases}


@contextmanager
def ranking(library: Library) -> Iterator[Ranker]:
    """The library opened for ranking, through the store and the embedder of the product."""
    settings = library.settings
    store = store_settings(settings)
    embedder = build_embedder(
        embedding_settings(settings), data_dir=settings.data_dir, purpose="query"
    )
    live = LiveIndex(Catalog(store.catalog_url), store)
    try:
        with live.generation() as generation:
            yield Ranker(library, generation, embedder)
    finally:
        live.close()
