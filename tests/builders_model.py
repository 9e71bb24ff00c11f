"""A real service over the sample corpus whose chat model is a scripted server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from app.answering.composition.compose import ExtractiveComposer
from app.answering.composition.model_composer import ModelComposer
from app.answering.service import ChatService
from app.answering.verification.settling import Unsupported
from app.bootstrap import embedding_settings, store_settings
from app.llm.build import CITE_BY_THEMSELVES, ProviderKeys, build_chat_model
from app.llm.calling import ModelCaller
from app.llm.types import Limits, Prices
from app.reading.lexical import LexicalReader
from app.reading.protocol import Reader
from app.settings import Settings
from vectorstore.catalog import Catalog
from vectorstore.embedding.build import build_embedder
from vectorstore.live import LiveIndex
from vectorstore.protocols import Embedder

PATHS = {"openai": "/v1", "azure_openai": "", "anthropic": "", "ollama": ""}
PROVIDERS = tuple(PATHS)
KEY = "sk-a-secret-that-nobody-sees-1"
KEYS = ProviderKeys.model_construct(
    openai_api_key=SecretStr(KEY),
    anthropic_api_key=SecretStr(KEY),
    azure_openai_api_key=SecretStr(KEY),
    openai_api_version="2024-10-21",
)
PATIENT = Limits(timeout_s=20, silence_s=20, concurrency=4, attempts=1, max_characters=10_000)
IMPATIENT = replace(PATIENT, timeout_s=0.4, silence_s=0.4)
MAX_INPUT_TOKENS = 6_000


@dataclass(frozen=True)
class Library:
    """What services are built from; opened once for many of them."""

    live: LiveIndex
    embedder: Embedder
    reader: Reader = field(default_factory=LexicalReader)
    """Counts words, so that these tests do not hang on weights that are trained anew."""

    def service(
        self,
        url: str,
        provider: str = "openai",
        *,
        limits: Limits = PATIENT,
        unsupported: Unsupported = Unsupported.DROP,
        **settings: Any,
    ) -> ChatService:
        """A service of its own: its breaker knows nothing of other services' failures."""
        caller = make_caller(url, provider, limits=limits, **settings)
        model = ModelComposer(caller, max_input_tokens=MAX_INPUT_TOKENS)
        return ChatService(
            self.live,
            self.embedder,
            self.reader,
            {ExtractiveComposer.name: ExtractiveComposer(), model.name: model},
            composer=model.name,
            unsupported=unsupported,
        )


@contextmanager
def open_library(data_dir: Path) -> Iterator[Library]:
    settings = Settings(_env_file=None, data_dir=data_dir)
    store = store_settings(settings)
    embedder = build_embedder(embedding_settings(settings), data_dir=data_dir, purpose="query")
    live = LiveIndex(Catalog(store.catalog_url), store)
    yield Library(live, embedder)
    live.close()


def make_caller(
    url: str, provider: str = "openai", *, limits: Limits = PATIENT, **fields: Any
) -> ModelCaller:
    settings = Settings(
        _env_file=None,
        model=f"{provider}:scripted",
        model_base_url=url + PATHS[provider],
        **fields,
    )
    return ModelCaller(
        build_chat_model(settings, KEYS),
        name=f"{provider}:scripted",
        limits=limits,
        prices=Prices(2, 10),
        tells_its_end=True,
        cites=provider in CITE_BY_THEMSELVES,
    )
