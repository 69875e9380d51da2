"""Contexts, topics, settings and metrics are the same in the code and in what deploys it."""

import json
import re

import yaml
from prometheus_client.metrics import MetricWrapperBase

from shared import metrics
from talent.registry import registry
from talent.roles import CONTEXTS
from talent.settings import Settings
from tests.deploy.kustomize import Object
from tests.deploy.places import DEPLOY, ROOT, of_kind

KAFKA = DEPLOY / "k8s/base/kafka"
OBSERVABILITY = DEPLOY / "k8s/base/observability"
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())


def topics() -> set[str]:
    return {f"{context}.events" for context in CONTEXTS}


def test_the_code_publishes_to_these_topics() -> None:
    known = {f"{stored_type.partition('.')[0]}.events" for stored_type in registry().events}
    assert known <= topics()


def test_every_topic_is_made_by_strimzi_and_by_the_job(objects: list[Object]) -> None:
    made = {each["metadata"]["name"]: each["spec"] for each in of_kind(objects, "KafkaTopic")}
    assert set(made) == topics() == set((KAFKA / "topics.txt").read_text().split())
    (job,) = of_kind(objects, "Job")
    command = job["spec"]["template"]["spec"]["containers"][0]["args"][0]
    for spec in made.values():
        assert f":9093 {spec['partitions']} {spec['replicas']} 2 " in command
        assert spec["config"]["retention.ms"] == spec["config"]["retention.bytes"] == -1


def test_every_context_has_its_users_and_writes_its_own_topic_alone(objects: list[Object]) -> None:
    users = {u["metadata"]["name"]: u["spec"] for u in of_kind(objects, "KafkaUser")}
    assert set(users) == {*CONTEXTS, "topics"}
    for context in CONTEXTS:
        writes = {
            acl["resource"]["name"]
            for acl in users[context]["authorization"]["acls"]
            if acl["resource"]["type"] == "topic" and "Write" in acl["operations"]
        }
        assert writes == {f"{context}.events"}
    (database,) = of_kind(objects, "MongoDBCommunity")
    assert {u["name"] for u in database["spec"]["users"]} == set(CONTEXTS)


def test_settings_that_are_set_exist(objects: list[Object]) -> None:
    known = {f"TALENT_{field}".upper() for field in Settings.model_fields}
    (told,) = (
        c for c in of_kind(objects, "ConfigMap") if c["metadata"]["name"] == "talent-settings"
    )
    assert set(told["data"]) <= known
    assert set(COMPOSE["x-process"]["environment"]) <= known
    Settings.model_validate(
        {
            "trusted_proxies": json.loads(told["data"]["TALENT_TRUSTED_PROXIES"]),
            "environment": told["data"]["TALENT_ENVIRONMENT"],
            "port": told["data"]["TALENT_PORT"],
        }
    )


def test_the_compose_file_runs_every_process() -> None:
    commands = {tuple(s["command"]) for s in COMPOSE["services"].values() if "command" in s}
    assert commands >= {(what, context) for context in CONTEXTS for what in ("serve", "work")}


def test_the_gateway_of_the_compose_file_knows_every_context() -> None:
    table = (DEPLOY / "compose/nginx.conf").read_text()
    found = re.search(r"\^/api/\(\?<context>([a-z|]+)\)/", table)
    assert found
    assert set(found[1].split("|")) == set(CONTEXTS)


def counted() -> set[str]:
    """Every series that `shared/metrics.py` gives rise to."""
    names = set()
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            for family in metric.describe():
                end = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
                names |= {family.name + suffix for suffix in end.get(family.type, ("",))}
    return names


def asked(text: str) -> set[str]:
    return set(re.findall(r"\btalent_[a-z_]+", text))


def test_rules_ask_for_metrics_that_are_counted(objects: list[Object]) -> None:
    (rules,) = of_kind(objects, "PrometheusRule")
    every = [rule for group in rules["spec"]["groups"] for rule in group["rules"]]
    recorded = {rule["record"] for rule in every if "record" in rule}
    assert set().union(*(asked(rule["expr"]) for rule in every)) <= counted() | recorded
    scaled = {
        metric["external"]["metric"]["name"]
        for each in of_kind(objects, "HorizontalPodAutoscaler")
        for metric in each["spec"]["metrics"]
        if metric["type"] == "External"
    }
    assert scaled <= recorded
    adapter = (OBSERVABILITY / "prometheus-adapter.yaml").read_text()
    assert scaled == asked(adapter)


def test_the_dashboard_asks_for_metrics_that_are_counted() -> None:
    dashboard = json.loads((OBSERVABILITY / "talent.json").read_text())
    expressions = [t["expr"] for panel in dashboard["panels"] for t in panel["targets"]]
    assert set().union(*map(asked, expressions)) <= counted()
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def test_every_alert_leads_to_a_page_that_says_what_to_do(objects: list[Object]) -> None:
    page = (ROOT / "docs/deployment.md").read_text()
    anchors = set(re.findall(r'<a id="([a-z]+)">', page))
    (rules,) = of_kind(objects, "PrometheusRule")
    for group in rules["spec"]["groups"]:
        for rule in group["rules"]:
            if "alert" in rule:
                assert rule["annotations"]["runbook"].partition("#")[2] in anchors, rule["alert"]
