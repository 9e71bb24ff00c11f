"""An Accord that runs somewhere, asked through its API."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import httpx

from eval.errors import BusyError, NoAnswerError, SystemUnusableError
from eval.systems.answer_body import said_of
from eval.systems.corpus import SourceNames, source_versions
from eval.systems.http import build_client, request
from eval.types import Case, Dataset, Said
from vectorstore.types import DocumentId

MAX_WITHIN = 200
"""Documents that the API takes as a filter."""
CHAT = "/api/chat"


@dataclass(frozen=True, slots=True)
class _Listed:
    """A source of the service."""

    id: DocumentId
    version: str
    title: str
    url: str


class AccordOverHttp:
    """Asks `POST /api/chat`; texts are fetched once, to check quotes and show passages."""

    def __init__(
        self,
        client: httpx.Client,
        names: SourceNames,
        *,
        composer: str | None,
        settings: Mapping[str, Any],
    ) -> None:
        """Nothing is asked yet; see `opened`."""
        self.name = f"{str(client.base_url).rstrip('/')}{CHAT}"
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
        transport: httpx.BaseTransport | None = None,
    ) -> Self:
        """A service that is ready, with its sources matched to the dataset's.

        Raises:
            SystemUnusableError: If the service does not answer or has nothing to answer from.
        """
        base = url.rstrip("/").removesuffix(CHAT)
        client = build_client(base, timeout_s=timeout_s, transport=transport)
        try:
            request(client, "GET", "/readyz")
            listed = _listed(request(client, "GET", "/api/sources").body)
        except (BusyError, NoAnswerError, SystemUnusableError) as error:
            client.close()
            raise SystemUnusableError(f"{error} Is an Accord running there?") from error
        versions = "\n".join(sorted(f"{each.id} {each.version}" for each in listed))
        settings = {
            "composer": composer,
            "sources": hashlib.sha256(versions.encode()).hexdigest()[:12],
        }
        return cls(client, matched(dataset, listed), composer=composer, settings=settings)

    def ask(self, case: Case) -> Said:
        """What the service says to one case; see `eval.systems.protocol.System`."""
        response = request(self._client, "POST", CHAT, json=self._body(case))
        try:
            return said_of(
                response.body,
                case,
                names=self.names,
                text_of=self._text,
                seconds=response.seconds,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise NoAnswerError(
                f"{self.name} sent something that is no answer of Accord: "
                f"{type(error).__name__}: {error}."
            ) from error

    def close(self) -> None:
        """Close connections."""
        self._client.close()

    def _body(self, case: Case) -> dict[str, Any]:
        body: dict[str, Any] = {
            "question": case.question,
            "history": [{"role": each.role, "content": each.content} for each in case.history],
        }
        if self._composer is not None:
            body["composer"] = self._composer
        if case.within:
            documents = self.names.documents(case.within)
            if not documents:  # no filter at all would search everything
                raise NoAnswerError(
                    "None of the sources that the case is restricted to is in the service."
                )
            if len(documents) > MAX_WITHIN:
                raise NoAnswerError(
                    f"The case is restricted to {len(documents)} sources; the API takes "
                    f"{MAX_WITHIN}."
                )
            body["filters"] = {"document_ids": list(documents)}
        return body

    def _text(self, document: DocumentId, version: str) -> str | None:
        key = (document, version)
        if key not in self._texts:
            path = f"/api/sources/{document}?version={version}"
            try:
                self._texts[key] = request(self._client, "GET", path).body["text"]
            except SystemUnusableError:  # 404: it cites what it cannot show
                self._texts[key] = None
        return self._texts[key]


def _listed(body: Mapping[str, Any]) -> list[_Listed]:
    try:
        return [
            _Listed(each["id"], each["version"], each["title"], each["url"] or "")
            for each in body["sources"]
        ]
    except (KeyError, TypeError) as error:
        raise SystemUnusableError(f"GET /api/sources is not Accord's: no {error}.") from error


def matched(dataset: Dataset, listed: Iterable[_Listed]) -> SourceNames:
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


def _labels(listed: _Listed) -> Iterable[str]:
    labels = {listed.title.casefold(), listed.url.rstrip("/").rpartition("/")[2].casefold()}
    return labels - {""}


def _only_once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, set[str]] = defaultdict(set)
    for label, name in pairs:
        found[label].add(name)
    counts = Counter({label: len(names) for label, names in found.items()})
    return {label: names.pop() for label, names in found.items() if label and counts[label] == 1}
