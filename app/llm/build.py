"""Settings to chat model: the only place that picks a provider, and imports it only then."""

from __future__ import annotations

from typing import Any

from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import SettingsError
from app.llm.calling import ModelCaller
from app.llm.types import Limits, Prices
from app.settings import Settings

ATTEMPTS = 3
"""A second try mends most faults of a network, a third most others; people wait for an answer."""
CHARACTERS_PER_TOKEN = 8
"""Twice what is usual: a reply that is longer ignores its limit of tokens."""
MIN_MAX_CHARACTERS = 1_000
"""However small the limit of tokens is."""
NO_KEY = "none"
"""Sent to servers that ask for no key; their protocol demands that something is sent."""
CITE_BY_THEMSELVES = {"anthropic"}
"""Providers that take documents and mark what they cite of them."""
SHARE_OF_ANSWER = 0.65
"""Of the time an answer may take; the rest is for rewriting, searching, checking, falling back."""
TELL_THEIR_END = {"openai", "azure_openai", "anthropic", "ollama"}
"""Providers whose replies say why they ended: their protocols demand it."""
_SCHEMES = ("http://", "https://")


class ProviderKeys(BaseSettings):
    """What providers call their own variables, from the environment or `.env`."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    openai_api_key: SecretStr | None = None
    anthropic_api_key: SecretStr | None = None
    azure_openai_api_key: SecretStr | None = None
    openai_api_version: str | None = None


def build_model_caller(settings: Settings, keys: ProviderKeys | None = None) -> ModelCaller:
    """The chat model that the settings name, with its limits.

    Raises:
        SettingsError: If it cannot be built; the message says what to set or install.
    """
    provider, name = _provider_and_name(settings)
    limits = Limits(
        timeout_s=min(settings.model_timeout_s, SHARE_OF_ANSWER * settings.answer_timeout_s),
        silence_s=settings.model_first_token_timeout_s,
        concurrency=settings.model_concurrency,
        attempts=ATTEMPTS,
        max_characters=max(
            MIN_MAX_CHARACTERS, settings.model_max_output_tokens * CHARACTERS_PER_TOKEN
        ),
    )
    return ModelCaller(
        build_chat_model(settings, keys),
        name=f"{provider}:{name}",
        limits=limits,
        prices=Prices(settings.model_input_price, settings.model_output_price),
        tells_its_end=provider in TELL_THEIR_END,
        cites=provider in CITE_BY_THEMSELVES and settings.model_citations == "native",
    )


def build_chat_model(settings: Settings, keys: ProviderKeys | None = None) -> BaseChatModel:
    """The chat model that the settings name, with retries of its own off.

    Args:
        settings: Of the whole program.
        keys: Read from the environment by default.

    Raises:
        SettingsError: If it cannot be built; the message says what to set or install.
    """
    provider, name = _provider_and_name(settings)
    keys = keys or ProviderKeys()
    try:
        match provider:
            case "openai":
                return _openai(name, settings, keys)
            case "azure_openai":
                return _azure(name, settings, keys)
            case "anthropic":
                return _anthropic(name, settings, keys)
            case "ollama":
                return _ollama(name, settings)
            case _:
                return _other(provider, name, settings)
    except ValidationError as error:
        # Without the values: one of them may be a key.
        problems = "; ".join(
            f"{'.'.join(map(str, one['loc'])) or 'settings'}: {one['msg']}"
            for one in error.errors(include_input=False, include_url=False, include_context=False)
        )
        raise SettingsError(f"ACCORD_MODEL={settings.model} is refused: {problems}.") from None


def _openai(name: str, settings: Settings, keys: ProviderKeys) -> BaseChatModel:
    try:
        from langchain_openai import ChatOpenAI
    except ModuleNotFoundError as error:
        raise _missing("llm-openai", settings) from error
    values = _common(settings)
    key = keys.openai_api_key
    if settings.model_base_url is None:
        values["api_key"] = key or _no_key("OPENAI_API_KEY", settings)
        values["max_tokens"] = settings.model_max_output_tokens
    else:
        values["api_key"] = key or SecretStr(NO_KEY)
        values["base_url"] = settings.model_base_url
        values["use_responses_api"] = False
        # ChatOpenAI would send its successor max_completion_tokens, which many servers ignore.
        values["extra_body"] = {"max_tokens": settings.model_max_output_tokens}
    # Usage is off for other addresses unless asked for. The time between chunks is ours to limit.
    return ChatOpenAI(model=name, stream_usage=True, stream_chunk_timeout=None, **values)


def _azure(name: str, settings: Settings, keys: ProviderKeys) -> BaseChatModel:
    try:
        from langchain_openai import AzureChatOpenAI
    except ModuleNotFoundError as error:
        raise _missing("llm-openai", settings) from error
    if settings.model_base_url is None:
        raise SettingsError(
            f"ACCORD_MODEL={settings.model} needs ACCORD_MODEL_BASE_URL, the address of the Azure "
            "resource, such as https://NAME.openai.azure.com."
        )
    if keys.openai_api_version is None:
        raise SettingsError(
            f"ACCORD_MODEL={settings.model} needs OPENAI_API_VERSION, the version of Azure's API."
        )
    return AzureChatOpenAI(
        azure_deployment=name,
        azure_endpoint=settings.model_base_url,
        api_version=keys.openai_api_version,
        api_key=keys.azure_openai_api_key or _no_key("AZURE_OPENAI_API_KEY", settings),
        max_tokens=settings.model_max_output_tokens,
        stream_usage=True,
        stream_chunk_timeout=None,
        **_common(settings),
    )


def _anthropic(name: str, settings: Settings, keys: ProviderKeys) -> BaseChatModel:
    try:
        from langchain_anthropic import ChatAnthropic
    except ModuleNotFoundError as error:
        raise _missing("llm-anthropic", settings) from error
    values = _common(settings)
    if settings.model_base_url is not None:
        values["base_url"] = settings.model_base_url
    return ChatAnthropic(
        model=name,
        api_key=keys.anthropic_api_key or _no_key("ANTHROPIC_API_KEY", settings),
        max_tokens=settings.model_max_output_tokens,
        **values,
    )


def _ollama(name: str, settings: Settings) -> BaseChatModel:
    try:
        from langchain_ollama import ChatOllama
    except ModuleNotFoundError as error:
        raise _missing("llm-ollama", settings) from error
    values = _common(settings)
    del values["max_retries"]  # it has none
    timeout_s = values.pop("timeout")
    return ChatOllama(
        model=name,
        base_url=settings.model_base_url,
        num_predict=settings.model_max_output_tokens,
        client_kwargs={"timeout": timeout_s},
        **values,
    )


def _other(provider: str, name: str, settings: Settings) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    values = _common(settings)
    if settings.model_base_url is not None:
        values["base_url"] = settings.model_base_url
    try:
        model: BaseChatModel = init_chat_model(
            name,
            model_provider=provider,
            max_tokens=settings.model_max_output_tokens,
            **values,
        )
    except ValidationError:
        raise
    except (ImportError, ValueError) as error:
        # LangChain names the package to install, the key to set, or the providers there are.
        raise SettingsError(f"ACCORD_MODEL={settings.model} cannot be used: {error}") from error
    return model


def _common(settings: Settings) -> dict[str, Any]:
    """What all providers understand."""
    values: dict[str, Any] = {"timeout": settings.model_timeout_s, "max_retries": 0}
    if settings.model_temperature != "default":
        values["temperature"] = settings.model_temperature
    return values


def _provider_and_name(settings: Settings) -> tuple[str, str]:
    if settings.model is None:
        raise SettingsError('ACCORD_MODEL is not set; it names a chat model as "provider:name".')
    provider, _, name = settings.model.partition(":")
    if not provider or not name:
        raise SettingsError(
            f"ACCORD_MODEL is {settings.model!r}; write it as provider:name, such as openai:NAME, "
            "anthropic:NAME or ollama:NAME."
        )
    if settings.model_base_url is not None and not settings.model_base_url.startswith(_SCHEMES):
        raise SettingsError("ACCORD_MODEL_BASE_URL must begin with http:// or https://.")
    return provider, name


def _missing(extra: str, settings: Settings) -> SettingsError:
    return SettingsError(
        f"ACCORD_MODEL={settings.model} needs packages that are not installed. Install them with "
        f"`pip install 'accord[{extra}]'`."
    )


def _no_key(variable: str, settings: Settings) -> SecretStr:
    raise SettingsError(f"ACCORD_MODEL={settings.model} needs a key: set {variable}.")
