"""What each document was made from, and by which versions: equal origins give equal documents."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.discover import Source
from vectorstore.edits import Edits


@dataclass(frozen=True, slots=True)
class Origins:
    """Identifies the inputs of each document: bytes, metadata, pipeline and embedder."""

    pipeline: str = ""
    """See `ingest.config.pipeline_version`."""
    embedder: str = ""
    """Fingerprint of the embedding model."""
    edits: Mapping[str, Edits] = field(default_factory=dict)
    """What people corrected of a document, by its URI."""

    @property
    def made_by(self) -> tuple[str, str]:
        """The versions of everything between bytes and vectors."""
        return self.pipeline, self.embedder

    def made_from(self, source: Source, sha256: str) -> tuple[str, str, str]:
        """Identity of what goes in: bytes and side metadata, pipeline, embedder.

        Args:
            source: With what lists say of it.
            sha256: Of its bytes, in hexadecimal digits.
        """
        listed = json.dumps(source.listed, sort_keys=True, default=str)
        if (stated := self.edits.get(source.uri)) is not None:
            listed += json.dumps(stated, sort_keys=True)
        raw = hashlib.sha256(f"{sha256}\n{listed}".encode()).hexdigest()
        return raw, *self.made_by
