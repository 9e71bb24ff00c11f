"""`accord ask`, `serve`, `sources`, `verify` and `rebuild`: arguments to calls, results to text."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from app.errors import ChatError
from app.settings import Settings, load_settings
from vectorstore.errors import NoIndexError, StoreLockedError, VectorStoreError
from vectorstore.lock import EXIT_CODE_LOCKED

if TYPE_CHECKING:
    from app.types import Answer
    from vectorstore.catalog import Catalog
    from vectorstore.generations import Generations
    from vectorstore.types import Metadata

EXIT_CODE_FAILED = 1
EXIT_CODE_ABSTAINED = 3
"""`accord ask` found no answer: scripts can tell that from a failure."""


def ask(
    question: Annotated[str, typer.Argument(help="What you would like to know.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Answer one question, every sentence cited."""
    from app.bootstrap import build_chat_service
    from app.types import AnswerStatus, Question

    with reported():
        with _store() as (settings, catalog, _):
            if catalog.current_generation() is None:
                raise NoIndexError  # known before a model is loaded
        answer = build_chat_service(settings, watch=False).answer(
            Question(question, language=_own_language())
        )
    if as_json:
        from app.web.schemas import AnswerBody

        typer.echo(AnswerBody.of(answer, None).model_dump_json(indent=2))
    else:
        typer.echo(_as_text(answer))
    if answer.status is AnswerStatus.ABSTAINED:
        raise typer.Exit(EXIT_CODE_ABSTAINED)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Answer over HTTP, with a page to ask on."""
    from app.web.serve import serve as run

    with reported():
        run(load_settings(), host=host, port=port)


def sources(
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
    remove: Annotated[
        list[str] | None,
        typer.Option("--remove", help="Erase a source, named by path, URL or id. Repeatable."),
    ] = None,
) -> None:
    """List the documents that answers may cite, or erase some."""
    with reported(), _store() as (settings, catalog, generations):
        if remove:
            from app.forgetting import forget_erased
            from vectorstore.maintenance import remove_sources

            try:
                erased = remove_sources(
                    catalog, generations, settings.data_dir / "ingest.lock", remove
                )
            finally:  # also where a reader still holds files of what is served no more
                forget_erased(catalog, settings)
            for uri in erased:
                typer.echo(f"erased {uri}")
            return
        with catalog.read() as reader:
            found = reader.documents()
    if as_json:
        typer.echo(json.dumps([_summary(each) for each in found], indent=2, ensure_ascii=False))
        return
    for each in found:
        known = each.metadata
        typer.echo(f"{each.id}  {_named(known)}  {each.uri}")
        for place in each.other_places:
            typer.echo(f"{'':16}  the same text: {place}")
        if known.caution:
            typer.echo(f"{'':16}  {known.caution}")
    if not found:
        typer.echo("Nothing has been ingested yet; run `accord ingest PATH`.", err=True)


def verify() -> None:
    """Check the catalog, and the index against the catalog."""
    from vectorstore.maintenance import verify_store

    with reported(), _store() as (_, catalog, generations):
        check = verify_store(catalog, generations)
    for problem in check.problems:
        typer.echo(problem, err=True)
    typer.echo(
        f"{check.documents} documents, {check.passages} passages, generation "
        f"{check.generation if check.generation is not None else 'none'}: "
        f"{'sound' if not check.problems else f'{len(check.problems)} problems'}"
    )
    if check.problems:
        raise typer.Exit(EXIT_CODE_FAILED)


def rebuild(
    embed: Annotated[
        bool, typer.Option("--embed", help="Embed everything again, with the model set now.")
    ] = False,
) -> None:
    """Build the index again from the catalog, without embedding."""
    from vectorstore.maintenance import embed_again
    from vectorstore.maintenance import rebuild as build_again

    with reported(), _store() as (settings, catalog, generations):
        lock = settings.data_dir / "ingest.lock"
        if embed:
            from app.bootstrap import embedding_settings
            from vectorstore.embedding.build import build_embedder

            embedder = build_embedder(
                embedding_settings(settings), data_dir=settings.data_dir, purpose="ingest"
            )
            number = embed_again(catalog, generations, lock, embedder)
        else:
            number = build_again(catalog, generations, lock)
    typer.echo(f"generation {number} is built, verified and served")


def _own_language() -> str | None:
    """The language that the environment asks for, as in LANG=de_DE.UTF-8."""
    from app.languages.catalogue import preferred

    wishes = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    first = next(filter(None, wishes), "")
    return preferred(first.partition(".")[0].replace("_", "-"))


@contextmanager
def _store() -> Iterator[tuple[Settings, Catalog, Generations]]:
    from app.bootstrap import store_settings
    from vectorstore.catalog import Catalog
    from vectorstore.generations import Generations

    settings = load_settings()
    store = store_settings(settings)
    catalog = Catalog(store.catalog_url)
    try:
        yield settings, catalog, Generations(catalog, store)
    finally:
        catalog.close()


@contextmanager
def reported() -> Iterator[None]:
    """Errors that we know as one sentence and an exit code, never a traceback."""
    try:
        yield
    except StoreLockedError as error:
        _fail(str(error), EXIT_CODE_LOCKED)
    except (ChatError, VectorStoreError) as error:
        _fail(str(error), EXIT_CODE_FAILED)


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def _as_text(answer: Answer) -> str:
    from app.languages.catalogue import both, say

    language = answer.language
    lines: list[str] = []
    for claim in answer.claims:
        lines.append(f"{claim.text} {''.join(f'[{n}]' for n in claim.citations)}")
    if answer.message:
        lines.append(answer.message)
    if answer.fallback:
        lines += ["", answer.fallback]
    for each in answer.notes.disagreements:
        numbers = both(language, [f"[{n}]" for n in each.citations])
        told = "Sources differ on the {subject}: {numbers}."
        lines += ["", say(language, told, subject=each.subject, numbers=numbers)]
    if answer.citations:
        lines.append("")
    for citation in answer.citations:
        known = citation.metadata
        lines.append(f"[{citation.n}] {_named(known, language)}, {citation.start}-{citation.end}")
        if known.caution:
            lines.append(f"    {known.caution}")
    if answer.near_misses:
        lines += ["", say(language, "Near, but not an answer:")]
        lines += [f"- {near.text} ({near.title})" for near in answer.near_misses]
    return "\n".join(lines)


def _named(known: Metadata, language: str = "en") -> str:
    """Title, and in brackets what tells it from others."""
    from app.languages.catalogue import say

    about = [known.place, known.publisher, _date(known.published)]
    return f"{known.title} ({', '.join(filter(None, about)) or say(language, 'no date')})"


def _date(value: Any) -> str | None:
    return value.isoformat() if value else None


def _summary(each: Any) -> dict[str, Any]:
    known = each.metadata
    return {
        "id": each.id,
        "uri": each.uri,
        "version": each.version,
        "title": known.title,
        "authors": list(known.authors),
        "publisher": known.publisher,
        "published": _date(known.published),
        "url": known.url,
        "provenance": dict(known.provenance),
        "passages": each.num_passages,
        "place": known.place,
        "other_places": list(each.other_places),
        "fidelity": known.fidelity,
        "caution": known.caution,
    }
