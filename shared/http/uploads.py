"""A file as it arrives: multipart/form-data with the parts `category` and `file` (RFC 7578), and
whatever short texts a context asks for besides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from shared.domain.errors import DomainError, FieldError

_PARTS: Final = ("category", "file")


# Bound to the route by hand: the idempotency key covers the whole body, so that has to be read
# before the form is taken apart, and a declared form would be read first.
def documented(*texts: str) -> dict[str, Any]:
    """How a route that takes a file is documented; `texts` are further parts."""
    parts = {"category": {"type": "string"}, "file": {"type": "string", "format": "binary"}}
    schema = {
        "type": "object",
        "required": list(_PARTS),
        "properties": parts | {name: {"type": "string"} for name in texts},
    }
    content = {"multipart/form-data": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


DOCUMENTED: Final = documented()


@dataclass(frozen=True, slots=True)
class Upload:
    """What was sent; nothing of it is believed yet."""

    category: str
    name: str
    data: bytes = field(repr=False)
    texts: Mapping[str, str] = field(default_factory=dict)


async def upload_of(request: Request, *texts: str) -> Upload:
    """The upload in a request; `texts` are further parts that may be there. Raises DomainError
    naming every part at fault."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise DomainError("multipart-expected", status=415)
    try:
        # The body is in memory already (CommandIds), and bounded.
        async with request.form(max_files=1, max_fields=8) as form:
            return await _upload(form, texts)
    except HTTPException:
        raise DomainError("multipart-expected", status=422) from None


async def _upload(form: FormData, texts: Sequence[str]) -> Upload:
    category, file = form.get("category"), form.get("file")
    unknown = sorted(set(form) - {*_PARTS, *texts})
    faults = [FieldError(f"/{name}", "unknown-field", "没有这个字段。") for name in unknown]
    if not isinstance(category, str) or not category.strip():
        faults.append(FieldError("/category", "required", "请先选择附件分类。"))
    if not isinstance(file, UploadFile) or not file.filename:
        faults.append(FieldError("/file", "required", "请选择文件。"))
    if faults or not isinstance(file, UploadFile):
        raise DomainError("invalid-fields", status=422, fields=tuple(faults))
    further = {name: text for name in texts if isinstance(text := form.get(name), str)}
    return Upload(str(category).strip(), file.filename or "", await file.read(), further)
