"""The manifest of the Slack app, for Socket Mode (default), or for events over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

FILE = Path(__file__).with_name("manifest.yaml")


def manifest(events_url: str | None = None) -> str:
    """The manifest as YAML.

    Args:
        events_url: Where Slack sends events, commands and buttons; None means Socket Mode.
    """
    text = FILE.read_text(encoding="utf-8")
    if events_url is None:
        return text
    content: dict[str, Any] = yaml.safe_load(text)
    for command in content["features"]["slash_commands"]:
        command["url"] = events_url
    settings = content["settings"]
    settings["socket_mode_enabled"] = False
    settings["event_subscriptions"] = {
        "request_url": events_url,
        **settings["event_subscriptions"],
    }
    settings["interactivity"] = {"is_enabled": True, "request_url": events_url}
    return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True))
