"""Opening a published generation for searching: any process may, while another one writes."""

from __future__ import annotations

import os
import shutil

from vectorstore.building import (
    UNFINISHED,
    base_name,
    build_generation,
    generation_name,
    vector_location,
)
from vectorstore.catalog import Catalog
from vectorstore.chroma import ChromaIndex
from vectorstore.config import StoreSettings
from vectorstore.errors import IndexCorruptError
from vectorstore.layered import LayeredVectors
from vectorstore.lexical import TantivyIndex
from vectorstore.manifest import IndexIdentity, Manifest
from vectorstore.opened import NO_BASE, OpenBase, OpenGeneration, lock_for_reading
from vectorstore.seen import Views


def open_generation(
    catalog: Catalog,
    settings: StoreSettings,
    number: int,
    identity: IndexIdentity | None = None,
    *,
    beside: OpenGeneration | None = None,
    without_base: bool = False,
) -> OpenGeneration:
    """Open a published generation for searching.

    Args:
        catalog: Knows it.
        settings: Where it lies.
        number: Which one.
        identity: What the program would build now; None skips the comparison.
        beside: One that is open, to share vectors with.
        without_base: Compare all vectors one by one, as the catalog has them, because those in
            Chroma are damaged: slower, and they have to fit into memory.

    Raises:
        IndexMismatchError: If it was built by something else.
        IndexCorruptError: If any file differs from its checksum, or is missing.
    """
    directory = settings.index_dir / generation_name(number)
    if settings.chroma_url is not None and not directory.exists():
        _fetch_lexical(catalog, settings, number)
    lock = lock_for_reading(directory)
    base: OpenBase | None = None
    try:
        manifest = Manifest.read(directory)
        if identity is not None and manifest.num_passages:
            manifest.check_identity(identity)
        manifest.check_files(directory)
        lexical = TantivyIndex.open(directory / "lexical")
        if without_base:
            base = OpenBase(NO_BASE, None, None)
        else:
            base = _open_base(catalog, settings, manifest.base, beside)
        vectors = _layered(catalog, number, base)
    except BaseException:
        lock.close()
        if base is not None:
            base.close()
        raise
    views = Views(vectors, directory / "lexical")
    return OpenGeneration(number, manifest, base, vectors, lexical, views, lock)


def _open_base(
    catalog: Catalog, settings: StoreSettings, number: int, beside: OpenGeneration | None
) -> OpenBase:
    if beside is not None and beside.base.number == number and beside.base.take():
        return beside.base
    directory = settings.index_dir / base_name(number)
    location = vector_location(settings, catalog, number, directory)
    if location.url is not None:
        return OpenBase(number, ChromaIndex.open(location), None)
    lock = lock_for_reading(directory)
    try:
        Manifest.read(directory).check_files(directory)
        return OpenBase(number, ChromaIndex.open(location), lock)
    except BaseException:
        lock.close()
        raise


def _layered(catalog: Catalog, number: int, base: OpenBase) -> LayeredVectors:
    with catalog.read(number) as reader:
        if not reader.knows(number):
            raise IndexCorruptError(f"{generation_name(number)} was discarded meanwhile")
        layers = reader.layers(base.number)
    return LayeredVectors(base.vectors, layers.dead, layers.recent_ids, layers.recent)


def _fetch_lexical(catalog: Catalog, settings: StoreSettings, number: int) -> None:
    """Make the lexical index on a machine that has only the catalog and the Chroma server."""
    base = catalog.base(number)
    if base is None:
        raise IndexCorruptError(f"nothing is known of the vectors of {generation_name(number)}")
    directory = settings.index_dir / generation_name(number)
    made = directory.with_suffix(f".{os.getpid()}{UNFINISHED}")
    build_generation(catalog, number, base, made)
    try:
        made.rename(directory)
    except OSError:  # another process of this machine was faster
        shutil.rmtree(made, ignore_errors=True)
