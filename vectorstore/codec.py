"""How records become columns and come back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from vectorstore.types import (
    FloatMatrix,
    FloatVector,
    Metadata,
    Passage,
    PassageId,
    Sentence,
    SentenceKind,
)

PIECE_CHARS = 4096
"""A passage (about 900 characters) mostly lies in one piece; two fill a page of the database."""
FLOAT32_BYTES = 4
LAST = FLOAT32_BYTES - 1
"""Of the bytes of a number, the one with sign and exponent."""
RAW_DEFLATE = -15
"""Says to zlib: neither header nor checksum."""
_TITLE_FIRST = '{"title": '
_DECODER = json.JSONDecoder()


def metadata_to_json(metadata: Metadata) -> str:
    """Everything but the values that are unknown."""
    fields: dict[str, Any] = {
        "title": metadata.title,
        "authors": list(metadata.authors),
        "publisher": metadata.publisher,
        "published": metadata.published.isoformat() if metadata.published else None,
        "published_precision": metadata.published_precision,
        "url": metadata.url,
        "language": metadata.language,
        "fidelity": metadata.fidelity,
        "groups": None if metadata.groups is None else list(metadata.groups),
        "provenance": dict(metadata.provenance),
    }
    return json.dumps({name: value for name, value in fields.items() if value is not None})


@lru_cache(maxsize=1024)
def metadata_from_json(text: str) -> Metadata:
    """Inverse of `metadata_to_json`."""
    fields = json.loads(text)
    published = fields.pop("published", None)
    authors = tuple(fields.pop("authors", ()))
    groups = fields.pop("groups", None)
    return Metadata(
        **fields,
        authors=authors,
        groups=None if groups is None else tuple(groups),
        published=date.fromisoformat(published) if published else None,
    )


def title_from_json(text: str) -> str:
    """The title alone of `metadata_to_json`, which is asked of every document at every change."""
    if text.startswith(_TITLE_FIRST):  # the rest of it need not be read
        return str(_DECODER.raw_decode(text, len(_TITLE_FIRST))[0])
    return str(json.loads(text)["title"])


def heading_to_json(heading: tuple[str, ...]) -> str:
    """A heading path as a JSON list."""
    return json.dumps(heading)


@lru_cache(maxsize=4096)
def heading_from_json(text: str) -> tuple[str, ...]:
    """Inverse of `heading_to_json`."""
    return tuple(json.loads(text)) if text != "[]" else ()


def text_pieces(text: str) -> list[str]:
    """The text cut every `PIECE_CHARS` characters; one empty piece for an empty text."""
    return [text[at : at + PIECE_CHARS] for at in range(0, len(text), PIECE_CHARS)] or [""]


def vector_to_row(vector: FloatVector) -> dict[str, Any]:
    """Columns of table `vectors`, without the key: every bit of the float32 numbers, packed.

    The bytes of each number are parted, as HDF5's shuffle filter and Blosc do it. The last one,
    sign and exponent, holds some 2.7 bits in a vector of unit length and is compressed; the
    others hold eight and are left as they are.
    """
    parted = np.ascontiguousarray(vector, dtype="<f4").view(np.uint8).reshape(-1, FLOAT32_BYTES)
    # Which bytes are frequent tells all: they repeat each other in no order.
    packer = zlib.compressobj(9, zlib.DEFLATED, RAW_DEFLATE, 9, zlib.Z_HUFFMAN_ONLY)
    last = packer.compress(parted[:, LAST].tobytes()) + packer.flush()
    return {"passage": parted[:, :LAST].tobytes() + last, "packed": len(parted)}


def vectors_from_rows(rows: Sequence[tuple[bytes, int | None]]) -> FloatMatrix:
    """One row for each `passage` and `packed` of table `vectors`, all of one length.

    Args:
        rows: At least one. Where `packed` is None, an earlier version of the program has written
            the numbers one after the other.
    """
    first, last = zip(*(_parted(*row) for row in rows), strict=True)
    shape = (len(rows), len(last[0]))
    parted = np.empty((*shape, FLOAT32_BYTES), dtype=np.uint8)
    parted[..., :LAST] = np.frombuffer(b"".join(first), dtype=np.uint8).reshape(*shape, LAST)
    parted[..., LAST] = np.frombuffer(b"".join(last), dtype=np.uint8).reshape(shape)
    matrix: FloatMatrix = parted.view("<f4").reshape(shape)
    return matrix


def _parted(blob: bytes, packed: int | None) -> tuple[bytes, bytes]:
    """The first bytes of all numbers, and their last ones."""
    if packed is None:
        numbers = np.frombuffer(blob, dtype=np.uint8).reshape(-1, FLOAT32_BYTES)
        return numbers[:, :LAST].tobytes(), numbers[:, LAST].tobytes()
    size = packed * LAST
    return blob[:size], zlib.decompress(memoryview(blob)[size:], RAW_DEFLATE, packed)


def sentence_to_row(sentence: Sentence) -> dict[str, Any]:
    """Columns of table `sentences`, without the key."""
    return {
        "ordinal": sentence.ordinal,
        "start_char": sentence.start,
        "end_char": sentence.end,
        "kind": sentence.kind.value,
        "heading": heading_to_json(sentence.heading),
        "repeats": sentence.repeats,
        "foreign_text": sentence.foreign,
        "page": sentence.page,
        "paragraph": sentence.paragraph,
    }


def sentence_from_row(row: Any) -> Sentence:
    """Inverse of `sentence_to_row`."""
    return Sentence(
        ordinal=row.ordinal,
        start=row.start_char,
        end=row.end_char,
        kind=SentenceKind(row.kind),
        heading=heading_from_json(row.heading),
        repeats=bool(row.repeats),
        foreign=bool(row.foreign_text),
        page=row.page,
        paragraph=row.paragraph,
    )


def passage_to_row(passage: Passage) -> dict[str, Any]:
    """Columns of table `passages`, without the key."""
    return {
        "ordinal": passage.ordinal,
        "start_char": passage.start,
        "end_char": passage.end,
        "heading": heading_to_json(passage.heading),
        "first_sentence": passage.first_sentence,
        "last_sentence": passage.last_sentence,
    }


def passage_from_row(row: Any, passage_id: PassageId) -> Passage:
    """Inverse of `passage_to_row`, from a row that names document and version, too."""
    return Passage(
        id=passage_id,
        document_id=row.document_id,
        version=row.version,
        ordinal=row.ordinal,
        start=row.start_char,
        end=row.end_char,
        heading=heading_from_json(row.heading),
        first_sentence=row.first_sentence,
        last_sentence=row.last_sentence,
    )


def split_passage_id(passage: PassageId) -> tuple[str, str, int] | None:
    """Document, prefix of the version and ordinal; None for what is no passage id."""
    parts = passage.split(":")
    if len(parts) != 3 or not parts[2].isdecimal():
        return None
    return parts[0], parts[1], int(parts[2])
