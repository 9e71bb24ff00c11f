"""Everything that can be set from outside. Environment variables carry the prefix ACCORD_."""

from __future__ import annotations

import os
import re

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.access.settings import PeopleSettings
from app.errors import SettingsError
from app.llm.settings import ModelGroup
from app.setting_groups import (
    EmbeddingGroup,
    IngestGroup,
    ReaderGroup,
    ServerGroup,
    SlackGroup,
    StoreGroup,
    WebGroup,
)

ENV_PREFIX = "ACCORD_"

RUNNING_PER_CORE = 2
"""An answer waits for files a little; more at once would only queue for the processor."""
RUNNING_WITH_MODEL = 32
"""A slow provider must not keep people out who would be content with the sources' own words."""


class Settings(
    StoreGroup,
    ServerGroup,
    WebGroup,
    ModelGroup,
    ReaderGroup,
    EmbeddingGroup,
    IngestGroup,
    SlackGroup,
    PeopleSettings,
):
    """Settings of the whole program. Only entry points build it; all else receives values."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        protected_namespaces=(),
    )

    @property
    def running_limit(self) -> int:
        """Answers computed at the same time."""
        if self.max_running is not None:
            return self.max_running
        waits = self.model is not None and self.composer != "extractive"
        waiting = RUNNING_WITH_MODEL if waits else 0
        return max(RUNNING_PER_CORE * (os.cpu_count() or 1), waiting)


GROUPS: dict[str, type[BaseSettings]] = {
    "Where data is stored": StoreGroup,
    "Server: address, limits, logs": ServerGroup,
    "Pages, proxies and access": WebGroup,
    "Chat model": ModelGroup,
    "Answers": ReaderGroup,
    "Embedding": EmbeddingGroup,
    "Ingest and sync": IngestGroup,
    "Slack": SlackGroup,
    "Sign-in and audit log": PeopleSettings,
}
"""Parts of `Settings` by heading, in the order of the documentation."""


def names_by_group() -> dict[str, list[str]]:
    """Names of the settings by heading, each once, in the order of the documentation."""
    seen: set[str] = set()
    found: dict[str, list[str]] = {}
    for title, group in GROUPS.items():
        found[title] = [name for name in group.__annotations__ if name not in seen]
        seen.update(found[title])
    return found


_SECRET_WORDS = ("url", "token", "secret", "webhooks")


def load_settings() -> Settings:
    """Read the settings from the environment and `.env`.

    Raises:
        SettingsError: If a value is not allowed; one sentence a variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(" ".join(_sentences(error))) from error
    except ValueError as error:
        # pydantic-settings could not read a value as JSON; it names the field.
        name = re.search(r'field "(\w+)"', str(error))
        variable = f"{ENV_PREFIX}{name[1].upper()}" if name else "A setting"
        raise SettingsError(
            f"{variable} is not valid JSON ({error.__cause__ or error}). "
            "docs/configuration.md shows its form."
        ) from error


def _sentences(error: ValidationError) -> list[str]:
    secret = {name for name in Settings.model_fields if any(word in name for word in _SECRET_WORDS)}
    nested = {"sites", "webhooks"}
    sentences = []
    problems = error.errors(include_url=False)
    for problem in problems:
        if any(_is_below(other["loc"], problem["loc"]) for other in problems):
            continue  # a list lacks what an item of it was refused for
        told = _lower_first(problem["msg"].removeprefix("Value error, "))
        if not problem["loc"]:  # of several together; the message names them
            sentences.append(f"{told}.")
            continue
        name = str(problem["loc"][0])
        # An address may carry a password, and a token is one.
        value = "" if name in secret else f" is {problem['input']!r}, which is not allowed"
        inside = ".".join(map(str, problem["loc"][1:]))
        place = f" ({inside})" if inside and name in nested else ""
        sentences.append(f"{ENV_PREFIX}{name.upper()}{place}{value}: {told}.")
    return sentences


def _is_below(place: tuple[int | str, ...], other: tuple[int | str, ...]) -> bool:
    return len(place) > len(other) and place[: len(other)] == other


def _lower_first(text: str) -> str:
    return text if text.startswith(ENV_PREFIX) else text[:1].lower() + text[1:]
