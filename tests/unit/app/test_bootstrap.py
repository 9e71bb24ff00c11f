"""What the settings may ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import build_chat_service
from app.errors import SettingsError
from app.settings import Settings


@pytest.mark.parametrize("asked", [{"model": "openai:any"}, {"composer": "model"}])
def test_a_chat_model_is_refused_in_words(tmp_path: Path, asked: dict[str, Any]) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, **asked)

    with pytest.raises(SettingsError, match="Unset them"):
        build_chat_service(settings)
