"""Every operation of the OpenAPI document keeps to it, whatever is sent: schemathesis says so."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders_web import make_settings
from tests.live_server import serving

pytestmark = [pytest.mark.campaign, pytest.mark.slow]

TOKEN = "an-admin-token-of-the-tests"
EXAMPLES = 50
"""Of each operation and way of making them."""
PATIENCE_S = 600


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_service_does_what_its_description_says(
    repo_root: Path, tmp_path: Path, seed: int, is_short: bool
) -> None:
    if importlib.util.find_spec("schemathesis") is None:
        pytest.skip("schemathesis is not installed")
    settings = make_settings(tmp_path, admin_token=TOKEN, requests_per_minute=1_000_000)
    with serving(settings) as live:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli"),
                *("--config-file", str(repo_root / "tests" / "schemathesis.toml")),
                *("run", f"{live.url}/openapi.json", "--seed", str(seed), "--no-color"),
                *("--max-examples", str(EXAMPLES // 5 if is_short else EXAMPLES)),
                *("--continue-on-failure", "--header", f"Authorization: Bearer {TOKEN}"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    assert "0 generated" not in done.stdout
