"""As much of kustomize as `deploy/k8s` uses, so that its manifests are checked where no kubectl is.

A feature that is not here is an error, not a silence; and where a kubectl is, a test compares the
two. See https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import yaml

Object = dict[str, Any]
Labels = dict[str, str]

_KNOWN: Final = {
    "apiVersion", "kind", "resources", "components", "namespace", "namePrefix", "labels", "images",
    "patches", "configMapGenerator",
}  # fmt: skip
# Where an object names one of a kind that a prefix renames; of those that occur here.
_REFERENCES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "Deployment": {"ServiceAccount": ("spec", "template", "spec", "serviceAccountName")},
    "HorizontalPodAutoscaler": {"Deployment": ("spec", "scaleTargetRef", "name")},
}
_CLUSTER_WIDE: Final = {"Namespace"}
_SELECTORS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "Service": (("spec", "selector"),),
    "PodDisruptionBudget": (("spec", "selector", "matchLabels"),),
    "Deployment": (
        ("spec", "selector", "matchLabels"),
        ("spec", "template", "metadata", "labels"),
        ("spec", "template", "spec", "topologySpreadConstraints", "*", "labelSelector",
         "matchLabels"),
    ),
}  # fmt: skip


class NotUnderstood(ValueError):
    """A kustomization says something that this loader does not do."""


def build(folder: Path) -> list[Object]:
    """The objects of a kustomization. Raises NotUnderstood."""
    return _build(folder, [])


def _build(folder: Path, below: list[Object]) -> list[Object]:
    spec = yaml.safe_load((folder / "kustomization.yaml").read_text())
    if unknown := set(spec) - _KNOWN:
        raise NotUnderstood(f"{folder}: {', '.join(sorted(unknown))}")
    objects = below + [o for name in spec.get("resources", ()) for o in _resource(folder / name)]
    objects += [_config_map(folder, each) for each in spec.get("configMapGenerator", ())]
    for patch in spec.get("patches", ()):
        _patch(objects, patch)
    if prefix := spec.get("namePrefix"):
        _prefix(objects, prefix)
    for labels in spec.get("labels", ()):
        _label(objects, labels)
    for image in spec.get("images", ()):
        _image(objects, image)
    for name in spec.get("components", ()):
        objects = _build(folder / name, objects)
    if namespace := spec.get("namespace"):
        _place(objects, namespace)
    return objects


def _resource(path: Path) -> list[Object]:
    if path.is_dir():
        return _build(path, [])
    return [each for each in yaml.safe_load_all(path.read_text()) if each]


def _config_map(folder: Path, spec: Object) -> Object:
    options = spec.get("options", {})
    if set(spec) - {"name", "files", "options"} or not options.get("disableNameSuffixHash"):
        raise NotUnderstood(f"{folder}: configMapGenerator {spec['name']}")
    metadata: Object = {"name": spec["name"]}
    if labels := options.get("labels"):
        metadata["labels"] = labels
    data = {name: (folder / name).read_text() for name in spec["files"]}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def _patch(objects: list[Object], patch: Object) -> None:
    target = patch["target"]
    if set(patch) - {"target", "patch"} or set(target) - {"kind", "name"}:
        raise NotUnderstood(f"patch of {target}")
    chosen = [
        o
        for o in objects
        if o["kind"] == target["kind"] and target.get("name", _name(o)) == _name(o)
    ]
    if not chosen:
        raise NotUnderstood(f"nothing to patch: {target}")
    for operation in yaml.safe_load(patch["patch"]):
        for each in chosen:
            _operate(each, operation)


def _operate(target: Any, operation: Object) -> None:
    """RFC 6902, `replace` and `remove`: what is not there cannot be either."""
    *way, last = operation["path"].lstrip("/").split("/")
    for step in way:
        target = target[int(step)] if isinstance(target, list) else target[step]
    key = int(last) if isinstance(target, list) else last
    if not isinstance(target, list) and key not in target:
        raise NotUnderstood(f"not there: {operation['path']}")
    match operation["op"]:
        case "replace":
            target[key] = operation["value"]
        case "remove":
            del target[key]
        case other:
            raise NotUnderstood(other)


def _prefix(objects: list[Object], prefix: str) -> None:
    known = {(o["kind"], _name(o)) for o in objects}
    for each in objects:
        for kind, path in _REFERENCES.get(each["kind"], {}).items():

            def renamed(name: str, kind: str = kind) -> str:
                return f"{prefix}{name}" if (kind, name) in known else name

            _change(each, path, renamed)
        each["metadata"]["name"] = prefix + _name(each)


def _label(objects: list[Object], spec: Object) -> None:
    if set(spec) != {"pairs", "includeSelectors"}:
        raise NotUnderstood("labels without includeSelectors")
    pairs: Labels = spec["pairs"]
    for each in objects:
        each["metadata"].setdefault("labels", {}).update(pairs)
        for path in _SELECTORS.get(each["kind"], ()):
            _change(each, path, lambda there: there | pairs)


def _image(objects: list[Object], spec: Object) -> None:
    version = f"@{spec['digest']}" if "digest" in spec else f":{spec['newTag']}"
    name = str(spec.get("newName") or spec["name"])
    for each in objects:
        for container in containers(each):
            if container.get("image", "").partition("@")[0].split(":")[0] == spec["name"]:
                container["image"] = name + version


def _place(objects: list[Object], namespace: str) -> None:
    for each in objects:
        if each["kind"] in _CLUSTER_WIDE:
            each["metadata"]["name"] = namespace
        else:
            each["metadata"]["namespace"] = namespace


def _change(target: Any, path: tuple[str, ...], change: Callable[[Any], Any]) -> None:
    step, *rest = path
    if step == "*":
        for each in target:
            _change(each, tuple(rest), change)
    elif step in target:
        if rest:
            _change(target[step], tuple(rest), change)
        else:
            target[step] = change(target[step])


def pod(each: Object) -> Object | None:
    """The pod that an object makes."""
    match each["kind"]:
        case "Deployment" | "StatefulSet" | "DaemonSet" | "Job":
            spec: Object = each["spec"]["template"]["spec"]
            return spec
        case "Pod":
            whole: Object = each["spec"]
            return whole
        case _:
            return None


def containers(each: Object) -> Iterator[Object]:
    """The containers of the pod that an object makes."""
    spec = pod(each) or {}
    yield from (*spec.get("initContainers", ()), *spec.get("containers", ()))


def _name(each: Object) -> str:
    return str(each["metadata"]["name"])
