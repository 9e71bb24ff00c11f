"""The settings by group: each class is a part of `app.settings.Settings`.

Two groups stand with what they are about: `app/llm/settings.py` and `app/access/settings.py`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings

from app.questions import MAX_QUESTION_CHARACTERS
from app.sites import Site, with_distinct_keys
from app.webhooks.hooks import Webhook, checked
from vectorstore.group_names import group_names

DEFAULT_PORT = 8000
DEFAULT_MAX_BODY_BYTES = 64 * 1024
"""A long conversation fits; a pasted book does not."""
DEFAULT_MAX_UPLOAD_BYTES = 200_000_000
"""A folder of reports in one go; each file has its own limit beside it."""
DEFAULT_REQUESTS_PER_MINUTE = 6_000
"""Stops a client that runs wild; an evaluation in a loop stays far below."""
DEFAULT_MAX_QUEUED = 2_000
"""Open connections cost a little memory each; the time of a wait is what limits them before."""
DEFAULT_MAX_WAIT_S = 15.0
"""So long people wait for an answer where they see that it comes nearer."""
DEFAULT_SLACK_WORKERS = 4
"""Questions from Slack answered at once: a model server's usual places, and steady streams."""
DEFAULT_SLACK_USER_LIMIT = 10
"""Nobody reads ten answers in a minute."""
DEFAULT_SLACK_CHANNEL_LIMIT = 30
"""Slack takes about one message a second in a channel; people write there as well."""
MIN_TOKEN_CHARACTERS = 16
"""Longer than what can be guessed over HTTP, whatever it is made of."""


def _group_name(name: str) -> str:
    return group_names([name])[0]


GroupName = Annotated[str, AfterValidator(_group_name)]


class CorpusFilter(BaseModel):
    """Which documents may be searched; what is left out does not restrict."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document_ids: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None


class StoreGroup(BaseSettings):
    """Where data is stored."""

    data_dir: Path = Field(
        default=Path(".accord"),
        description="Folder in which the program stores all its data.",
    )
    chroma_url: str | None = Field(
        default=None,
        description="URL of a Chroma server; unset keeps the index in the data folder.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="SQLAlchemy URL (PostgreSQL) for catalog and conversations; unset uses SQLite "
        "files in the data folder.",
    )


class ServerGroup(BaseSettings):
    """Address, limits and logs of the server."""

    host: str = Field(
        default="127.0.0.1", min_length=1, description="Address the server listens on."
    )
    port: int = Field(
        default=DEFAULT_PORT, ge=0, le=65_535, description="Port the server listens on."
    )
    max_question_characters: int = Field(
        default=MAX_QUESTION_CHARACTERS,
        ge=1,
        le=100_000,
        description="Longest question, in characters; longer ones are refused.",
    )
    max_body_bytes: int = Field(
        default=DEFAULT_MAX_BODY_BYTES,
        ge=1024,
        le=64 * 2**20,
        description="Largest request body, in bytes.",
    )
    max_upload_bytes: int = Field(
        default=DEFAULT_MAX_UPLOAD_BYTES,
        ge=1_000_000,
        le=10_000_000_000,
        description="Largest upload of sources, all its files together, in bytes; one file may "
        "have 50 MB.",
    )
    max_running: Annotated[int, Field(ge=1, le=1024)] | None = Field(
        default=None,
        description="Answers computed at the same time; unset is twice the cores, and at least 32 "
        "with a chat model, for which most of them wait.",
    )
    max_queued: int = Field(
        default=DEFAULT_MAX_QUEUED,
        ge=0,
        le=100_000,
        description="Questions that may wait at the same time; further ones get 503.",
    )
    max_wait_s: float = Field(
        default=DEFAULT_MAX_WAIT_S,
        ge=0,
        le=600,
        description="Longest expected wait, in seconds, with which a question is accepted; else "
        "503 with the time after which it would be, in Retry-After.",
    )
    answer_timeout_s: float = Field(
        default=30.0, gt=0, le=600, description="Longest time an answer may take, in seconds."
    )
    requests_per_minute: int = Field(
        default=DEFAULT_REQUESTS_PER_MINUTE,
        ge=1,
        le=1_000_000,
        description="Questions one client address may ask in a minute; then 429.",
    )
    conversation_retention_days: int = Field(
        default=90,
        ge=0,
        le=36_500,
        description="Days a conversation is kept after its last turn; 0 keeps it forever.",
    )
    webhooks: Annotated[tuple[Webhook, ...], AfterValidator(checked)] = Field(
        default=(),
        description="Addresses that are notified of answers, refusals, feedback and ingest runs, "
        "as a JSON list of objects with `url`, `secret` and, optionally, `events`, "
        "`with_texts` and `allow_private`.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe messages that are logged."
    )
    log_format: Literal["text", "json"] = Field(
        default="text",
        description='Form of the log: "text", or "json" with one object per line and the id of the '
        "request.",
    )


class WebGroup(BaseSettings):
    """Pages, proxies and access."""

    trusted_proxies: str = Field(
        default="",
        description="Reverse proxies, by address or network and separated by commas, whose "
        "X-Forwarded-For and identity headers are trusted.",
    )
    starter_questions: tuple[str, ...] = Field(
        default=(),
        description="Questions the page offers at the start, as a JSON list; unset offers "
        "questions that the sources answer.",
    )
    admin_token: Annotated[SecretStr, Field(min_length=MIN_TOKEN_CHARACTERS)] | None = Field(
        default=None,
        description="Secret of 16 or more characters for /admin, /metrics and the lists of "
        "unanswered questions and feedback, sent as a bearer token; unset keeps them closed.",
    )
    require_token: bool | None = Field(
        default=None,
        description="Answer only requests with an API token (`accord token`); unset requires one "
        "as soon as the first has been made.",
    )
    open_to_network: bool = Field(
        default=False,
        description="Listen on an address that others reach, without tokens, sign-in or a trusted "
        "proxy: only if something in front of the server keeps strangers out.",
    )
    sites: Annotated[tuple[Site, ...], AfterValidator(with_distinct_keys)] = Field(
        default=(),
        description="Foreign sites that may show the widget, as a JSON list of objects with `key`, "
        "`origins` and, optionally, `requests_per_minute` and `visitor_requests_per_minute`.",
    )
    secure_cookies: bool = Field(
        default=False,
        description="Mark cookies Secure: set it if the page is reached through HTTPS only.",
    )
    public_url: Annotated[str, Field(pattern=r"^https?://[^\s/?#]+[^\s?#]*$")] | None = Field(
        default=None,
        description="Address under which people reach the server, for single sign-on and links to "
        "sources in Slack. If unset, links lead to the source's own address.",
    )
    root_path: Annotated[str, Field(pattern=r"^((/[A-Za-z0-9._~-]+)+)?$")] = Field(
        default="",
        description='Path below which a reverse proxy serves everything, as in "/accord", without '
        "a slash at the end; unset serves it at the root of the host.",
    )
    frame_ancestors: tuple[
        Annotated[str, Field(pattern=r"^https?://(\*\.)?[a-z0-9.-]+(:[0-9]{1,5})?$")], ...
    ] = Field(
        default=(),
        description="Origins whose pages may show Accord's own pages in a frame, as a JSON list; "
        "unset lets none.",
    )


class ReaderGroup(BaseSettings):
    """How answers are chosen."""

    answer_threshold: Annotated[float, Field(gt=0, lt=1)] = Field(
        default=0.2,
        description="Probability, from 0 to 1, that the sources answer a question, from which on "
        "an answer is given: a higher value refuses more questions.",
    )
    composer: str | None = Field(
        default=None,
        description='How answers are written, "extractive" or "model"; unset follows ACCORD_MODEL.',
    )


class EmbeddingGroup(BaseSettings):
    """How vectors are computed."""

    embedding_model: str | None = Field(
        default=None,
        description='"multilingual" (extra of that name), or name or folder of a '
        "sentence-transformers model; unset uses the bundled one, for English.",
    )
    embedding_runtime: str | None = Field(
        default=None,
        description="Runtime that computes embeddings (docs/embedding-runtimes.md); unset "
        "takes the fastest one whose results agree with the stored vectors.",
    )
    threads: Annotated[int, Field(ge=1, le=1024)] | None = Field(
        default=None, description="Threads for computing embeddings; unset uses all cores."
    )


class IngestGroup(BaseSettings):
    """What may be read."""

    sync_file: Path = Field(
        default=Path("sync.toml"), description="File that lists the sources of `accord sync`."
    )
    intranet_hosts: tuple[
        Annotated[
            str,
            Field(
                pattern=r"^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*(:[0-9]{1,5})?$"
                r"|^[0-9a-f:.]+/[0-9]{1,3}$"
            ),
        ],
        ...,
    ] = Field(
        default=(),
        description="Hosts of your own network that `accord ingest` may fetch although they are "
        'private, as a JSON list of names ("wiki.corp.example", "*.corp.example", with a port '
        '"wiki:8080") and ranges ("10.20.0.0/16"); unset lets none.',
    )


class SlackGroup(BaseSettings):
    """The bot for Slack."""

    slack_bot_token: SecretStr | None = Field(
        default=None, description="Slack's bot token (xoxb-…); set it to answer in Slack."
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        description="Slack's signing secret; with it `accord serve` takes events at /slack/events.",
    )
    slack_app_token: SecretStr | None = Field(
        default=None,
        description="Slack's app-level token (xapp-…); with it `accord slack` fetches events "
        "through Socket Mode.",
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/",
        pattern=r"^https?://\S+$",
        description="Address of Slack's Web API; GovSlack has its own.",
    )
    slack_workers: int = Field(
        default=DEFAULT_SLACK_WORKERS,
        ge=1,
        le=64,
        description="Questions from Slack answered at the same time by one process.",
    )
    slack_user_limit: int = Field(
        default=DEFAULT_SLACK_USER_LIMIT,
        ge=1,
        le=100_000,
        description="Questions one person may ask in Slack in a minute.",
    )
    slack_channel_limit: int = Field(
        default=DEFAULT_SLACK_CHANNEL_LIMIT,
        ge=1,
        le=100_000,
        description="Questions that may be asked in one Slack channel in a minute.",
    )
    slack_follow_ups: bool = Field(
        default=True,
        description="Answer questions in threads where the bot has answered, without a mention.",
    )
    slack_streaming: bool = Field(
        default=True,
        description="Show sentences in Slack as they are found; false shows whole answers.",
    )
    slack_allow_external: bool = Field(
        default=False,
        description="Answer in Slack channels that are shared with other organisations.",
    )
    slack_channel_filters: dict[str, CorpusFilter] = Field(
        default_factory=dict,
        description="What may be searched for a Slack channel, by its id, as JSON: "
        '{"C0123": {"publishers": ["…"]}}; also document_ids, published_from, published_to.',
    )
    slack_channel_groups: dict[str, tuple[GroupName, ...]] = Field(
        default_factory=dict,
        description="Groups whose documents a Slack channel sees in addition to open ones, by the "
        'id of the channel, as JSON: {"C0123": ["deals"]}. All its readers read the answers.',
    )
    slack_digest_channel: str | None = Field(
        default=None,
        description="Id of the Slack channel that gets a weekly report of use; unset sends none.",
    )
    slack_digest_at: str = Field(
        default="mon 09:00",
        pattern=r"^(mon|tue|wed|thu|fri|sat|sun) ([01]\d|2[0-3]):[0-5]\d$",
        description='When the weekly report is sent, in UTC, as in "mon 09:00".',
    )
