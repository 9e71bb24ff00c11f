"""The settings in effect: each value as it may be shown, and where it comes from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.settings import ENV_PREFIX, Settings, names_by_group

SECRET = "(set, not shown)"  # noqa: S105 - says that there is one


class Origin(StrEnum):
    """Where a value comes from."""

    ENVIRONMENT = "environment"
    FILE = ".env"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class SettingValue:
    """One setting in effect."""

    group: str
    """Heading in the documentation."""
    variable: str
    """As it is named in the environment: `ACCORD_…`."""
    value: str
    """As one would write it; empty where it is unset. Secrets are not shown."""
    origin: Origin


def effective(
    settings: Settings, *, environment: Iterable[str], in_file: Iterable[str]
) -> list[SettingValue]:
    """Every setting in the order of the documentation.

    Args:
        settings: As they were read.
        environment: Names of the variables that are set and not empty; any case.
        in_file: Those of `.env`. The environment comes first.
    """
    first = {name.upper() for name in environment}
    second = {name.upper() for name in in_file}
    found = []
    for group, names in names_by_group().items():
        for name in names:
            variable = f"{ENV_PREFIX}{name.upper()}"
            origin = Origin.DEFAULT
            if name in settings.model_fields_set:
                origin = Origin.FILE if variable in second - first else Origin.ENVIRONMENT
            found.append(SettingValue(group, variable, shown(name, settings), origin))
    return found


def shown(name: str, settings: Settings) -> str:
    """The value of a setting as text, without secrets; empty where it is unset."""
    value = getattr(settings, name)
    if value is None or value == ():
        return ""
    if name == "webhooks":  # an address may be a key by itself
        return f"{len(value)} addresses, not shown"
    # A password may also stand in an address.
    if hasattr(value, "get_secret_value") or re.search(r"://[^/]*@", str(value)):
        return SECRET
    if isinstance(value, bool):
        return str(value).lower()
    plain = settings.model_dump(mode="json", include={name})[name]
    return json.dumps(plain, ensure_ascii=False) if isinstance(plain, list | dict) else str(plain)
