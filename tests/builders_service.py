"""A `ChatService` that answers in milliseconds: a scripted reader over a hashing embedder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.answering.composition.compose import ExtractiveComposer
from app.answering.service import ChatService
from tests.builders import HashingEmbedder, make_version
from tests.builders_answering import ScriptedReader
from vectorstore.catalog import Catalog
from vectorstore.config import StoreSettings
from vectorstore.generations import Generations
from vectorstore.groups import Stated
from vectorstore.live import LiveIndex
from vectorstore.types import PreparedDocument
from vectorstore.verification import VerificationTask, verify


def build_library(
    data_dir: Path,
    documents: Sequence[PreparedDocument],
    groups: Mapping[str, Sequence[str]] | None = None,
) -> StoreSettings:
    """Store and publish documents below a folder; takes a quarter of a second, once for a file.

    `groups` says by document id who may see it.
    """
    settings = StoreSettings(data_dir)
    catalog = Catalog(settings.catalog_url)
    keys = catalog.stage([make_version(each) for each in documents])
    names = [each.document.id for each in documents]
    Generations(catalog, settings, verifier=_verify_here).publish(
        dict(zip(names, keys, strict=True)),
        access={name: Stated(tuple(who), "front matter") for name, who in (groups or {}).items()},
    )
    catalog.close()
    return settings


def open_service(
    settings: StoreSettings, sentences: Mapping[str, float] | None = None, **options: Any
) -> tuple[ChatService, ScriptedReader]:
    """A service whose reader finds that these sentences answer, and no others; and the reader.

    Args:
        settings: From `build_library`.
        sentences: The reader's chance for each.
        options: Of the service; `dependent`: turns that are not understood alone.
    """
    found = dict(sentences or {})
    reader = ScriptedReader(
        sentences=found,
        supported=dict.fromkeys(found, 1.0),
        dependent=options.pop("dependent", ()),
    )
    service = ChatService(
        LiveIndex(Catalog(settings.catalog_url), settings),
        HashingEmbedder(),
        reader,
        {ExtractiveComposer.name: ExtractiveComposer()},
        composer=ExtractiveComposer.name,
        **options,
    )
    return service, reader


def _verify_here(task: VerificationTask, _num_passages: int) -> None:
    verify(task)
