"""Takes the words of erased documents out of stored answers, and deletes copies of their files."""

from __future__ import annotations

from contextlib import closing

from app.audit.commands import record
from app.audit.records import Action
from app.audit.store import AuditStore
from app.bootstrap import open_conversations
from app.errors import ChatError
from app.manage.uploads import forget_copies
from app.settings import Settings, load_settings
from vectorstore.catalog import Catalog
from vectorstore.errors import ErasureError


def forget_erased(catalog: Catalog, settings: Settings | None = None) -> None:
    """Forget what documents said that were erased from the catalog since the last call.

    Their uploaded files go as well, and what runs keep of them.

    Args:
        catalog: Keeps the list, so that a process that is killed leaves none out.
        settings: Say where conversations are kept; by default those of the environment.

    Raises:
        ErasureError: If the conversations cannot be changed; the next call does it.
    """
    erased = catalog.erasures()
    if not erased:
        return
    settings = settings or load_settings()
    try:
        with closing(open_conversations(settings)) as kept:
            log = AuditStore(kept.engine)
            generation = catalog.current_generation()
            for document in erased:
                kept.forget_document(document, generation=generation)
                log.forget_document(document)
            # What was sent again since belongs to a document that there is.
            forget_copies(settings.data_dir, set(erased) - catalog.all_documents().keys())
            # By id: an address may hold a title.
            record(settings, kept, Action.ERASE_SOURCES, erased)
    except OSError as error:
        raise ErasureError(
            f"sources are erased, but copies of their files are left ({error}); "
            "the next `accord ingest` tries that again"
        ) from error
    except ChatError as error:
        raise ErasureError(
            f"sources are erased, but stored answers quote them still ({error}); "
            "the next `accord ingest` tries that again"
        ) from error
    catalog.settle_erasures(erased)
