"""Settings from the environment, and questions made fit to be asked."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import QuestionEmptyError, QuestionTooLongError, SettingsError
from app.questions import readable_question
from app.settings import ENV_PREFIX, Settings, load_settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith(ENV_PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_defaults_serve_this_machine_only() -> None:
    settings = load_settings()

    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.data_dir == Path(".accord")
    assert settings.model is None


def test_names_that_others_rely_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "ACCORD_DATA_DIR": "elsewhere",
        "ACCORD_CHROMA_URL": "http://chroma:8000",
        "ACCORD_DATABASE_URL": "postgresql://u:p@db/accord",
        "ACCORD_MODEL": "openai:some-model",
        "ACCORD_MODEL_BASE_URL": "http://llm:8080/v1",
    }.items():
        monkeypatch.setenv(name, value)

    settings = load_settings()

    assert settings.data_dir == Path("elsewhere")
    assert settings.chroma_url == "http://chroma:8000"
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql://u:p@db/accord"
    assert settings.model == "openai:some-model"
    assert settings.model_base_url == "http://llm:8080/v1"
    assert "u:p" not in repr(settings)


def test_file_beside_the_program_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("ACCORD_PORT=9000\nACCORD_HOST=0.0.0.0\nOTHER=1\n")
    monkeypatch.setenv("ACCORD_PORT", "9001")

    settings = load_settings()

    assert (settings.host, settings.port) == ("0.0.0.0", 9001)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "many", "ACCORD_PORT is 'many', which is not allowed: .*valid integer"),
        ("PORT", "70000", "ACCORD_PORT is '70000', which is not allowed: .*65535"),
        ("LOG_LEVEL", "loud", "ACCORD_LOG_LEVEL is 'loud'.*'debug', 'info', 'warning' or 'error'"),
        ("ANSWER_TIMEOUT_S", "0", "ACCORD_ANSWER_TIMEOUT_S is '0'.*greater than 0"),
        ("STARTER_QUESTIONS", "Why?", "ACCORD_STARTER_QUESTIONS is not valid JSON"),
    ],
)
def test_bad_value_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(ENV_PREFIX + name, value)

    with pytest.raises(SettingsError, match=sentence):
        load_settings()


def test_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCORD_MODEL", "")

    assert load_settings().model is None


def test_every_setting_has_a_description() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name


def test_limits_follow_the_cores_unless_set() -> None:
    cores = os.cpu_count() or 1
    assert Settings().running_limit == 2 * cores
    assert Settings(model="openai:any").running_limit == max(2 * cores, 32)
    assert Settings(model="openai:any", max_running=3).running_limit == 3


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("  What\n\tis  it? ", "What is it?"),
        ("a\x00b\x07c", "a b c"),
        ("cafe\u0301", "café"),
        ("\u202eevil\u202c", "evil"),
        ("क्\u200dष", "क्\u200dष"),
        ("日本語", "日本語"),
        ("a\ud800", "a"),
    ],
)
def test_question_is_made_readable(typed: str, asked: str) -> None:
    assert readable_question(typed) == asked


@pytest.mark.parametrize("typed", ["", " ", "\x00\x1b", "?!…", "🙂", "\ud800", "\u200b"])
def test_question_without_a_word_is_empty(typed: str) -> None:
    with pytest.raises(QuestionEmptyError, match="Write what you would like to know"):
        readable_question(typed)


def test_question_at_the_limit_is_read_and_one_more_is_not() -> None:
    assert readable_question("a" * 10, limit=10)
    with pytest.raises(QuestionTooLongError, match=r"11 characters; at most 10"):
        readable_question("a" * 11, limit=10)


@given(st.text(max_size=60))
def test_readable_question_is_stable_and_encodable(typed: str) -> None:
    try:
        asked = readable_question(typed)
    except QuestionEmptyError:
        return
    assert readable_question(asked) == asked
    asked.encode()


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"OIDC_ISSUER": "https://issuer.example.org"}, "ACCORD_OIDC_CLIENT_ID go together"),
        ({"OIDC_CLIENT_ID": "accord"}, "ACCORD_OIDC_CLIENT_ID go together"),
        ({"ALLOWED_GROUPS": '["staff"]'}, "nobody signs in"),
        (
            {"OIDC_ISSUER": "http://issuer.example.org", "OIDC_CLIENT_ID": "accord"},
            "must be reached through https",
        ),
        ({"PROXY_USER_HEADER": "X-User"}, "ACCORD_TRUSTED_PROXIES"),
        ({"PROXY_USER_HEADER": "X-User", "TRUSTED_PROXIES": "*"}, "not everybody"),
        ({"PROXY_USER_HEADER": "X-User", "TRUSTED_PROXIES": "10.0.0.1,0.0.0.0/0"}, "not everybody"),
        ({"PROXY_USER_HEADER": "X-User", "TRUSTED_PROXIES": "::/0"}, "not everybody"),
        ({"PROXY_USER_HEADER": "X User", "TRUSTED_PROXIES": "10.0.0.1"}, "X User"),
        ({"PROXY_GROUPS_HEADER": "X-Groups", "TRUSTED_PROXIES": "10.0.0.1"}, "USER_HEADER"),
        ({"PROXY_SIGN_OUT": "javascript:alert(1)"}, "PROXY_SIGN_OUT"),
    ],
)
def test_sign_on_that_is_not_safe_is_refused_in_words_without_secrets(
    variables: dict[str, str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCORD_OIDC_CLIENT_SECRET", "open-sesame")
    for name, value in variables.items():
        monkeypatch.setenv(f"ACCORD_{name}", value)

    with pytest.raises(SettingsError, match=re.escape(told)) as caught:
        load_settings()

    assert "open-sesame" not in str(caught.value)


def test_issuer_on_this_machine_may_speak_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCORD_OIDC_ISSUER", "http://127.0.0.1:9400")
    monkeypatch.setenv("ACCORD_OIDC_CLIENT_ID", "accord")

    assert load_settings().oidc_issuer == "http://127.0.0.1:9400"
