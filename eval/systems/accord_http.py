"""A running Accord, asked with its Python client."""

from __future__ import annotations

import hashlib
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import httpx

from app.client import (
    Accord,
    AccordError,
    Filters,
    ProblemError,
    Source,
    Turn,
    UnreachableError,
)
from eval.errors import BusyError, NoAnswerError, SystemUnusableError
from eval.systems.answer_body import said_of
from eval.systems.corpus import SourceNames, source_versions
from eval.systems.http import GRACE_S, failure
from eval.types import Case, Dataset, Said
from vectorstore.types import DocumentId

MAX_WITHIN = 200
"""Documents that the API takes as a filter."""
CHAT = "/api/chat"


class AccordOverHttp:
    """Asks `POST /api/chat`; texts are fetched once, to check quotes and show passages."""

    def __init__(
        self,
        client: Accord,
        url: str,
        names: SourceNames,
        *,
        composer: str | None,
        settings: Mapping[str, Any],
    ) -> None:
        """Nothing is asked yet; see `opened`."""
        self.name = f"{url}{CHAT}"
        self.settings = settings
        self.names = names
        self._client = client
        self._composer = composer
        self._texts: dict[tuple[DocumentId, str], str | None] = {}

    @classmethod
    def opened(
        cls,
        url: str,
        dataset: Dataset,
        *,
        timeout_s: float,
        composer: str | None = None,
        token: str | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> Self:
        """A service that is ready, with its sources matched to the dataset's.

        Raises:
            SystemUnusableError: If the service does not answer or has nothing to answer from.
        """
        base = url.rstrip("/").removesuffix(CHAT)
        try:
            client = Accord(base, token=token, timeout_s=timeout_s + GRACE_S, transport=transport)
        except ValueError as error:
            raise SystemUnusableError(str(error)) from error
        try:
            with _told():
                readiness = client.ready()
                listed = client.sources()
        except (BusyError, NoAnswerError, SystemUnusableError) as error:
            client.close()
            raise SystemUnusableError(f"{error} Is an Accord running there?") from error
        if not readiness.ready:
            client.close()
            raise SystemUnusableError(f"{base} is not ready: {readiness.detail}")
        versions = "\n".join(sorted(f"{each.id} {each.version}" for each in listed))
        settings = {
            "composer": composer,
            "sources": hashlib.sha256(versions.encode()).hexdigest()[:12],
        }
        return cls(client, base, matched(dataset, listed), composer=composer, settings=settings)

    def ask(self, case: Case) -> Said:
        """What the service says to one case; see `eval.systems.protocol.System`."""
        filters = self._filters(case)
        history = [
            Turn.model_validate({"role": t.role, "content": t.content}) for t in case.history
        ]
        began = time.perf_counter()
        with _told():
            answer = self._client.ask(
                case.question, history=history, filters=filters, composer=self._composer
            )
        seconds = time.perf_counter() - began
        try:
            return said_of(
                answer.model_dump(mode="json"),
                case,
                names=self.names,
                text_of=self._text,
                seconds=seconds,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise NoAnswerError(
                f"{self.name} sent something that is not an answer of Accord: "
                f"{type(error).__name__}: {error}."
            ) from error

    def close(self) -> None:
        """Close connections."""
        self._client.close()

    def _filters(self, case: Case) -> Filters | None:
        if not case.within:
            return None
        documents = self.names.documents(case.within)
        if not documents:  # no filter at all would search everything
            raise NoAnswerError(
                "None of the sources that the case is restricted to is in the service."
            )
        if len(documents) > MAX_WITHIN:
            raise NoAnswerError(
                f"The case is restricted to {len(documents)} sources; the API takes {MAX_WITHIN}."
            )
        return Filters(document_ids=tuple(documents))

    def _text(self, document: DocumentId, version: str) -> str | None:
        key = (document, version)
        if key not in self._texts:
            try:
                with _told():
                    self._texts[key] = self._client.source(document, version=version).text
            except SystemUnusableError:  # 404: it cites what it cannot show
                self._texts[key] = None
        return self._texts[key]


@contextmanager
def _told() -> Iterator[None]:
    """The client's errors as what they mean for a run."""
    try:
        yield
    except UnreachableError as error:
        raise BusyError(str(error)) from error
    except ProblemError as error:
        raise failure(error.status, str(error), retry_after_s=error.retry_after_s) from error
    except AccordError as error:
        raise NoAnswerError(str(error)) from error


def matched(dataset: Dataset, listed: Iterable[Source]) -> SourceNames:
    """Which of the dataset's sources each source of the service is.

    By its text: a version is the hash of it. Where the service prepares texts in another way, or
    the dataset brings none, by a title or a file name that only one of each has.
    """
    listed = list(listed)
    versions = source_versions(dataset)
    names: dict[DocumentId, tuple[str, ...]] = {
        each.id: versions[each.version] for each in listed if each.version in versions
    }
    taken = {name for several in names.values() for name in several}
    labels = _only_once((label, each.id) for each in listed for label in _labels(each))
    for label, source in _only_once(_labelled(dataset)).items():
        document = labels.get(label)
        if source not in taken and document is not None:
            names.setdefault(document, (source,))
    return SourceNames(names)


def _labelled(dataset: Dataset) -> Iterable[tuple[str, str]]:
    """Labels by which a source may be known, with its id."""
    for source in dataset.corpus:
        yield source.title.casefold(), source.id
    if not dataset.corpus:
        spoken_of = {
            name
            for case in dataset.cases
            for name in (*case.relevant, *case.within, *(q.source for q in case.evidence))
            if name
        }
        for name in sorted(spoken_of):
            yield name.casefold(), name


def _labels(listed: Source) -> Iterable[str]:
    labels = {listed.title.casefold(), (listed.url or "").rstrip("/").rpartition("/")[2].casefold()}
    return labels - {""}


def _only_once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, set[str]] = defaultdict(set)
    for label, name in pairs:
        found[label].add(name)
    counts = Counter({label: len(names) for label, names in found.items()})
    return {label: names.pop() for label, names in found.items() if label and counts[label] == 1}
