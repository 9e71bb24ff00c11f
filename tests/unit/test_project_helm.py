"""The chart renders to objects that Kubernetes knows, locked down, with settings that there are."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.setting_groups import DEFAULT_PORT
from app.settings import ENV_PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "deploy" / "helm" / "accord"
KUBERNETES = "1.30"
HELM = os.environ.get("HELM") or shutil.which("helm") or str(ROOT / ".venv" / "bin" / "helm")
needs_helm = pytest.mark.skipif(
    not Path(HELM).is_file(), reason="helm is not installed (`make helm` does it)"
)
EVERYTHING: dict[str, Any] = {
    "autoscaling": {"enabled": True},
    "ingest": {
        "paths": ["/articles", "https://example.org/a"],
        "arguments": ["--prune"],
        "articles": {"configMap": {"name": "articles"}},
    },
    "ingress": {"enabled": True, "className": "nginx", "tlsSecret": "tls"},
    "secrets": {"values": {"ACCORD_ADMIN_TOKEN": "0123456789abcdef"}},
    "settings": {"ACCORD_REQUIRE_TOKEN": True, "ACCORD_MAX_RUNNING": 4},
    "podLabels": {"team": "a"},
    "podAnnotations": {"note": "b"},
    "networkPolicy": {"egress": [{"ports": [{"port": 5432}]}]},
    "persistence": {"storageClass": "fast"},
}
CASES: dict[str, dict[str, Any]] = {
    "default": {},
    "everything": EVERYTHING,
    "job": {"ingest": {"paths": ["https://example.org/a"], "schedule": ""}, "replicaCount": 2},
    "theirs": {
        "persistence": {"existingClaim": "mine", "accessModes": ["ReadWriteMany"]},
        "secrets": {"existing": "mine"},
        "serviceAccount": {"create": False},
        "networkPolicy": {"enabled": False},
        "image": {"tag": "sha256:" + "0" * 64},
    },
}


def values() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text())
    return read


def render(folder: Path, given: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    (folder / "values.yaml").write_text(yaml.safe_dump(given))
    return subprocess.run(
        [HELM, "template", "r", str(CHART), "--values", str(folder / "values.yaml")],
        capture_output=True,
        text=True,
        check=False,
    )


def objects(folder: Path, given: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By kind: the chart makes one of each."""
    done = render(folder, given)
    assert done.returncode == 0, done.stderr
    found = [each for each in yaml.safe_load_all(done.stdout) if each]
    assert len({each["kind"] for each in found}) == len(found)
    return {each["kind"]: each for each in found}


def pods(found: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    specs = [found["Deployment"]["spec"]["template"]["spec"]]
    specs += [found["Job"]["spec"]["template"]["spec"]] if "Job" in found else []
    if "CronJob" in found:
        specs.append(found["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"])
    return specs


def test_defaults_are_what_the_schema_allows_and_it_knows_all_of_them() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((CHART / "values.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(values(), schema)
    assert values().keys() == schema["properties"].keys() - {"global"}


def test_every_value_that_templates_use_exists() -> None:
    used = {
        tuple(path.strip(".").split("."))
        for template in (CHART / "templates").iterdir()
        for path in re.findall(r"\.Values((?:\.\w+)+)", template.read_text())
    }
    for path in used:
        at: Any = values()
        for name in path:
            assert name in at, ".".join(path)
            at = at[name]


def test_every_setting_that_the_chart_names_exists() -> None:
    settings = {f"{ENV_PREFIX}{name.upper()}" for name in Settings.model_fields}
    text = "".join(each.read_text() for each in sorted(CHART.rglob("*")) if each.is_file())
    assert set(re.findall(r"\bACCORD_[A-Z_]+\b", text)) <= settings


def test_version_of_the_program_is_the_project_s() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.M)
    assert version is not None
    assert chart["appVersion"] == version[1]


@needs_helm
@pytest.mark.parametrize("name", CASES)
def test_chart_renders_to_what_kubernetes_knows(name: str, tmp_path: Path) -> None:
    kubernetes = pytest.importorskip("kubernetes_validate")
    for each in objects(tmp_path, CASES[name]).values():
        kubernetes.validate(each, KUBERNETES, strict=True)


@needs_helm
def test_chart_is_well_formed() -> None:
    done = subprocess.run([HELM, "lint", "--strict", str(CHART)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@needs_helm
@pytest.mark.parametrize("name", CASES)
def test_pods_are_nobody_and_write_to_two_folders(name: str, tmp_path: Path) -> None:
    for spec in pods(objects(tmp_path, CASES[name])):
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["automountServiceAccountToken"] is False
        (container,) = spec["containers"]
        context = container["securityContext"]
        assert context["readOnlyRootFilesystem"] is True
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert {"requests", "limits"} <= container["resources"].keys()
        writable = {m["mountPath"] for m in container["volumeMounts"] if not m.get("readOnly")}
        assert writable == {"/data", "/tmp"}  # noqa: S108 - inside the container
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        assert mounted == {volume["name"] for volume in spec["volumes"]}


@needs_helm
def test_api_is_probed_where_it_listens(tmp_path: Path) -> None:
    found = objects(tmp_path, {})
    (container,) = pods(found)[0]["containers"]
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container["startupProbe"]["httpGet"]["path"] == "/healthz"
    assert container["ports"] == [{"name": "http", "containerPort": DEFAULT_PORT}]
    assert {"name": "ACCORD_PORT", "value": str(DEFAULT_PORT)} in container["env"]
    labels = found["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert found["Service"]["spec"]["selector"].items() <= labels.items()


@needs_helm
def test_everything_that_can_be_is_there_with_everything(tmp_path: Path) -> None:
    found = objects(tmp_path, EVERYTHING)
    kinds = "CronJob Deployment HorizontalPodAutoscaler Ingress NetworkPolicy"
    kinds += " PersistentVolumeClaim PodDisruptionBudget Secret Service ServiceAccount"
    assert sorted(found) == kinds.split()
    (ingest,) = pods(found)[1]["containers"]
    assert ingest["args"] == ["ingest", "--prune", "--", "/articles", "https://example.org/a"]
    assert found["CronJob"]["spec"]["concurrencyPolicy"] == "Forbid"
    environment = {each["name"]: each["value"] for each in ingest["env"]}
    assert environment["ACCORD_REQUIRE_TOKEN"] == "true"
    assert environment["ACCORD_MAX_RUNNING"] == "4"
    assert "0123456789abcdef" not in json.dumps(found["Deployment"])
    assert "replicas" not in found["Deployment"]["spec"]  # or each upgrade would undo the scaling


@needs_helm
def test_pods_keep_together_where_the_volume_can_be_on_one_node_only(tmp_path: Path) -> None:
    (together,) = pods(objects(tmp_path, {}))
    (apart,) = pods(objects(tmp_path, CASES["theirs"]))
    assert together["affinity"]["podAffinity"]
    assert "affinity" not in apart
    assert apart["volumes"][0]["persistentVolumeClaim"]["claimName"] == "mine"
    assert apart["containers"][0]["image"] == "accord@sha256:" + "0" * 64


@needs_helm
@pytest.mark.parametrize(
    "given",
    [
        {"replicas": 2},
        {"settings": {"ACCORD_DATA_DIR": "/x"}},
        {"settings": {"accord-model": "x"}},
        {"ingest": {"schedule": "nightly"}},
        {"persistence": {"accessModes": ["ReadOnlyMany"]}},
        {"service": {"port": 0}},
    ],
)
def test_values_that_cannot_be_meant_are_refused(given: dict[str, Any], tmp_path: Path) -> None:
    done = render(tmp_path, given)
    assert done.returncode != 0
    assert next(iter(given)) in done.stderr
