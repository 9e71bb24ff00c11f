"""A thousand events while no answer comes: each acknowledged in time, each answered once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fake_slack import ACK_S
from tests.slack_load import load

EVENTS = 1_000
EVENTS_SHORT = 100


@pytest.mark.campaign
async def test_thousand_mixed_events_are_acknowledged_in_time_and_answered_once(
    tmp_path: Path, is_short: bool
) -> None:
    events = EVENTS_SHORT if is_short else EVENTS
    slack, unlike = await load(tmp_path, events)
    assert len(slack.acks) >= events
    assert max(ack.seconds for ack in slack.acks) < ACK_S
    assert slack.violations == []
    assert unlike == []
