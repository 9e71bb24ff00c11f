"""Settings, and the choices where they leave one: embedding model, reader, chat model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.commands.variables import names_set, unknown_variables
from app.doctor.findings import Finding, note, ok, problem
from app.errors import ChatError, SettingsError
from app.setting_values import shown
from app.settings import ENV_PREFIX, Settings, load_settings
from vectorstore.errors import VectorStoreError

if TYPE_CHECKING:
    from vectorstore.embedding.settings import Purpose

_PURPOSES: tuple[tuple[Purpose, str], ...] = (("query", "questions"), ("ingest", "ingest"))


def settings() -> tuple[Settings | None, list[Finding]]:
    """The settings, if they can be read, and what is to say of them."""
    subject = "settings"
    found = [
        problem(subject, sentence, "Correct the name, or unset it.")
        for sentence in unknown_variables(names_set())
    ]
    try:
        loaded = load_settings()
    except SettingsError as error:
        remedy = "docs/configuration.md says what is allowed."
        return None, [*found, problem(subject, str(error), remedy)]
    changed = loaded.model_dump(exclude_unset=True)
    if not changed:
        found.append(ok(subject, "all as by default"))
    for name in changed:
        found.append(ok(subject, f"{ENV_PREFIX}{name.upper()} = {shown(name, loaded)}"))
    return loaded, found


def embedding(loaded: Settings) -> Iterator[Finding]:
    """Which runtime computes vectors, and why."""
    from app.bootstrap import embedding_settings
    from vectorstore.embedding.choice import chosen_runtime
    from vectorstore.embedding.weights import locate

    wanted = embedding_settings(loaded)
    try:
        files = locate(wanted.model)
        for purpose, name in _PURPOSES:
            choice = chosen_runtime(wanted, data_dir=loaded.data_dir, purpose=purpose)
            text = f"{files.name} for {name}: {choice.runtime}, since {choice.reason}"
            if choice.remedy is None:
                yield ok("embedding", text)
            else:
                yield note("embedding", text, choice.remedy)
    except VectorStoreError as error:
        remedy = "Install the packages again, or correct ACCORD_EMBEDDING_MODEL and _RUNTIME."
        yield problem("embedding", str(error), remedy)


def reader() -> Iterator[Finding]:
    """Which reader judges sentences, and why."""
    from app.reading import weights
    from app.reading.errors import ReaderWeightsError
    from vectorstore.embedding.processor import multiplies_int8

    if not weights.BUNDLED.is_file():
        yield problem(
            "reader",
            "The trained reader's weights are not installed: answers are chosen by words alone.",
            "Install the package again.",
        )
        return
    try:
        loaded = weights.load()
    except ReaderWeightsError as error:
        yield problem("reader", str(error), "Install the package again.")
        return
    if multiplies_int8():
        how = "in eight bits, since this processor multiplies those at once"
    else:
        how = "in single precision, since this processor has no instructions for eight bits"
    yield ok("reader", f"{loaded.fingerprint} {how}")


def chat_model(loaded: Settings) -> Iterator[Finding]:
    """Whether a chat model is set and could be called; it is not called."""
    from app.bootstrap import build_composers

    try:
        build_composers(loaded)
    except ChatError as error:
        yield problem("chat model", str(error), "docs/language-models.md says how to set it up.")
        return
    if loaded.model is None:
        yield ok("chat model", "none: answers are in the sources' own words, nothing leaves here")
    else:
        yield ok("chat model", f"{loaded.model} is set up; whether it answers is not tried")


def slack(loaded: Settings) -> Iterator[Finding]:
    """Whether Slack is set up by half."""
    tokens = (loaded.slack_bot_token, loaded.slack_app_token, loaded.slack_signing_secret)
    if not any(tokens):
        return
    if loaded.slack_bot_token is None:
        yield problem(
            "Slack", "There is no bot token.", "Set ACCORD_SLACK_BOT_TOKEN; see docs/slack.md."
        )
    elif loaded.slack_app_token is None and loaded.slack_signing_secret is None:
        yield problem(
            "Slack",
            "There is a bot token, but no way to listen.",
            "Set ACCORD_SLACK_APP_TOKEN or ACCORD_SLACK_SIGNING_SECRET; see docs/slack.md.",
        )
    else:
        yield ok("Slack", "is set up; whether Slack takes the tokens is not tried")
