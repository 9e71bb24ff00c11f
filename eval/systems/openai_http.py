"""Any server with /v1/chat/completions, to compare other chatbots.

Its reply is split into sentences, `[n]` markers become citations where the response lists what the
numbers mean, and a refusal is told by its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import httpx

from eval.errors import NoAnswerError, SystemUnusableError
from eval.systems.http import build_client, request
from eval.systems.refusals import status_of
from eval.types import Case, Dataset, Said, SaidCitation, SaidClaim
from vectorstore.sentences import split_sentences

COMPLETIONS = "/chat/completions"
MODELS = "/models"

_MARKER = re.compile(r"\s*[\[\u3010]\s*(?:doc)?(\d+(?:\s*,\s*(?:doc)?\d+)*)\s*[\]\u3011]")
"""[1], [1, 2], [doc1] (Azure) and the same in CJK brackets."""
_MARKERS_AFTER_STOP = re.compile(rf"([.!?])((?:{_MARKER.pattern})+)")
_LIST_MARK = re.compile(r"^\s*(?:[-*+\u2022]|\d+[.)]|#{1,6}|>)\s+")
_QUOTE_FIELDS = ("quote", "text", "content", "snippet", "cited_text")
_SOURCE_FIELDS = ("id", "source", "document_id", "filepath", "url", "file_name", "title", "name")


class OpenAiOverHttp:
    """Asks `POST …/chat/completions` with the conversation and nothing else."""

    def __init__(
        self, client: httpx.Client, model: str, dataset: Dataset, *, settings: Mapping[str, Any]
    ) -> None:
        """Nothing is asked yet; see `opened`."""
        self.name = f"{str(client.base_url).rstrip('/')}{COMPLETIONS} ({model})"
        self.settings = settings
        self._client = client
        self._model = model
        self._sources = _known_names(dataset)

    @classmethod
    def opened(
        cls,
        url: str,
        dataset: Dataset,
        *,
        model: str,
        timeout_s: float,
        api_key: str | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> Self:
        """A server that answers.

        Args:
            url: With or without /v1.
            dataset: Whose sources its citations are matched to.
            model: Named in every request.
            timeout_s: Longest time of an answer.
            api_key: Sent as a bearer token.
            transport: What carries requests; None is the network.

        Raises:
            SystemUnusableError: If nothing answers there.
        """
        base = url.rstrip("/").removesuffix(COMPLETIONS)
        base = base if re.search(r"/v\d+\w*$", base) else f"{base}/v1"
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        client = build_client(base, timeout_s=timeout_s, headers=headers, transport=transport)
        try:
            client.get(MODELS)  # whatever it answers, somebody is there: not all have this path
        except httpx.TransportError as error:
            client.close()
            reason = str(error) or type(error).__name__
            raise SystemUnusableError(f"{base} does not answer: {reason}.") from error
        return cls(client, model, dataset, settings={"model": model})

    def ask(self, case: Case) -> Said:
        """What the server says to one case; see `eval.systems.protocol.System`."""
        messages = [{"role": each.role, "content": each.content} for each in case.history]
        messages.append({"role": "user", "content": case.question})
        body = {"model": self._model, "messages": messages}
        response = request(self._client, "POST", COMPLETIONS, json=body)
        return self.read(response.body, response.seconds)

    def close(self) -> None:
        """Close connections."""
        self._client.close()

    def read(self, body: Mapping[str, Any], seconds: float) -> Said:
        """A response as what the system has said.

        Raises:
            NoAnswerError: If there is no reply in it.
        """
        try:
            message = body["choices"][0]["message"]
            content, refusal = message.get("content"), message.get("refusal")
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise NoAnswerError(f"{self.name} sent no choices[0].message.") from error
        text = content or refusal
        if not isinstance(text, str) or not text.strip():
            raise NoAnswerError(f"{self.name} sent an empty reply.")
        citations = self._citations(body, message)
        claims = claims_of(text, known={each.n for each in citations})
        status = status_of([c.text for c in claims], cites=any(c.citations for c in claims))
        is_refused = status == "abstained" or not content
        usage = body.get("usage") or {}
        return Said(
            status="abstained" if is_refused else status,
            claims=() if is_refused else claims,
            citations=() if is_refused else citations,
            message=text if is_refused else None,
            receipt={"model": body.get("model"), "text": text},
            input_tokens=usage.get("prompt_tokens"),
            output_tokens=usage.get("completion_tokens"),
            seconds=seconds,
        )

    def _citations(
        self, body: Mapping[str, Any], message: Mapping[str, Any]
    ) -> tuple[SaidCitation, ...]:
        context = message.get("context")
        for holder in (body, message, context if isinstance(context, dict) else {}):
            listed = holder.get("citations")
            if isinstance(listed, list) and listed:
                return tuple(self._citation(each, n) for n, each in enumerate(listed, start=1))
        return ()

    def _citation(self, item: Any, n: int) -> SaidCitation:
        if not isinstance(item, dict):
            return SaidCitation(n, self._source([str(item)]), "")
        number = next((item[k] for k in ("n", "index") if isinstance(item.get(k), int)), n)
        document = item.get("document")
        holders = [item, document] if isinstance(document, dict) else [item]
        names = [str(each[k]) for each in holders for k in _SOURCE_FIELDS if each.get(k)]
        quote = next((item[k] for k in _QUOTE_FIELDS if isinstance(item.get(k), str)), "")
        return SaidCitation(number, self._source(names), quote)

    def _source(self, names: Iterable[str]) -> str | None:
        for name in names:
            for label in (name, name.rstrip("/").rpartition("/")[2]):
                if (source := self._sources.get(label.casefold())) is not None:
                    return source
        return None


def claims_of(text: str, *, known: Iterable[int] = ()) -> tuple[SaidClaim, ...]:
    """The sentences of a reply, without list marks and markers.

    Args:
        text: Of the whole reply.
        known: Numbers that mean something; other markers are dropped.
    """
    numbers = set(known)
    claims: list[SaidClaim] = []
    for line in text.split("\n"):
        plain = _MARKERS_AFTER_STOP.sub(r"\2\1", _LIST_MARK.sub("", line))
        for start, end in split_sentences(plain):
            sentence = plain[start:end]
            cited = tuple(n for n in _marked(sentence) if n in numbers)
            words = _MARKER.sub("", sentence).strip()
            if any(each.isalnum() for each in words):
                claims.append(SaidClaim(words, cited))
            elif claims and cited:  # markers on their own belong to what stands before them
                last = claims[-1]
                claims[-1] = SaidClaim(last.text, tuple(dict.fromkeys([*last.citations, *cited])))
    return tuple(claims)


def _marked(sentence: str) -> Sequence[int]:
    found = (number for each in _MARKER.finditer(sentence) for number in each[1].split(","))
    return tuple(dict.fromkeys(int(number.strip().removeprefix("doc")) for number in found))


def _known_names(dataset: Dataset) -> dict[str, str]:
    """Source ids by what a citation may call them: id, file name, or a title that only one has."""
    titles = [source.title.casefold() for source in dataset.corpus]
    names = {
        source.title.casefold(): source.id
        for source in dataset.corpus
        if source.title and titles.count(source.title.casefold()) == 1
    }
    for path in dataset.files:
        name = path.rpartition("/")[2]
        names |= {name.casefold(): name, name.rpartition(".")[0].casefold(): name}
    names |= {source.id.casefold(): source.id for source in dataset.corpus}
    return names
