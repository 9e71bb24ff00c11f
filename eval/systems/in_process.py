"""The product itself, in this process, with any settings and composer."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from app.answering.composition.prompting import PROMPTS, fingerprints
from app.bootstrap import build_chat_service
from app.errors import (
    ChatError,
    NotReadyError,
    OverloadedError,
    SettingsError,
    UnknownComposerError,
)
from app.protocols import ChatServiceProtocol
from app.types import Question
from app.web.schemas.answers import AnswerBody
from eval.errors import BusyError, NoAnswerError, SystemUnusableError
from eval.systems.answer_body import said_of
from eval.systems.corpus import Library, SourceNames
from eval.types import Case, Said
from vectorstore.errors import VectorStoreError
from vectorstore.types import UNRESTRICTED, DocumentId, Filters

WARM_UP = "What is a partnership?"
"""Opens the index and the model, so that the first case is not timed with them."""
CODE_OF_ANSWERS = ("app", "ingest", "prompts", "vectorstore")
"""Packages that decide what is answered; a run is not continued with another version of them."""


class InProcess:
    """Asks a chat service that lives in this process."""

    def __init__(
        self,
        service: ChatServiceProtocol,
        names: SourceNames,
        *,
        composer: str,
        settings: Mapping[str, Any],
    ) -> None:
        """Store the arguments; `ask` asks.

        Args:
            service: Answers; closed by whoever made it, or with `open_in_process` by `close`.
            names: Of the dataset's sources in its library.
            composer: Name of the composer that every question asks for.
            settings: For the run's header.
        """
        self.name = composer
        self.settings = settings
        self._service = service
        self._names = names
        self._composer = composer
        self._texts: dict[tuple[DocumentId, str], str | None] = {}

    @classmethod
    def opened(cls, library: Library, *, composer: str | None = None) -> Self:
        """A service over a library, warmed up.

        Raises:
            SystemUnusableError: If the settings or the library cannot be used.
        """
        settings = library.settings
        chosen = composer or settings.composer or ("model" if settings.model else "extractive")
        try:
            service = build_chat_service(settings, watch=False).seen_by(UNRESTRICTED)
        except (SettingsError, VectorStoreError) as error:
            raise SystemUnusableError(f"The product cannot be started: {error}") from error
        with ExitStack() as undo:
            undo.callback(service.close)
            readiness = service.ready()
            if not readiness.ok:
                raise SystemUnusableError(f"The library cannot be asked: {readiness.detail}.")
            described = _described(library, chosen)
            system = cls(service, library.names, composer=chosen, settings=described)
            system.ask(Case("", WARM_UP))
            undo.pop_all()
        return system

    def ask(self, case: Case) -> Said:
        """What the service says to one case; see `eval.systems.protocol.System`."""
        question = Question(case.question, case.history, self._filters(case), self._composer)
        began = time.perf_counter()
        try:
            answer = self._service.answer(question)
        except OverloadedError as error:
            raise BusyError(str(error)) from error
        except (NotReadyError, UnknownComposerError) as error:
            raise SystemUnusableError(str(error)) from error
        except ChatError as error:
            raise NoAnswerError(str(error)) from error
        seconds = time.perf_counter() - began
        body = AnswerBody.of(answer, None).model_dump(mode="json")
        return said_of(body, case, names=self._names, text_of=self._text, seconds=seconds)

    def close(self) -> None:
        """Let go of the index, if the service has one."""
        close = getattr(self._service, "close", None)
        if close is not None:
            close()

    def _filters(self, case: Case) -> Filters:
        if not case.within:
            return Filters()
        documents = self._names.documents(case.within)
        if not documents:  # no filter at all would search everything
            raise NoAnswerError(
                f"None of the sources that the case is restricted to ({', '.join(case.within)}) "
                "is in the library."
            )
        return Filters(document_ids=documents)

    def _text(self, document: DocumentId, version: str) -> str | None:
        key = (document, version)
        if key not in self._texts:
            found = self._service.document(document, version)
            self._texts[key] = None if found is None else found.text
        return self._texts[key]


def _described(library: Library, composer: str) -> dict[str, Any]:
    settings = library.settings
    return {
        "composer": composer,
        "model": settings.model if composer != "extractive" else None,
        "prompts": fingerprints(*PROMPTS) if composer != "extractive" else None,
        "embedder": library.embedder,
        "pipeline": library.pipeline,
        "code": code_fingerprint(),
    }


def code_fingerprint() -> str:
    """Twelve hex digits of everything that the product's packages are made of."""
    digest = hashlib.sha256()
    root = Path(__file__).parents[2]
    for package in CODE_OF_ANSWERS:
        for path in sorted((root / package).rglob("*")):
            if path.suffix in {".py", ".md"} and "sample" not in path.parts:
                digest.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:12]
