"""What the account desk does for who lost everything, or finds their document taken (manual §3.6).

Whoever stands at the desk shows the document; its number is typed in and must be the account's.
"""

from dataclasses import dataclass, field
from typing import Final

from services.identity.closing import close_account, give_back_document
from services.identity.codes.application import CodeFor, Purpose
from services.identity.commands import ReclaimTalent
from services.identity.context import Identity
from services.identity.decider import DECIDER
from services.identity.events import DocumentChanged, MobileChanged, TalentReclaimed
from services.identity.facts import DocumentAssisted, MobileAssisted
from services.identity.forms import (
    DocumentForm,
    MobileAssistanceForm,
    ReclaimForm,
    code_wrong,
    document_type,
    refused,
)
from services.identity.moves import ASSISTING_DOCUMENT, ASSISTING_MOBILE
from services.identity.policies import shanghai_day
from services.identity.register import verified
from services.identity.registration.application import Written, derived
from services.identity.registration.decider import OVERTAKEN, Abandoned, Started
from services.identity.rules.documents import Document, DocumentType, parse_document
from services.identity.rules.faults import Faults
from services.identity.rules.mobiles import parse_mobile
from services.identity.states import Talent
from services.identity.talents import ENTRANCE
from services.identity.undertake import Wanted
from shared.domain.errors import DomainError, FieldError
from shared.events.model import Event, Metadata
from shared.http.caller import Caller
from shared.policy.models import SmsCodePolicy

_MOBILE_TAKEN: Final = FieldError("/mobile", "mobile-taken", "该手机号码已注册其他账号。")
_DOCUMENT_TAKEN: Final = FieldError(
    "/document_number",
    "document-taken",
    "该证件已由另一账号登记；如属冒用，请先办理证件收回。",
)


@dataclass(frozen=True, slots=True)
class Helped:
    """One act of a desk: for whom, by whom, and under which id it may be repeated."""

    identity: Identity
    talent_id: str
    caller: Caller = field(repr=False)
    act_id: str
    metadata: Metadata

    async def talent(self) -> Talent:
        """Raises DomainError `talent-not-found`, `account-closed`, `own-case`."""
        state, version = await self.identity.kernel.handler.load(DECIDER, self.talent_id)
        if not version:
            raise DomainError("talent-not-found", status=404)
        if not isinstance(state, Talent):
            raise DomainError("account-closed")
        if state.is_person(self.caller.person):
            raise own_case()
        return state

    async def undertake(
        self, fact: Event, wanted: tuple[Wanted, ...], *, voids_password: bool = False
    ) -> Written:
        """Reserve, decide and finish. Raises DomainError `already-registered` and so on."""
        registrations = self.identity.registrations
        undertaking = self.identity.undertaking
        await undertaking.claim_all(self.act_id, self.talent_id, wanted, self.metadata)
        try:
            if voids_password:
                await self.identity.credentials.void_password(self.talent_id, self.metadata)
            slots = tuple(one.slot for one in wanted)
            return await registrations.complete(self.act_id, fact, self.metadata, slots=slots)
        except DomainError:
            await undertaking.give_up(self.act_id, wanted, self.metadata)
            raise

    async def begun(self, kind: str) -> bool:
        """Whether the act was begun before, and may go on without its code once more; records
        that it is. A key that comes again with another body is refused here."""
        state = await self.identity.registrations.state(self.act_id)
        if isinstance(state, Abandoned):
            raise DomainError(OVERTAKEN)
        if isinstance(state, Started):
            await self.begin(kind)
            return True
        return False

    async def begin(self, kind: str) -> None:
        await self.identity.registrations.begin(self.act_id, kind, self.talent_id, self.metadata)


async def send_code(act: Helped, mobile: str) -> SmsCodePolicy:
    """A code to the number that the person now has; it opens this desk act alone. Raises what
    `SmsCodes.send` raises."""
    await act.talent()
    wanted = _code(act, mobile)
    return await act.identity.codes.send(wanted, f"desk:{act.caller.account_id}", known=True)


async def change_mobile(act: Helped, form: MobileAssistanceForm) -> Written:
    """The new number, for a talent who lost number and password. The password of before opens
    nothing any more, and every session ends; a new one is set as a forgotten one is, by a code to
    the new number. Raises DomainError `invalid-fields`, `already-registered`."""
    if (done := await act.identity.registrations.finished(act.act_id)) is not None:
        return done
    talent = await act.talent()
    resumed = await act.begun(ASSISTING_MOBILE)
    faults = Faults()
    mobile = ""
    with faults.at("/mobile"):
        mobile = parse_mobile(form.mobile)
        if mobile == talent.mobile:
            faults.add("/mobile", "mobile-unchanged", "新手机号码与原号码相同。")
        if not resumed and not await act.identity.codes.check(_code(act, mobile), form.code):
            faults.add("/code", "code-wrong", "手机验证码不正确或已失效，请核对或重新获取。")
    _check_shown(act.identity, faults, form.document_number, talent)
    faults.raise_if_any()
    if not resumed:
        if not await act.identity.codes.use(_code(act, mobile), form.code):
            raise code_wrong()
        await act.begin(ASSISTING_MOBILE)
    now, by = act.identity.now(), act.caller.account_id
    changed = MobileChanged(
        mobile=mobile, previous=str(talent.mobile), changed_at=now, assisted_by=by
    )
    wanted = (Wanted(act.identity.slots.mobile(ENTRANCE, mobile), _MOBILE_TAKEN),)
    fact = MobileAssisted(changed=changed, reason=form.reason)
    written = await act.undertake(fact, wanted, voids_password=True)
    await act.identity.sessions.end_all(act.talent_id, now)
    return written


async def change_document(act: Helped, form: DocumentForm) -> Written:
    """A renewed passport, or a number put right. The earlier document stays the person's. Raises
    DomainError `invalid-fields`, `already-registered`, `registration-barred`."""
    if (done := await act.identity.registrations.finished(act.act_id)) is not None:
        return done
    talent = await act.talent()
    document = _parsed(act.identity, form, talent)
    slot = act.identity.slots.document(document.type, document.number)
    if slot == act.caller.person:
        raise own_case()
    name = talent.registered.name
    if not await act.begun(ASSISTING_DOCUMENT):
        await act.begin(ASSISTING_DOCUMENT)
    changed = DocumentChanged(
        document=slot,
        document_type=document.type.value,
        document_number=document.number,
        birth_date=document.birth_date,
        sex=document.sex,
        verified=isinstance(name, str) and await verified(act.identity, name, document),
        why=form.why,
        changed_at=act.identity.now(),
        assisted_by=act.caller.account_id,
    )
    wanted = () if slot in talent.documents else (Wanted(slot, _DOCUMENT_TAKEN),)
    fact = DocumentAssisted(changed=changed, reason=form.reason)
    return await act.undertake(fact, wanted)


async def reclaim(act: Helped, form: ReclaimForm) -> Written:
    """Give a document back to its true holder, who may register at once: the account that holds
    it ends, or, where it is an earlier document of that account, loses this one alone. Raises
    DomainError `invalid-fields`."""
    talent, identity = await act.talent(), act.identity
    faults, document = Faults(), ""
    with faults.at("/document_type"):
        kind = document_type(form.document_type, identity.policy())
        document = identity.slots.document(kind, form.document_number)
    if document and document not in talent.documents and not talent.reclaimed:
        faults.add("/document_number", "document-mismatch", "该账号登记的不是这一证件，请核对。")
    faults.raise_if_any()
    command = ReclaimTalent(
        document=document, reason=form.reason, by=act.caller.account_id, at=identity.now()
    )
    handler = identity.kernel.handler
    outcome = await handler.handle(DECIDER, act.talent_id, command, act.metadata)
    steps = derived(act.metadata, "reclaimed")
    await give_back_document(identity, act.talent_id, document, command.at, steps)
    for event in outcome.events:
        if isinstance(event, TalentReclaimed):
            await close_account(identity, act.talent_id, event.reclaimed_at, steps)
    return Written(outcome.stream, outcome.version)


def own_case() -> DomainError:
    """Nobody does this for themselves (403)."""
    return DomainError("own-case", status=403)


def _code(act: Helped, mobile: str) -> CodeFor:
    return CodeFor(Purpose.CHANGE_MOBILE_ASSISTED, ENTRANCE, mobile, about=act.talent_id)


def _check_shown(identity: Identity, faults: Faults, number: str, talent: Talent) -> None:
    kind = DocumentType(talent.held.type)
    if identity.slots.document(kind, number) != talent.held.document:
        faults.add("/document_number", "document-mismatch", "证件号码与该账号登记的不一致。")


def _parsed(identity: Identity, form: DocumentForm, talent: Talent) -> Document:
    faults = Faults()
    with faults.at("/document_type"):
        kind = document_type(form.document_type, identity.policy())
        with faults.at("/document_number"):
            document = parse_document(kind, form.document_number, shanghai_day(identity.now()))
    faults.raise_if_any()
    if (document.type.value, document.number) == (talent.held.type, talent.held.number):
        raise refused("/document_number", "document-unchanged", "该证件已登记在此账号。")
    return document
