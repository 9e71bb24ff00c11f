"""The groups that `sync.toml` states for the documents of a source."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ingest.discover import Source, SourceKind
from ingest.sync.plan import SyncPlan
from ingest.sync.state import Page
from vectorstore.catalog import Catalog
from vectorstore.group_names import BY_HAND, IN_SYNC
from vectorstore.groups import Stated
from vectorstore.types import document_id


def groups_of_folders(plan: SyncPlan) -> dict[str, tuple[str, ...] | None]:
    """Groups by absolute path of a folder, with symlinks resolved as in the URIs of files."""
    return {
        str(source.folder.resolve()): source.groups
        for source in plan.source
        if source.folder is not None
    }


def grouped_anew(
    plan: SyncPlan, pages: Iterable[Page], catalog: Catalog, obtained: Collection[str]
) -> list[Source]:
    """Pages that are not read in this round, whose groups the plan has changed.

    Args:
        plan: As it is now.
        pages: All that are known.
        catalog: Holds what was said before.
        obtained: URIs that the round reads anyway.
    """
    plans = {source.name: source for source in plan.source if source.folder is None}
    known = catalog.access()
    found: dict[str, Source] = {}
    for page in pages:
        source, uri = plans.get(page.source), page.uri
        if source is None or uri is None or uri in obtained or uri in found:
            continue
        now = known.get(document_id(uri))
        if now is not None and now.origin == BY_HAND:
            continue
        said = None if source.groups is None else Stated(source.groups, IN_SYNC)
        is_ours = now is not None and now.origin == IN_SYNC
        if now != said if said is not None else is_ours:
            found[uri] = Source(uri, SourceKind.URL, groups=source.groups, groups_origin=IN_SYNC)
    return list(found.values())
