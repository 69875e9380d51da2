"""Rules of our own for what runs in a cluster."""

import re

import pytest
import yaml

from talent.roles import CONTEXTS
from tests.deploy.kustomize import Object, containers, pod
from tests.deploy.places import DEPLOY, ROOT, matches, name, of_kind

LONG_RUNNING = ("Deployment", "StatefulSet")


def workloads(objects: list[Object]) -> list[Object]:
    return [each for each in objects if pod(each)]


def test_every_context_serves_and_works(objects: list[Object]) -> None:
    names = {each["metadata"]["name"] for each in of_kind(objects, "Deployment")}
    assert names == {f"{c}-{what}" for c in CONTEXTS for what in ("serve", "work")}


def test_no_container_runs_as_root_or_can_become_it(objects: list[Object]) -> None:
    for each in workloads(objects):
        security = (pod(each) or {})["securityContext"]
        assert security["runAsNonRoot"] is True, name(each)
        assert security["runAsUser"] > 0, name(each)
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}, name(each)
        for container in containers(each):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, name(each)


def test_no_pod_holds_a_token_of_the_cluster(objects: list[Object]) -> None:
    for each in workloads(objects):
        assert (pod(each) or {})["automountServiceAccountToken"] is False, name(each)
    for account in of_kind(objects, "ServiceAccount"):
        assert account["automountServiceAccountToken"] is False, name(account)


def test_every_container_has_requests_and_limits(objects: list[Object]) -> None:
    for each in workloads(objects):
        for container in containers(each):
            for part in ("requests", "limits"):
                assert set(container["resources"][part]) == {"cpu", "memory"}, name(each)


def test_what_runs_on_is_probed_spread_and_protected(objects: list[Object]) -> None:
    budgets = of_kind(objects, "PodDisruptionBudget")
    for each in of_kind(objects, *LONG_RUNNING):
        labels = each["spec"]["template"]["metadata"]["labels"]
        covering = [b for b in budgets if matches(b["spec"]["selector"], labels)]
        assert len(covering) == 1, name(each)
        assert each["spec"]["selector"]["matchLabels"].items() <= labels.items()
        for spread in (pod(each) or {})["topologySpreadConstraints"]:
            assert matches(spread["labelSelector"], labels), name(each)
        for container in containers(each):
            assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(container)


def test_every_deployment_is_scaled_and_leaves_its_replicas_to_that(objects: list[Object]) -> None:
    scaled = {
        s["spec"]["scaleTargetRef"]["name"] for s in of_kind(objects, "HorizontalPodAutoscaler")
    }
    for each in of_kind(objects, "Deployment"):
        assert each["metadata"]["name"] in scaled
        assert "replicas" not in each["spec"], name(each)


def test_workers_are_scaled_by_their_own_contexts_lag(objects: list[Object]) -> None:
    for each in of_kind(objects, "HorizontalPodAutoscaler"):
        target = each["spec"]["scaleTargetRef"]["name"]
        for metric in each["spec"]["metrics"]:
            if metric["type"] == "External":
                asked = metric["external"]["metric"]["selector"]["matchLabels"]
                assert asked == {"context": target.removesuffix("-work")}
                break
        else:
            assert target.endswith("-serve")


def test_a_pod_ends_before_its_process_is_killed(objects: list[Object]) -> None:
    for each in of_kind(objects, "Deployment"):
        spec = pod(each) or {}
        sleep = spec["containers"][0].get("lifecycle", {}).get("preStop", {}).get("sleep", {})
        # uvicorn's grace, the workers' patience, and a second to close.
        assert spec["terminationGracePeriodSeconds"] >= sleep.get("seconds", 0) + 10 + 10 + 1


IMAGE = re.compile(
    r"(?P<name>[a-z0-9./-]+)(:(?P<tag>v?\d+\.\d+[\w.-]*)|@sha256:[0-9a-f]{64})", re.ASCII
)


def test_images_are_pinned(objects: list[Object]) -> None:
    for each in workloads(objects):
        for container in containers(each):
            assert IMAGE.fullmatch(container["image"]), container["image"]


def test_images_of_the_compose_file_are_pinned() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    for service in compose["services"].values():
        assert IMAGE.fullmatch(service["image"]), service["image"]
    base = re.search(r"ARG PYTHON=(\S+)", (ROOT / "Dockerfile").read_text())
    assert base
    assert IMAGE.fullmatch(f"python:{base[1]}")


def test_every_backend_of_a_route_is_a_service(objects: list[Object]) -> None:
    services = {s["metadata"]["name"]: s for s in of_kind(objects, "Service")}
    for route in of_kind(objects, "HTTPRoute"):
        for rule in route["spec"]["rules"]:
            for backend in rule.get("backendRefs", ()):
                ports = [p["port"] for p in services[backend["name"]]["spec"]["ports"]]
                assert backend["port"] in ports


def test_every_context_has_a_way_in_and_none_leads_elsewhere(objects: list[Object]) -> None:
    ways = {
        rule["matches"][0]["path"]["value"]: rule["backendRefs"][0]["name"]
        for route in of_kind(objects, "HTTPRoute")
        if route["metadata"]["name"].endswith("-api")
        for rule in route["spec"]["rules"]
    }
    assert ways == {f"/api/{c}": f"{c}-serve" for c in CONTEXTS}


# What a value of a secret looks like in a file that should only name it.
SECRET_VALUE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|(?i:password|secret|token|key)[\"']?\s*[:=]\s*[\"']?"
    r"(?=[A-Za-z0-9+/]*\d)[A-Za-z0-9+/]{20,}|://[^/\s:@{]+:[^@\s{$]+@"
)


def test_no_secret_is_in_the_manifests(objects: list[Object]) -> None:
    assert of_kind(objects, "Secret") == []


@pytest.mark.parametrize(
    "path",
    [p for p in (*DEPLOY.rglob("*"), ROOT / "compose.yaml", ROOT / "Dockerfile")
     if p.is_file() and p.suffix not in {".lock", ".pyc"}],
    ids=lambda p: str(p.relative_to(ROOT)),
)  # fmt: skip
def test_no_value_of_a_secret_is_in_the_repository(path: object) -> None:
    with open(str(path), encoding="utf-8") as file:
        assert not SECRET_VALUE.search(file.read())


def test_every_secret_that_is_named_is_provided(objects: list[Object]) -> None:
    provided = {e["spec"]["target"]["name"] for e in of_kind(objects, "ExternalSecret")}
    provided |= {c["spec"]["secretName"] for c in of_kind(objects, "Certificate")}
    named = set()
    for each in workloads(objects):
        spec = pod(each) or {}
        named |= {v["secret"]["secretName"] for v in spec["volumes"] if "secret" in v}
        for container in containers(each):
            for source in container.get("envFrom", ()):
                named |= {source[k]["name"] for k in source if k == "secretRef"}
    for user in of_kind(objects, "KafkaUser"):
        password = user["spec"]["authentication"]["password"]
        named.add(password["valueFrom"]["secretKeyRef"]["name"])
    for database in of_kind(objects, "MongoDBCommunity"):
        named |= {u["passwordSecretRef"]["name"] for u in database["spec"]["users"]}
    assert named - provided == set()
