"""The indexes of a generation as an audience sees them that may not see all of it.

Nothing of what is hidden is in them: neither passages nor the statistics of their words. A search
gives what it would give in a library that never held the hidden documents.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from vectorstore.layered import LayeredVectors
from vectorstore.lexical import TantivyIndex
from vectorstore.lexical_parts import seen_index
from vectorstore.reader import CatalogReader
from vectorstore.types import Audience, DocumentId

MAX_VIEWS = 32
"""Kept of a generation; each maps files, or holds what had to be indexed anew, a few MB."""
MAX_AUDIENCES = 1_000


@dataclass(frozen=True, slots=True)
class View:
    """What one audience searches."""

    name: str
    """Keys caches of what was read through it."""
    vectors: LayeredVectors
    lexical: TantivyIndex


class Views:
    """Views of one open generation, each made when it is first asked for. Thread-safe."""

    def __init__(self, vectors: LayeredVectors, lexical: Path) -> None:
        """Store the arguments; a view is made when it is first asked for.

        Args:
            vectors: Of the whole generation.
            lexical: Directory of its lexical index.
        """
        self._vectors = vectors
        self._lexical = lexical
        self._made: OrderedDict[frozenset[DocumentId], View] = OrderedDict()
        self._making = threading.Lock()

    def without(self, hidden: frozenset[DocumentId], reader: CatalogReader) -> View:
        """The view in which these documents are not.

        Args:
            hidden: Documents, served or not.
            reader: Sees the others.

        Raises:
            IndexCorruptError: If the temporary folder cannot be written to.
        """
        with self._making:
            view = self._made.get(hidden)
            if view is None:
                name = hashlib.sha256("".join(sorted(hidden)).encode()).hexdigest()
                lexical = seen_index(self._lexical, reader)
                view = View(name[:16], self._vectors.without(hidden), lexical)
                self._made[hidden] = view
                while len(self._made) > MAX_VIEWS:
                    self._made.popitem(last=False)
            self._made.move_to_end(hidden)
        return view


@dataclass(frozen=True, slots=True)
class Sight:
    """What one audience may see."""

    hidden: frozenset[DocumentId] = frozenset()
    """Documents that it may not see, served or not."""
    groups: tuple[str, ...] = ()
    """Those of its groups for which there are documents, sorted."""


class Sights:
    """What is hidden from whom, read once for each change of that. Thread-safe."""

    def __init__(self) -> None:
        self._revision: str | None = None
        self._known: dict[Audience, Sight] = {}
        self._reading = threading.Lock()

    def of(self, audience: Audience, reader: CatalogReader) -> Sight:
        """What an audience may see at the moment of the reader."""
        revision = reader.access_revision()
        if revision is None:
            return Sight()
        with self._reading:
            known = self._known.get(audience) if revision == self._revision else None
        if known is not None:
            return known
        names = reader.group_names()
        seen = names if audience.sees_all else names & audience.groups
        found = Sight(reader.hidden_from(audience), tuple(sorted(seen)))
        with self._reading:
            if revision != self._revision or len(self._known) >= MAX_AUDIENCES:
                self._revision, self._known = revision, {}
            self._known[audience] = found
        return found
