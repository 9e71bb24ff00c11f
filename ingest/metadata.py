"""What is known about a document, each field with where it came from. Unknown stays None."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ingest.types import CleanedText
from vectorstore.types import Metadata, SentenceKind


def infer_metadata(cleaned: CleanedText, *, uri: str, fields: Mapping[str, Any], today: date) -> Metadata:
    """Merge what the source says about itself with what its text plainly shows."""
    first = next((b.text for b in cleaned.blocks if b.kind is SentenceKind.HEADING), None)
    title = first or (cleaned.text[:70] or uri)
    return Metadata(title=title)
