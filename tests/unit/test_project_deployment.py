"""Files for running Accord elsewhere parse, and name paths, ports and settings that there are."""

import configparser
import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.setting_groups import DEFAULT_PORT
from app.settings import ENV_PREFIX, Settings
from app.slack.door import MAX_BODY_BYTES

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SETTINGS = {f"{ENV_PREFIX}{name.upper()}" for name in Settings.model_fields}
SET_UP = {"ACCORD_TORCH_INDEX", "ACCORD_WHEELS"}
"""Variables of `.setup/install.py`."""
FILES = (
    "Dockerfile",
    "compose.yaml",
    "deploy/systemd/accord.service",
    "deploy/systemd/accord-sync.service",
    "deploy/nginx.conf",
    "deploy/Caddyfile",
    "docs/deployment.md",
    ".github/workflows/ci.yml",
)


def text_of(name: str) -> str:
    return (ROOT / name).read_text()


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(text_of("compose.yaml"))
    return loaded


def instructions() -> list[tuple[str, str]]:
    """Word and arguments of each instruction of the Dockerfile, continued lines joined."""
    lines = [line for line in text_of("Dockerfile").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in joined.splitlines() if line]


def unit() -> configparser.ConfigParser:
    class Repeated(dict[str, Any]):
        """Lines that come several times, such as Environment=, are kept one below the other."""

        def __setitem__(self, key: str, value: Any) -> None:
            if isinstance(value, list) and key in self:
                value = [*self[key], *value]
            super().__setitem__(key, value)

    parser = configparser.ConfigParser(strict=False, interpolation=None, dict_type=Repeated)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(text_of("deploy/systemd/accord.service"))
    return parser


@pytest.mark.parametrize("name", FILES)
def test_every_setting_that_is_named_exists(name: str) -> None:
    named = set(re.findall(r"\bACCORD_[A-Z_]+\b", text_of(name)))
    assert named - SETTINGS - SET_UP == set()


def test_the_image_copies_only_what_there_is_and_what_the_context_has() -> None:
    ignored = text_of(".dockerignore").splitlines()
    allowed = {line[1:].rstrip("/") for line in ignored if line.startswith("!")}
    assert ignored[1] == "*"
    for word, rest in instructions():
        if word != "COPY" or rest.startswith("--from"):
            continue
        *sources, _target = shlex.split(rest)
        for source in (each.rstrip("/") for each in sources):
            assert (ROOT / source).exists(), source
            assert source in allowed, f"{source} is not in .dockerignore"


def test_the_image_holds_every_package() -> None:
    copied = " ".join(rest for word, rest in instructions() if word == "COPY")
    assert all(f"{name}/ {name}/" in copied for name in ("app", "ingest", "prompts", "eval"))
    assert "vectorstore/ vectorstore/" in copied


def test_the_image_runs_without_root_on_the_usual_port_and_says_whether_it_lives() -> None:
    final = instructions()[[w for w, _ in instructions()].index("FROM") + 1 :]
    words = [word for word, _ in final]
    last = final[words.index("FROM") + 1 :]
    values = dict(last)
    assert values["USER"] == "10001:10001"
    assert values["EXPOSE"] == str(DEFAULT_PORT)
    assert f"ACCORD_PORT={DEFAULT_PORT}" in values["ENV"]
    assert "/healthz" in values["HEALTHCHECK"]
    assert values["ENTRYPOINT"] == '["accord"]'


def test_the_health_check_of_the_image_is_a_program() -> None:
    check = next(rest for word, rest in instructions() if word == "HEALTHCHECK")
    program, option, code = yaml.safe_load(check.split("CMD ", 1)[1])
    assert (program, option) == ("python", "-c")
    compile(code, "health check", "exec")


def test_the_image_installs_by_the_same_script_as_make() -> None:
    assert any("python .setup/install.py" in rest for word, rest in instructions() if word == "RUN")
    locked = text_of(".setup/requirements-dev.lock")
    assert re.search(r"^psycopg==", locked, re.M)
    assert re.search(r"^psycopg-binary==", locked, re.M)


def test_services_share_volumes_and_networks_that_are_declared() -> None:
    described = compose()
    for service in described["services"].values():
        assert {each.split(":")[0] for each in service["volumes"]} <= described["volumes"].keys()
        assert set(service["networks"]) <= described["networks"].keys()
        for needed in service.get("depends_on", {}):
            assert "healthcheck" in described["services"][needed]
    assert described["networks"]["store"]["internal"] is True


def test_chroma_server_and_client_are_of_one_version() -> None:
    image = compose()["services"]["chroma"]["image"]
    locked = re.search(r"^chromadb==(\S+)", text_of(".setup/requirements.lock"), re.M)
    assert locked is not None
    assert image == f"chromadb/chroma:{locked[1]}"


def test_accord_finds_the_services_where_they_are() -> None:
    services = compose()["services"]
    environment = services["accord"]["environment"]
    assert environment["ACCORD_CHROMA_URL"] == "http://chroma:8000"
    assert re.fullmatch(
        r"postgresql\+psycopg://accord:\$\{POSTGRES_PASSWORD:\?[^}]+\}@postgres:5432/accord",
        environment["ACCORD_DATABASE_URL"],
    )
    assert services["postgres"]["environment"]["POSTGRES_USER"] == "accord"
    assert services["accord"]["ports"] == [f"127.0.0.1:{DEFAULT_PORT}:{DEFAULT_PORT}"]
    assert services["accord"]["read_only"] is True


def test_the_unit_starts_what_the_project_installs() -> None:
    service = unit()["Service"]
    assert service["ExecStart"].endswith("/.venv/bin/accord serve")
    environment = dict(line.split("=", 1) for line in service["Environment"].splitlines())
    assert environment["ACCORD_DATA_DIR"] == f"/var/lib/{service['StateDirectory']}"
    assert environment["ACCORD_PORT"] == str(DEFAULT_PORT)
    guide = unit()["Unit"]["Documentation"].removeprefix("file:///opt/accord/")
    assert (ROOT / guide).is_file()


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_proxies_close_their_braces_and_go_to_the_usual_port(name: str) -> None:
    text = re.sub(r"#.*", "", (DEPLOY / name).read_text())
    depth = 0
    for sign in re.findall(r"[{}]", text):
        depth += 1 if sign == "{" else -1
        assert depth >= 0
    assert depth == 0
    assert f"127.0.0.1:{DEFAULT_PORT}" in text


def test_proxies_send_events_at_once_and_let_the_largest_body_through() -> None:
    nginx, caddy = (DEPLOY / "nginx.conf").read_text(), (DEPLOY / "Caddyfile").read_text()
    assert "proxy_buffering off;" in nginx
    assert "flush_interval -1" in caddy
    largest = MAX_BODY_BYTES // 2**20
    assert f"client_max_body_size {largest}m;" in nginx
    assert f"max_size {largest}MiB" in caddy


def test_nginx_waits_longer_than_an_answer_may_take() -> None:
    waits = re.search(r"proxy_read_timeout (\d+)s;", (DEPLOY / "nginx.conf").read_text())
    assert waits is not None
    assert int(waits[1]) > Settings.model_fields["answer_timeout_s"].default


def test_every_statement_of_nginx_ends() -> None:
    for line in (DEPLOY / "nginx.conf").read_text().splitlines():
        statement = line.split("#")[0].strip()
        assert not statement or statement.endswith((";", "{", "}")), line


@pytest.mark.parametrize("name", ["deploy/nginx.conf", "deploy/Caddyfile"])
def test_the_guide_links_each_example(name: str) -> None:
    assert f"](../{name})" in text_of("docs/deployment.md")


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ("vendor.compose-spec", "compose.yaml"),
        ("vendor.github-workflows", ".github/workflows/ci.yml"),
        ("vendor.dependabot", ".github/dependabot.yml"),
    ],
)
def test_file_keeps_to_the_schema_of_its_kind(schema: str, name: str) -> None:
    if importlib.util.find_spec("check_jsonschema") is None:
        pytest.skip("check-jsonschema is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(ROOT / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
