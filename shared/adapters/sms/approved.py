"""Texts as a cloud approved them: our template's key -> its code there, and the signature."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError


class BadApprovals(ValueError):
    """A file of approved texts that cannot be used."""


class ApprovedText(BaseModel):
    """`params`: the names of ours that fill {1}, {2}, …, for a cloud that counts them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(min_length=1)]
    params: tuple[str, ...] = ()


class Approvals(BaseModel):
    """What one account at one cloud may send: its signature (短信签名) and its texts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sign: Annotated[str, Field(min_length=1)]
    texts: Mapping[str, ApprovedText]


def load_approvals(path: Path) -> Approvals:
    """`{sign: …, texts: {registered: {code: SMS_1, params: [registered_at]}}}`, YAML.

    Raises BadApprovals, naming the file."""
    try:
        return Approvals.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadApprovals(
            f"{path.name}: 无法读取 / not readable: {type(error).__name__}"
        ) from None
    except ValidationError as error:
        where = [".".join(map(str, e["loc"])) for e in error.errors(include_url=False)]
        raise BadApprovals(f"{path.name}: 有误 / wrong at {', '.join(where)}") from None
