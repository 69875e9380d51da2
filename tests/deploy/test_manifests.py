"""The manifests are what Kubernetes takes: by its own schemas, and by those of the operators.

TALENT_TEST_CRDS names a folder of CustomResourceDefinitions as YAML (such as `kubectl get crd -o
yaml` writes); without it, what is no core object goes unchecked here.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml

from tests.deploy.kustomize import Object
from tests.deploy.places import BUILT, DEPLOY, name, of_kind

KUBECTL = shutil.which("kubectl")
CRDS = os.environ.get("TALENT_TEST_CRDS")
# The oldest that runs `preStop.sleep` unasked, and the newest whose schemas there are.
VERSIONS = ("1.31", "1.37")
OPERATORS = {
    "kafka.strimzi.io", "mongodbcommunity.mongodb.com", "gateway.networking.k8s.io",
    "gateway.envoyproxy.io", "external-secrets.io", "cert-manager.io", "monitoring.coreos.com",
}  # fmt: skip


def group(each: Object) -> str:
    whole, _, version = str(each["apiVersion"]).rpartition("/")
    return whole if version else ""


def core(objects: list[Object]) -> list[Object]:
    return [each for each in objects if group(each) not in OPERATORS]


@pytest.mark.parametrize("version", VERSIONS)
def test_core_objects_are_valid_in_the_oldest_and_the_newest_kubernetes(version: str) -> None:
    every = [each for overlay in BUILT.values() for each in core(overlay)]
    distinct = {str(each).replace("talent-dev", "talent"): each for each in every}
    assert len(distinct) > 40
    for each in distinct.values():
        kubernetes_validate.validate(each, version, strict=True)


def test_the_schemas_refuse_what_is_wrong(objects: list[Object]) -> None:
    deployment = yaml.safe_load(yaml.safe_dump(of_kind(objects, "Deployment")[0]))
    deployment["spec"]["template"]["spec"]["containers"][0]["redinessProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, VERSIONS[0], strict=True)


def test_no_object_is_there_twice(objects: list[Object]) -> None:
    keys = [(group(o), o["kind"], o["metadata"].get("namespace"), name(o)) for o in objects]
    assert len(keys) == len(set(keys))


def test_everything_is_in_the_namespace_of_its_overlay(objects: list[Object]) -> None:
    (namespace,) = of_kind(objects, "Namespace")
    places = {o["metadata"].get("namespace") for o in objects if o["kind"] != "Namespace"}
    assert places == {namespace["metadata"]["name"]}


@pytest.mark.skipif(KUBECTL is None, reason="no kubectl on this machine")
def test_kubectl_builds_the_same_objects(objects: list[Object], overlay: str) -> None:
    assert KUBECTL is not None
    folder = DEPLOY / "k8s/overlays" / overlay
    done = subprocess.run([KUBECTL, "kustomize", str(folder)], capture_output=True, check=True)
    theirs = {(group(o), name(o)): o for o in yaml.safe_load_all(done.stdout)}
    assert {(group(o), name(o)): o for o in objects} == theirs


@pytest.mark.skipif(CRDS is None, reason="TALENT_TEST_CRDS names no folder of CRDs")
def test_the_operators_objects_are_valid(objects: list[Object]) -> None:
    schemas = _schemas(Path(CRDS or ""))
    faults = [
        f"{name(each)} {error.json_path}: {error.message}"
        for each in objects
        if group(each) in OPERATORS
        for error in _faults(schemas, each)
    ]
    assert faults == []


def _faults(schemas: dict[tuple[str, str], Any], each: Object) -> list[Any]:
    return list(
        jsonschema.Draft202012Validator(schemas[each["apiVersion"], each["kind"]]).iter_errors(each)
    )


def _schemas(folder: Path) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    for path in sorted(folder.rglob("*.y*ml")):
        for document in yaml.safe_load_all(path.read_text()):
            items = document.get("items", [document]) if document else []
            for crd in (i for i in items if i.get("kind") == "CustomResourceDefinition"):
                for version in crd["spec"]["versions"]:
                    schema = _strict(version["schema"]["openAPIV3Schema"])
                    schema["properties"]["metadata"] = {"type": "object"}
                    api = f"{crd['spec']['group']}/{version['name']}"
                    found[api, crd["spec"]["names"]["kind"]] = schema
    return found


def _strict(schema: Any) -> Any:
    """Kubernetes prunes a field that the schema does not name; here it is a fault."""
    if isinstance(schema, list):
        return [_strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _strict(value) for key, value in schema.items()}
    closed = isinstance(made.get("properties"), dict) and made.get("type") == "object"
    if closed and not made.get("x-kubernetes-preserve-unknown-fields"):
        made.setdefault("additionalProperties", False)
    return made
