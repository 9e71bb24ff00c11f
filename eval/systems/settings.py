"""The product's settings, for commands of evaluation."""

from __future__ import annotations

from app.errors import SettingsError
from app.settings import Settings, load_settings
from eval.errors import SystemUnusableError


def product_settings() -> Settings:
    """From the environment and `.env`, as for every other command.

    Raises:
        SystemUnusableError: If a value is not allowed.
    """
    try:
        return load_settings()
    except SettingsError as error:
        raise SystemUnusableError(str(error)) from error
