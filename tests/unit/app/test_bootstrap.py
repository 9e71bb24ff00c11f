from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import build_composers
from app.errors import SettingsError
from app.settings import Settings

LOCAL = {"model": "openai:any", "model_base_url": "http://127.0.0.1:9/v1"}


def settings(folder: Path, **fields: Any) -> Settings:
    return Settings(_env_file=None, data_dir=folder, **fields)


def test_without_a_model_answers_are_in_the_sources_own_words(tmp_path: Path) -> None:
    assert list(build_composers(settings(tmp_path))) == ["extractive"]


def test_a_model_answers_where_nothing_else_is_asked_for(tmp_path: Path) -> None:
    assert list(build_composers(settings(tmp_path, **LOCAL))) == ["extractive", "model"]


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"model": "openai:any"}, "needs a key: set OPENAI_API_KEY"),
        ({"composer": "model"}, "needs a chat model: set ACCORD_MODEL"),
        ({"composer": "poet"}, "is not a composer. Known: extractive"),
        ({"composer": "poet", **LOCAL}, "is not a composer. Known: extractive, model"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(
    tmp_path: Path, asked: dict[str, Any], problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(SettingsError, match=problem):
        build_composers(settings(tmp_path, **asked))
