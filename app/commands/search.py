"""`accord search`: the passages that a search finds, without an answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import EXIT_CODE_ABSTAINED, opened_store, reported
from app.commands.filters import Groups, Publishers, Since, Sources, Until

if TYPE_CHECKING:
    from vectorstore.reader import DocumentSummary
    from vectorstore.types import ScoredPassage

DEFAULT_LIMIT = 5


def search(
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS", help="A question, or words to look for.")
    ],
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=40, help="Passages to show.")
    ] = DEFAULT_LIMIT,
    as_json: Annotated[bool, typer.Option("--json", help="Print the passages as JSON.")] = False,
    sources: Sources = None,
    publishers: Publishers = None,
    since: Since = None,
    until: Until = None,
    groups: Groups = None,
) -> None:
    """Find passages by words and meaning, best first, without an answer.

    Exit code 3 says that nothing was found.
    """
    from app.bootstrap import embedding_settings, store_settings
    from app.commands.filters import audience_of, filters_of
    from app.data_folder import check_writable
    from app.questions import readable_question
    from vectorstore.embedding.build import build_embedder
    from vectorstore.errors import NoIndexError
    from vectorstore.live import LiveIndex
    from vectorstore.manifest import IndexIdentity
    from vectorstore.retrieval import opened, rank
    from vectorstore.types import Filters

    with reported(), opened_store() as (settings, catalog, _):
        check_writable(settings.data_dir)
        text = readable_question(" ".join(words), limit=settings.max_question_characters)
        if catalog.current_generation() is None:
            raise NoIndexError
        audience = audience_of(groups)
        with catalog.read() as reader:
            seen = reader.seen_by(audience, reader.hidden_from(audience))
            documents = {each.id: each for each in seen.documents()}
        filters = filters_of(list(documents.values()), sources, publishers, since, until)
        embedder = build_embedder(
            embedding_settings(settings), data_dir=settings.data_dir, purpose="query"
        )
        identity = IndexIdentity(embedder.fingerprint, embedder.dimension)
        live = LiveIndex(catalog, store_settings(settings), identity=identity)
        try:
            with live.generation(audience) as generation:
                ids = None if filters == Filters() else generation.reader.document_ids(filters)
                ranking = rank(generation, text, embedder.embed([text])[0], document_ids=ids)
                found = opened(generation.reader, [ranking], ranking.fused, limit=limit)
        finally:
            live.close()
    if as_json:
        listed = [_as_json(each, documents[each.passage.document_id]) for each in found]
        typer.echo(json.dumps(listed, indent=2, ensure_ascii=False))
    else:
        _print(found, documents)
    if not found:
        typer.echo("Nothing was found.", err=True)
        raise typer.Exit(EXIT_CODE_ABSTAINED)


def _print(found: list[ScoredPassage], documents: dict[str, DocumentSummary]) -> None:
    from app.commands.printing import QUOTED_INDENT, below_title, body_of, named, print_address
    from app.commands.terminal import LINK, TITLE, Page

    page = Page()
    for number, each in enumerate(found, 1):
        document = documents[each.passage.document_id]
        if number > 1:
            page.write()
        page.write(f"{number}. {named(document.metadata)}", style=TITLE)
        if place := below_title(each.passage.heading, document.metadata):
            page.write(place, style=LINK, indent=QUOTED_INDENT)
        headings = [*each.passage.heading, document.metadata.title]
        if text := body_of(each.text, headings):
            page.write(text, indent=QUOTED_INDENT)
        print_address(page, document.metadata.url or document.uri, indent=QUOTED_INDENT)
        scores = f"score {each.score:.2f}, meaning {each.cosine:.2f}, words {each.bm25:.1f}"
        page.write(scores, style=LINK, indent=QUOTED_INDENT)


def _as_json(each: ScoredPassage, document: DocumentSummary) -> dict[str, Any]:
    published = document.metadata.published
    return {
        "document_id": document.id,
        "uri": document.uri,
        "title": document.metadata.title,
        "published": published.isoformat() if published else None,
        "heading": list(each.passage.heading),
        "text": each.text,
        "start": each.passage.start,
        "end": each.passage.end,
        "score": round(each.score, 6),
        "cosine": round(each.cosine, 6),
        "bm25": round(each.bm25, 6),
    }
