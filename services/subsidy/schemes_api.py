"""What the forms offer, and which allowances are open to whom, with the reasons (§3.2, §3.4.1)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from services.subsidy.books import Books
from services.subsidy.entitlements.views import ENTITLEMENTS, TalentSubsidiesView
from services.subsidy.messages import REASONS
from services.subsidy.people.directory import Directory
from services.subsidy.windows.calendar import SchemeWindows, Window
from services.subsidy.windows.decider import DECIDER as WINDOWS
from shared.domain.calendar import shanghai_date
from shared.http.caller import PUBLIC, TALENT, Caller
from shared.http.versions import AtLeast, pending
from shared.policy.classification import (
    AttachmentFilesPolicy,
    CommitmentPolicy,
    NoticePolicy,
    RejectReasonPolicy,
)
from shared.policy.subsidy import (
    ApplicationTypePolicy,
    ChannelPolicy,
    SchemePolicy,
    SubsidyAttachmentPolicy,
    SubsidyPolicy,
)
from shared.ports.clock import Clock
from shared.runtime.command_handler import CommandHandler

ATalent = Annotated[Caller, Depends(TALENT)]


class CodeOut(BaseModel):
    code: str
    name: str


class CatalogueOut(BaseModel):
    """`version` is of the policy in force; file sizes are in bytes."""

    version: str
    notice: NoticePolicy
    schemes: tuple[SchemePolicy, ...]
    channels: tuple[ChannelPolicy, ...]
    application_types: tuple[ApplicationTypePolicy, ...]
    attachments: tuple[SubsidyAttachmentPolicy, ...]
    files: AttachmentFilesPolicy
    ethnic_groups: tuple[CodeOut, ...]
    political_affiliations: tuple[CodeOut, ...]
    reject_reasons: tuple[RejectReasonPolicy, ...]
    commitment: CommitmentPolicy


class ReasonOut(BaseModel):
    """Why not, or not yet; `blocks` where nothing can be started for it."""

    code: str
    message: str
    blocks: bool


class SchemeOut(BaseModel):
    """`open`: it takes applications today; `eligible`: the class in force is one of its classes;
    `may_apply`: nothing in `reasons` blocks. `opens` and `closes` are days of the present window,
    or of the next; none for what is always open."""

    code: str
    label: str
    summary: str
    signed_from: date | None
    signed_before: date | None
    open: bool
    opens: date | None
    closes: date | None
    eligible: bool
    may_apply: bool
    channels: tuple[CodeOut, ...]
    open_application: str | None
    reasons: tuple[ReasonOut, ...]


class SchemesOut(BaseModel):
    talent_class: str | None
    items: tuple[SchemeOut, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a talent now."""

    now: datetime
    talent_class: str | None
    barred_until: date | None
    subsidies: TalentSubsidiesView

    @property
    def today(self) -> date:
        return shanghai_date(self.now)


@dataclass(frozen=True)
class SchemesApi:
    handler: CommandHandler
    books: Books
    directory: Directory
    clock: Clock

    async def catalogue(self) -> CatalogueOut:
        """Notice, schemes, channels, attachments, code lists and the commitment."""
        book = self.books.at(self.clock.now())
        policy, lists = book.policy, book.lists
        copied = {n: getattr(policy, n) for n in CatalogueOut.model_fields if hasattr(policy, n)}
        return CatalogueOut(
            **copied,
            ethnic_groups=tuple(
                CodeOut(code=i.code, name=i.name) for i in lists.ethnic_groups.items if i.offered
            ),
            political_affiliations=tuple(
                CodeOut(code=i.code, name=i.name)
                for i in lists.political_affiliations.items
                if i.offered
            ),
        )

    async def schemes(self, at_least: AtLeast, caller: ATalent) -> SchemesOut | Response:
        """Each allowance: whether it is open, whether one's class fits, and why not."""
        view = self.directory.views.of(ENTITLEMENTS)
        if not await at_least.reached(view):
            return pending()
        now = self.clock.now()
        in_force = await self.directory.in_force(caller.account_id)
        standing = Standing(
            now=now,
            talent_class=None if in_force is None else in_force.talent_class,
            barred_until=await self.directory.barred_until(caller.account_id),
            subsidies=await view.get(caller.account_id) or TalentSubsidiesView(),
        )
        policy = self.books.at(now).policy
        held = [(await self.handler.load(WINDOWS, one.code))[0] for one in policy.schemes]
        items = tuple(
            _scheme_out(policy, scheme, windows, standing)
            for scheme, windows in zip(policy.schemes, held, strict=True)
        )
        return SchemesOut(talent_class=standing.talent_class, items=items)


def schemes_router(api: SchemesApi) -> APIRouter:
    """Routes under `/api/subsidy` that say what there is."""
    router = APIRouter(prefix="/api/subsidy", tags=["补贴目录 / schemes"])
    add = router.add_api_route
    add("/catalogue", api.catalogue, methods=["GET"], dependencies=[Depends(PUBLIC)])
    add("/schemes", api.schemes, methods=["GET"], response_model=SchemesOut)
    return router


def _scheme_out(
    policy: SubsidyPolicy, scheme: SchemePolicy, windows: SchemeWindows, standing: Standing
) -> SchemeOut:
    window = windows.open_at(scheme, standing.now)
    following = windows.next_after(scheme, standing.now)
    shown = window or following
    reasons = tuple(_reasons(scheme, window, following, standing))
    channels = policy.channels_of(scheme)
    return SchemeOut(
        code=scheme.code,
        label=scheme.label,
        summary=scheme.summary,
        signed_from=scheme.signed_from,
        signed_before=scheme.signed_before,
        open=scheme.yearly is None or window is not None,
        opens=None if shown is None else shown.opens,
        closes=None if shown is None else shown.closes,
        eligible=standing.talent_class in scheme.classes,
        may_apply=not any(reason.blocks for reason in reasons),
        channels=tuple(CodeOut(code=one.code, name=one.label) for one in channels),
        open_application=standing.subsidies.open.get(scheme.code),
        reasons=reasons,
    )


def _reasons(
    scheme: SchemePolicy, window: Window | None, following: Window | None, standing: Standing
) -> list[ReasonOut]:
    today, barred = standing.today, standing.barred_until
    found: list[tuple[str, bool]] = []
    if barred is not None and barred >= today:
        found.append(("application-barred", True))
    if scheme.yearly is not None and window is None:
        found.append(("scheme-closed", True))
    if scheme.code in standing.subsidies.open:
        found.append(("application-open", True))
    once = scheme.granted == "once"
    code = None if window is None else window.code
    if standing.subsidies.granted(scheme.code, code, once=once):
        found.append(("subsidy-granted", True))
    if standing.talent_class is None:
        found.append(("no-class-yet", scheme.class_first))
    elif standing.talent_class not in scheme.classes:
        found.append(("class-of-others", scheme.class_first))
    words = {
        "until": barred,
        "opens": None if following is None else following.opens,
        "classes": "、".join(scheme.classes),
    }
    return [
        ReasonOut(code=code, message=REASONS[code].format(**words), blocks=blocks)
        for code, blocks in found
    ]
