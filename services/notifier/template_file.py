"""Reads the catalogue of texts from the policy folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import yaml
from pydantic import ValidationError

from services.classification import events as classification
from services.identity import events as identity
from services.notifier.catalogue import Catalogue
from services.notifier.templates import BadTemplates, Templates
from services.subsidy import events as subsidy
from shared.events.model import Event
from shared.policy.files import default_folder, problem_lines

FILE: Final = "notifier/templates.yaml"


HEARD: Final[Mapping[str, type[Event]]] = {
    event.stored_type: event
    for event in (*identity.EVENTS, *classification.EVENTS, *subsidy.EVENTS)
}
"""Every fact that a text may be about."""


def load_templates(folder: Path | None = None) -> Templates:
    """The texts below `folder` (default: the city's own), checked against the event models.
    Raises BadTemplates."""
    path = (folder or default_folder()) / FILE
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Templates(Catalogue.model_validate(data), HEARD)
    except FileNotFoundError:
        raise BadTemplates(["the file is missing"]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadTemplates([f"not readable as YAML: {' '.join(str(error).split())}"]) from None
    except ValidationError as error:
        raise BadTemplates(problem_lines(error)) from None
