"""The parts of an Office file as XML, and how they point at one another."""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part points at."""

    kind: str
    """The last word of its type: "slide", "chart", "notesSlide"."""
    target: str
    """Name of the other part."""


class Parts:
    """Reads parts by their names."""

    def __init__(self, content: bytes) -> None:
        """Open an archive that `docx_archive.check_archive` has passed."""
        self._archive = zipfile.ZipFile(BytesIO(content))
        self._names = set(self._archive.namelist())

    def root(self, name: str) -> Any | None:
        """Root element of a part; None where it is missing.

        Raises:
            lxml.etree.XMLSyntaxError: If it is broken.
        """
        from lxml import etree  # type: ignore[import-untyped]

        if name not in self._names:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        return etree.fromstring(self._archive.read(name), parser)

    def relations(self, name: str) -> dict[str, Relation]:
        """What a part points at within the file, by the ids that it uses."""
        folder, own = posixpath.split(name)
        root = self.root(posixpath.join(folder, "_rels", f"{own}.rels"))
        found: dict[str, Relation] = {}
        for each in root if root is not None else ():
            if not isinstance(each.tag, str) or each.get("TargetMode") == "External":
                continue
            target = each.get("Target") or ""
            path = target.lstrip("/") if target[:1] == "/" else posixpath.join(folder, target)
            kind = (each.get("Type") or "").rsplit("/", 1)[-1]
            found[each.get("Id") or ""] = Relation(kind, posixpath.normpath(path))
        return found

    def related(self, name: str, kind: str) -> str | None:
        """The first part of a kind that a part points at."""
        kinds = self.relations(name).values()
        return next((each.target for each in kinds if each.kind == kind), None)

    def properties(self) -> dict[str, str]:
        """Title, creator, created and language as the file states them."""
        name = self.related("", "core-properties")
        root = self.root(name) if name else None
        if root is None:
            return {}
        stated = {
            "title": root.findtext(f"{_DC}title"),
            "creator": root.findtext(f"{_DC}creator"),
            "created": root.findtext(f"{_TERMS}created"),
            "language": root.findtext(f"{_DC}language"),
        }
        return {key: value.strip() for key, value in stated.items() if value and value.strip()}


def moment_of(stated: str) -> datetime | None:
    """A time as properties state it; None where it is none."""
    try:
        moment = datetime.fromisoformat(stated)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
