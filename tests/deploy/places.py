"""Where things are, and how an object is found among many."""

from pathlib import Path
from typing import Final

from tests.deploy.kustomize import Object, build

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
BUILT: Final = {
    path.parent.name: build(path.parent)
    for path in sorted((DEPLOY / "k8s/overlays").glob("*/kustomization.yaml"))
}


def name(each: Object) -> str:
    return f"{each['kind']}/{each['metadata']['name']}"


def of_kind(objects: list[Object], *kinds: str) -> list[Object]:
    return [each for each in objects if each["kind"] in kinds]


def matches(selector: Object, labels: dict[str, str]) -> bool:
    """A label selector (Kubernetes, `LabelSelector`); of its operators the one used here."""
    if not selector.get("matchLabels", {}).items() <= labels.items():
        return False
    for each in selector.get("matchExpressions", ()):
        assert each["operator"] == "In"
        if labels.get(each["key"]) not in each["values"]:
            return False
    return True
