"""A file as it arrives: multipart/form-data with the parts `category` and `file` (RFC 7578)."""

from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from shared.domain.errors import DomainError, FieldError

# Bound to the route by hand: the idempotency key covers the whole body, so that has to be read
# before the form is taken apart, and a declared form would be read first.
DOCUMENTED: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["category", "file"],
                    "properties": {
                        "category": {"type": "string"},
                        "file": {"type": "string", "format": "binary"},
                    },
                }
            }
        },
    }
}
_PARTS: Final = ("category", "file")


@dataclass(frozen=True, slots=True)
class Upload:
    """What was sent; nothing of it is believed yet."""

    category: str
    name: str
    data: bytes = field(repr=False)


async def upload_of(request: Request) -> Upload:
    """The upload in a request. Raises DomainError naming every part at fault."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise DomainError("multipart-expected", status=415)
    try:
        # The body is in memory already (CommandIds), and bounded.
        async with request.form(max_files=1, max_fields=8) as form:
            return await _upload(form)
    except HTTPException:
        raise DomainError("multipart-expected", status=422) from None


async def _upload(form: FormData) -> Upload:
    category, file = form.get("category"), form.get("file")
    unknown = sorted(set(form) - set(_PARTS))
    faults = [FieldError(f"/{name}", "unknown-field", "没有这个字段。") for name in unknown]
    if not isinstance(category, str) or not category.strip():
        faults.append(FieldError("/category", "required", "请先选择附件分类。"))
    if not isinstance(file, UploadFile) or not file.filename:
        faults.append(FieldError("/file", "required", "请选择文件。"))
    if faults or not isinstance(file, UploadFile):
        raise DomainError("invalid-fields", status=422, fields=tuple(faults))
    return Upload(str(category).strip(), file.filename or "", await file.read())
