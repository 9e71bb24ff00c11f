"""Settings to service: the only place that picks implementations."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from app.answering.composition.compose import Composer, ExtractiveComposer
from app.answering.service import ChatService
from app.answering.verification.settling import Unsupported
from app.data_folder import check_writable
from app.errors import SettingsError
from app.protocols import ChatServiceProtocol
from app.reading.build import build_reader
from app.settings import Settings
from vectorstore.catalog import Catalog
from vectorstore.config import StoreSettings
from vectorstore.embedding.build import build_embedder
from vectorstore.embedding.export import MODELS_FOLDER
from vectorstore.embedding.remembered import RememberingEmbedder
from vectorstore.embedding.settings import EmbeddingSettings
from vectorstore.embedding.words import known_words
from vectorstore.live import LiveIndex
from vectorstore.manifest import IndexIdentity

if TYPE_CHECKING:
    from app.access.oidc import Provider
    from app.audit.writer import AuditWriter
    from app.conversations.store import ConversationStore
    from app.running import Runner
    from app.slack.bot import SlackBot
    from app.web.doors import CarriedDoor


def store_settings(settings: Settings) -> StoreSettings:
    """Where catalog and indexes are: what `Catalog` and `Generations` are opened with."""
    url = settings.database_url.get_secret_value() if settings.database_url else None
    return StoreSettings(settings.data_dir, url, settings.chroma_url)


def embedding_settings(settings: Settings) -> EmbeddingSettings:
    """Which embedding model, on which runtime, with how many threads."""
    chosen = {
        "model": settings.embedding_model,
        "runtime": settings.embedding_runtime,
        "threads": settings.threads,
    }
    return EmbeddingSettings(**{k: v for k, v in chosen.items() if v is not None})  # type: ignore[arg-type]


def build_chat_service(settings: Settings, *, watch: bool = True) -> ChatService:
    """The service that the settings describe.

    Args:
        settings: Of the whole program.
        watch: Look for new generations in the background, as a server does.

    Raises:
        SettingsError: If the chat model or the composer that they name cannot be used, or the data
            folder cannot be written to.
        VectorStoreError: If the catalog or the embedding model cannot be opened.
    """
    check_writable(settings.data_dir)
    composers = build_composers(settings)
    store = store_settings(settings)
    with ThreadPoolExecutor(1, thread_name_prefix="start") as beside:
        # Both are read, checked and unpacked by native code: on two cores, in the time of one.
        reader = beside.submit(
            build_reader, folder=settings.data_dir / MODELS_FOLDER, threads=settings.threads
        )
        embedder = RememberingEmbedder(
            build_embedder(
                embedding_settings(settings), data_dir=settings.data_dir, purpose="query"
            )
        )
    identity = IndexIdentity(embedder.fingerprint, embedder.dimension)
    return ChatService(
        LiveIndex(Catalog(store.catalog_url), store, identity=identity, watch=watch),
        embedder,
        reader.result(),
        composers,
        composer=settings.composer or list(composers)[-1],
        unsupported=Unsupported(settings.unsupported),
        threshold=settings.answer_threshold,
        max_question_characters=settings.max_question_characters,
        words=partial(known_words, embedding_settings(settings).model),
    )


def build_composers(settings: Settings) -> dict[str, Composer]:
    """By name; the one that answers where nothing else is asked for comes last.

    Raises:
        SettingsError: If the chat model or the composer that the settings name cannot be used.
    """
    composers: dict[str, Composer] = {ExtractiveComposer.name: ExtractiveComposer()}
    if settings.model is not None:
        from app.answering.composition.model_composer import ModelComposer
        from app.llm.build import build_model_caller

        composers[ModelComposer.name] = ModelComposer(
            build_model_caller(settings), max_input_tokens=settings.model_max_input_tokens
        )
    if settings.composer is not None and settings.composer not in composers:
        raise SettingsError(
            f"ACCORD_COMPOSER is {settings.composer!r}, which "
            + (
                "needs a chat model: set ACCORD_MODEL."
                if settings.composer == "model"
                else f"is not a composer. Known: {', '.join(composers)}."
            )
        )
    return composers


def open_conversations(settings: Settings) -> ConversationStore:
    """The store of conversations that the settings name.

    Raises:
        SettingsError: If the data folder cannot be written to.
        ConversationStoreError: If it cannot be opened.
    """
    from app.conversations.store import ConversationStore  # not for `accord ask`, which keeps none

    if settings.database_url is not None:
        store = ConversationStore(settings.database_url.get_secret_value())
    else:
        check_writable(settings.data_dir)
        store = ConversationStore.in_folder(settings.data_dir)
    if settings.webhooks:
        from app.webhooks.events import Outbox
        from app.webhooks.queue import Queue

        store.outbox = Outbox(Queue(store.engine, settings.webhooks))
    return store


def audit_writer(settings: Settings, store: ConversationStore) -> AuditWriter | None:
    """What keeps the audit log, beside the conversations; None where none is wanted.

    Raises:
        ConversationStoreError: If the database cannot be reached.
    """
    if not settings.audit:
        return None
    from app.audit.store import AuditStore
    from app.audit.writer import AuditWriter

    return AuditWriter(AuditStore(store.engine))


def sign_on_provider(settings: Settings) -> Provider | None:
    """Where people sign in; None where the settings name no issuer. Asks nobody yet.

    Raises:
        SettingsError: If its libraries are not installed.
    """
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    with extra("oidc"):
        from app.access.claims import Issuer
        from app.access.oidc import Provider
    secret = settings.oidc_client_secret
    return Provider(
        Issuer(
            settings.oidc_issuer,
            settings.oidc_client_id,
            None if secret is None else secret.get_secret_value(),
            scopes=settings.oidc_scopes,
            name_claim=settings.oidc_name_claim,
            email_claim=settings.oidc_email_claim,
            groups_claim=settings.oidc_groups_claim,
            allowed_domains=frozenset(one.lower() for one in settings.oidc_allowed_domains),
        )
    )


def carried_doors(
    settings: Settings,
    chat: ChatServiceProtocol,
    store: ConversationStore,
    runner: Runner | None = None,
) -> list[CarriedDoor]:
    """Doors that the web server carries: MCP, and Slack's where its signing secret is set.

    Their questions wait in the line of `runner`, the web's own.

    Raises:
        SettingsError: If Slack is set up by half, or its library is not installed.
        ConversationStoreError: If the inbox cannot be opened.
    """
    from app.mcp.door import McpDoor

    doors: list[CarriedDoor] = [McpDoor(settings)]
    secret = settings.slack_signing_secret
    if secret is None:
        return doors
    if settings.slack_bot_token is None:
        raise SettingsError(
            "ACCORD_SLACK_SIGNING_SECRET is set, but ACCORD_SLACK_BOT_TOKEN is not. Slack's events "
            "need both; docs/slack.md says where they are found."
        )
    with extra("slack"):
        from app.slack.bot import SlackBot
        from app.slack.door import SlackDoor
    bot = SlackBot(settings, chat, store, runner=runner)
    return [*doors, SlackDoor(bot, secret.get_secret_value())]


def build_slack_bot(
    settings: Settings, chat: ChatServiceProtocol, store: ConversationStore
) -> SlackBot:
    """The bot that the settings describe.

    Raises:
        SettingsError: If its library is not installed.
        SlackSetupError: If there is no bot token.
        ConversationStoreError: If the inbox cannot be opened.
    """
    with extra("slack"):
        from app.slack.bot import SlackBot
    return SlackBot(settings, chat, store)


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Imports of libraries that not every installation has."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("app"):
            raise
        raise SettingsError(
            f"This needs a library that is not installed ({error.name}). "
            f"Install it with: pip install 'accord[{name}]'"
        ) from error
