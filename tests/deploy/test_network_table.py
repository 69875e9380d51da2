"""Who speaks to whom: docs/deployment.md says what the NetworkPolicies allow, and nothing else."""

import re
from collections.abc import Iterator

from tests.deploy.kustomize import Object
from tests.deploy.places import ROOT, matches, of_kind

Row = tuple[str, str, str, str, str]

# The pods of the namespace, as the policies tell them apart; the operators label theirs.
WHO = {
    "contexts": {"app.kubernetes.io/part-of": "talent"},
    "serve": {"app.kubernetes.io/part-of": "talent", "app.kubernetes.io/component": "serve"},
    "identity serve": {
        "app.kubernetes.io/name": "identity", "app.kubernetes.io/component": "serve",
    },
    "EventStoreDB": {"app.kubernetes.io/name": "eventstoredb"},
    "Kafka": {"strimzi.io/cluster": "talent"},
    "Kafka brokers": {"strimzi.io/name": "talent-kafka"},
    "MongoDB": {"app": "talent-mongodb-svc"},
    "ClamAV": {"app.kubernetes.io/name": "clamav"},
    "topics": {"app.kubernetes.io/name": "topics"},
    "everybody": {},
}  # fmt: skip


def who(selector: Object) -> str:
    (found,) = [n for n, labels in WHO.items() if labels == selector.get("matchLabels", {})]
    return found


def peer(each: Object) -> str:
    if "ipBlock" in each:
        block = each["ipBlock"]
        return f"{block['cidr']} without private networks" if "except" in block else block["cidr"]
    if "namespaceSelector" in each:
        namespace = each["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
        inside = each.get("podSelector", {}).get("matchLabels", {}).get("k8s-app")
        return f"namespace {namespace}" + (f", {inside}" if inside else "")
    return who(each["podSelector"])


def rows(objects: list[Object]) -> Iterator[Row]:
    for policy in of_kind(objects, "NetworkPolicy"):
        name, spec = policy["metadata"]["name"], policy["spec"]
        subject = who(spec["podSelector"])
        for direction, side in (("ingress", "from"), ("egress", "to")):
            for rule in spec.get(direction, ()):
                ports = ", ".join(
                    str(p["port"]) + ("/UDP" if p["protocol"] == "UDP" else "")
                    for p in rule["ports"]
                )
                for each in rule[side]:
                    ends = (peer(each), subject) if side == "from" else (subject, peer(each))
                    yield (name, "in" if side == "from" else "out", *ends, ports)


def test_the_table_of_the_documentation_is_what_the_policies_allow(objects: list[Object]) -> None:
    page = (ROOT / "docs/deployment.md").read_text()
    pattern = r"^\| `([a-z-]+)` \| (in|out) \| (.+?) \| (.+?) \| ([^|]+?) \|"
    told = re.findall(pattern, page, re.MULTILINE)
    assert sorted(told) == sorted(rows(objects))


def test_what_is_not_allowed_is_denied(objects: list[Object]) -> None:
    (nobody,) = [p for p in of_kind(objects, "NetworkPolicy") if p["metadata"]["name"] == "nobody"]
    assert nobody["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_whoever_may_send_to_a_pod_of_ours_is_let_in_there(objects: list[Object]) -> None:
    every = list(rows(objects))
    inside = set(WHO) - {"everybody"}
    let_in = {(a, b, port) for _, way, a, b, p in every if way == "in" for port in p.split(", ")}
    for _, way, source, target, ports in every:
        if way == "out" and target in inside:
            for port in ports.split(", "):
                assert any(
                    port == allowed and covers(a, source) and covers(b, target)
                    for a, b, allowed in let_in
                ), (source, target, port)


def covers(wider: str, narrower: str) -> bool:
    """Brokers are pods of the Kafka cluster; identity serve is one of the contexts."""
    return wider == narrower or (wider, narrower) == ("Kafka", "Kafka brokers")


def test_policies_select_pods_that_exist(objects: list[Object]) -> None:
    labels = [
        each["spec"]["template"]["metadata"]["labels"]
        for each in of_kind(objects, "Deployment", "StatefulSet", "Job")
    ]
    ours = {n: s for n, s in WHO.items() if n not in {"Kafka", "Kafka brokers", "MongoDB"}}
    for selector in ours.values():
        assert any(matches({"matchLabels": selector}, each) for each in labels)
