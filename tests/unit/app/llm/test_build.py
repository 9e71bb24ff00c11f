import sys

import pytest
from pydantic import SecretStr

from app.errors import SettingsError
from app.llm.build import ProviderKeys, build_chat_model, build_model_caller
from app.settings import Settings

pytestmark = pytest.mark.slow  # the providers' libraries take seconds to import

KEY = "sk-a-secret-that-nobody-sees-1"
KEYS = ProviderKeys.model_construct(
    openai_api_key=SecretStr(KEY),
    anthropic_api_key=SecretStr(KEY),
    azure_openai_api_key=SecretStr(KEY),
    openai_api_version="2024-10-21",
)
NO_KEYS = ProviderKeys.model_construct()
LOCAL = "http://127.0.0.1:9"


def settings(model: str | None, base_url: str | None = None, **more: object) -> Settings:
    return Settings.model_validate({"model": model, "model_base_url": base_url, **more})


@pytest.mark.parametrize(
    ("model", "base_url", "kind"),
    [
        ("openai:gpt-4o", None, "ChatOpenAI"),
        ("openai:local", LOCAL, "ChatOpenAI"),
        ("azure_openai:mine", LOCAL, "AzureChatOpenAI"),
        ("anthropic:claude", None, "ChatAnthropic"),
        ("ollama:llama3.2:3b", None, "ChatOllama"),
    ],
)
def test_provider_decides_and_no_key_is_shown(model: str, base_url: str | None, kind: str) -> None:
    built = build_chat_model(settings(model, base_url), KEYS)
    assert type(built).__name__ == kind
    assert KEY not in repr(built)
    assert KEY not in str(built)
    assert KEY not in repr(KEYS)


def test_name_keeps_its_colons() -> None:
    caller = build_model_caller(settings("ollama:llama3.2:3b"), NO_KEYS)
    assert caller.name == "ollama:llama3.2:3b"


@pytest.mark.parametrize(
    ("model", "module", "extra"),
    [
        ("openai:x", "langchain_openai", "llm-openai"),
        ("azure_openai:x", "langchain_openai", "llm-openai"),
        ("anthropic:x", "langchain_anthropic", "llm-anthropic"),
        ("ollama:x", "langchain_ollama", "llm-ollama"),
    ],
)
def test_missing_package_names_the_command(
    model: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SettingsError, match=rf"pip install 'accord\[{extra}\]'"):
        build_chat_model(settings(model), KEYS)


@pytest.mark.parametrize(
    ("model", "base_url", "keys", "variable"),
    [
        ("openai:x", None, NO_KEYS, "OPENAI_API_KEY"),
        ("anthropic:x", None, NO_KEYS, "ANTHROPIC_API_KEY"),
        ("azure_openai:x", None, KEYS, "ACCORD_MODEL_BASE_URL"),
        ("azure_openai:x", LOCAL, NO_KEYS, "OPENAI_API_VERSION"),
        (
            "azure_openai:x",
            LOCAL,
            ProviderKeys.model_construct(openai_api_version="1"),
            "AZURE_OPENAI_API_KEY",
        ),
        (None, None, KEYS, "ACCORD_MODEL is not set"),
        ("gpt-4o", None, KEYS, "provider:name"),
        ("openai:", None, KEYS, "provider:name"),
        ("openai:x", "localhost:8000", KEYS, "ACCORD_MODEL_BASE_URL must begin with http"),
        ("nonesuch:x", None, KEYS, "ACCORD_MODEL=nonesuch:x cannot be used"),
    ],
)
def test_what_is_missing_is_named(
    model: str | None, base_url: str | None, keys: ProviderKeys, variable: str
) -> None:
    with pytest.raises(SettingsError, match=variable):
        build_chat_model(settings(model, base_url), keys)


def test_compatible_server_needs_no_key() -> None:
    built = build_chat_model(settings("openai:local", LOCAL), NO_KEYS)
    assert type(built).__name__ == "ChatOpenAI"


def test_any_other_provider_comes_from_langchain() -> None:
    # DeepSeek's package is not installed here; LangChain says which it is.
    with pytest.raises(SettingsError, match="langchain-deepseek"):
        build_chat_model(settings("deepseek:chat"), KEYS)


def test_keys_are_read_from_the_providers_own_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    keys = ProviderKeys()
    assert keys.anthropic_api_key is not None
    assert keys.anthropic_api_key.get_secret_value() == KEY


def test_temperature_can_be_left_to_the_provider() -> None:
    given = build_chat_model(settings("openai:x"), KEYS)
    left = build_chat_model(settings("openai:x", model_temperature="default"), KEYS)
    assert given.model_dump()["temperature"] == 0
    assert left.model_dump()["temperature"] is None
