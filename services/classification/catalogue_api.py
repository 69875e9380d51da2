"""What the forms offer (§3.3.2-3.3.5): open to everybody, as the policy in force says."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from services.classification.books import Books
from shared.domain.errors import DomainError
from shared.http.caller import PUBLIC
from shared.policy.classification import (
    AttachmentCategoryPolicy,
    AttachmentFilesPolicy,
    ClassRowPolicy,
    CommitmentPolicy,
    DeferralPolicy,
    HonourPolicy,
    NoticePolicy,
    RejectReasonPolicy,
)
from shared.policy.divisions import Divisions
from shared.ports.clock import Clock


class CodeOut(BaseModel):
    code: str
    name: str


class ClassOut(BaseModel):
    code: str
    name: str
    rows: tuple[ClassRowPolicy, ...]


class CatalogueOut(BaseModel):
    """`version` and `effective_from` are of the policy in force; file sizes are in bytes."""

    version: str
    notice: NoticePolicy
    classes: tuple[ClassOut, ...]
    honours: tuple[HonourPolicy, ...]
    attachments: tuple[AttachmentCategoryPolicy, ...]
    files: AttachmentFilesPolicy
    deferral: DeferralPolicy
    regions: tuple[CodeOut, ...]
    ethnic_groups: tuple[CodeOut, ...]
    education_levels: tuple[CodeOut, ...]
    reject_reasons: tuple[RejectReasonPolicy, ...]
    commitment: CommitmentPolicy


class DivisionsOut(BaseModel):
    items: tuple[CodeOut, ...]


@dataclass(frozen=True)
class CatalogueApi:
    books: Books
    divisions: Divisions
    clock: Clock

    async def catalogue(self) -> CatalogueOut:
        """Notice, classes, honours, attachments, code lists and the commitment."""
        book = self.books.at(self.clock.now())
        policy, lists = book.policy, book.lists
        return CatalogueOut(
            version=policy.version,
            notice=policy.notice,
            classes=tuple(ClassOut(code=c.code, name=c.name, rows=c.rows) for c in policy.classes),
            honours=policy.honours,
            attachments=policy.attachments,
            files=policy.files,
            deferral=policy.deferral,
            regions=tuple(CodeOut(code=r.code, name=r.label) for r in policy.regions),
            ethnic_groups=tuple(
                CodeOut(code=i.code, name=i.name) for i in lists.ethnic_groups.items if i.offered
            ),
            education_levels=tuple(
                CodeOut(code=i.code, name=i.name) for i in lists.education_levels.items if i.offered
            ),
            reject_reasons=policy.reject_reasons,
            commitment=policy.commitment,
        )

    async def below(
        self, parent: Annotated[str, Query(max_length=9, pattern=r"^\d*$")] = ""
    ) -> DivisionsOut:
        """The divisions directly below one; without `parent`, the provinces."""
        if parent and self.divisions.name(parent) is None:
            raise DomainError("not-found", status=404)
        found = self.divisions.children(parent)
        return DivisionsOut(items=tuple(CodeOut(code=d.code, name=d.name) for d in found))


def catalogue_router(api: CatalogueApi) -> APIRouter:
    """Routes under `/api/classification` that need no account."""
    router = APIRouter(prefix="/api/classification", tags=["目录 / catalogue"])
    anybody = [Depends(PUBLIC)]
    router.add_api_route("/catalogue", api.catalogue, methods=["GET"], dependencies=anybody)
    router.add_api_route("/divisions", api.below, methods=["GET"], dependencies=anybody)
    return router
