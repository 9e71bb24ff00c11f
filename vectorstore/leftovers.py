"""What no reader needs any more: unfinished directories and all but two generations."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from vectorstore import chroma
from vectorstore.building import (
    BASE,
    GENERATION,
    UNFINISHED,
    base_name,
    generation_name,
    vector_location,
)
from vectorstore.catalog import Catalog
from vectorstore.chroma import ChromaLocation
from vectorstore.config import StoreSettings
from vectorstore.files import remove_tree
from vectorstore.manifest import FILE_NAME
from vectorstore.opened import lock_out_readers


def clear_leftovers(catalog: Catalog, settings: StoreSettings, *, patience_s: float = 0.0) -> bool:
    """Remove what no reader needs; needs the writer lock.

    Args:
        catalog: Knows the generations.
        settings: Where they lie.
        patience_s: How long to wait for readers that still hold something of it.

    Returns:
        False where one held on to it; the next call finishes the work.
    """
    current = catalog.current_generation()
    known = catalog.generations()
    former = [number for number in known if current is not None and number < current][:1]
    keep = {number for number in [current, *former] if number is not None}
    bases = catalog.bases(keep)
    names = {*map(generation_name, keep), *map(base_name, bases)}
    clean = True
    for prefix in (GENERATION, BASE):
        for path in sorted(settings.index_dir.glob(f"{prefix}*")):
            if path.name not in names:
                clean &= _remove(path, patience_s)
    if settings.chroma_url is not None:
        _clear_server(catalog, settings, bases)
    catalog.discard(generations=[number for number in known if number not in keep])
    return catalog.purge(patience_s) and clean


def _remove(path: Path, patience_s: float) -> bool:
    """Remove a directory unless somebody reads it."""
    with suppress(FileNotFoundError), (path / FILE_NAME).open("rb") as manifest:
        if not lock_out_readers(manifest, patience_s):
            return False
    # So that nobody takes what is left after a crash for a generation.
    remove_tree(path, path if path.suffix == UNFINISHED else path.with_suffix(UNFINISHED))
    return True


def _clear_server(catalog: Catalog, settings: StoreSettings, bases: Iterable[int]) -> None:
    location = vector_location(settings, catalog, 0, settings.index_dir)
    prefix = location.collection.rpartition("-")[0]
    kept = {
        vector_location(settings, catalog, base, location.directory).collection for base in bases
    }
    for name in chroma.collections_on_server(location, prefix):
        if name not in kept:
            chroma.remove_from_server(ChromaLocation(name, location.directory, location.url))
