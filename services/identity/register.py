"""Registering a talent (manual §3.1)."""

from typing import Final

from services.identity.codes.application import CodeFor, Purpose
from services.identity.context import Identity
from services.identity.events import TalentRegistered
from services.identity.forms import (
    Registrant,
    RegistrationForm,
    check_registration,
    code_wrong,
    refused,
    require_captcha,
)
from services.identity.limits import network_of
from services.identity.policies import shanghai_day
from services.identity.registration.application import Written
from services.identity.registration.decider import OVERTAKEN, Abandoned, Completed, Started
from services.identity.rules.documents import Document
from services.identity.talents import ENTRANCE, REGISTERING
from services.identity.undertake import Wanted
from services.identity.verifier import Verification, may_register
from shared.domain.errors import DomainError, FieldError
from shared.events.model import Metadata
from shared.ports.errors import EngineUnavailable

_TAKEN: Final = {
    "/document_number": FieldError(
        "/document_number",
        "document-taken",
        "该证件已注册。若不是您本人注册的，请携带证件到人才服务窗口办理。",
    ),
    "/mobile": FieldError("/mobile", "mobile-taken", "该手机号码已注册，可直接用验证码登录。"),
    "/account_name": FieldError("/account_name", "account-taken", "该登录账号已被使用，请换一个。"),
}


async def register_talent(
    identity: Identity, talent_id: str, form: RegistrationForm, address: str, metadata: Metadata
) -> Written:
    """Register; the talent's stream and version. `metadata.subject` is `talent_id`.

    A repeated request (the same `talent_id`, so the same body) goes on where it stopped. Raises
    DomainError: `invalid-fields` (also captcha and code), `already-registered` (fields),
    `registration-barred` (until), `registration-overtaken`, `too-many-requests`."""
    match await identity.registrations.state(talent_id):
        case Completed():
            written = await identity.registrations.finished(talent_id)
            if written is None:
                raise DomainError(OVERTAKEN)
            return written
        case Abandoned():
            raise DomainError(OVERTAKEN)
        case state:
            resumed = isinstance(state, Started)
    policy, today = identity.policy(), shanghai_day(identity.now())
    person = await check_registration(form, policy, today)
    wanted = _wanted(identity, person)
    known = await verified(identity, person.name, person.document)
    if not resumed:
        await _admit(identity, form, person, wanted, address)
        await identity.registrations.begin(talent_id, REGISTERING, talent_id, metadata)
    hashed = await identity.vault.hash(person.password)
    await identity.undertaking.claim_all(talent_id, talent_id, wanted, metadata)
    fact = _fact(identity, talent_id, person, known, wanted[0].slot)
    slots = tuple(one.slot for one in wanted)
    try:
        return await identity.registrations.complete(
            talent_id, fact, metadata, slots=slots, password_hash=hashed
        )
    except DomainError:
        await identity.undertaking.give_up(talent_id, wanted, metadata)
        raise


async def _admit(
    identity: Identity,
    form: RegistrationForm,
    person: Registrant,
    wanted: tuple[Wanted, ...],
    address: str,
) -> None:
    """Captcha and code, in that order; what is taken is told only to who has the mobile, and costs
    no code."""
    await require_captcha(identity.captchas, form.captcha)
    code = CodeFor(Purpose.REGISTER, ENTRANCE, person.mobile)
    if not await identity.codes.check(code, form.code):
        raise code_wrong()
    most = identity.policy().address.registrations_per_day
    await identity.limits.per_day("registrations", network_of(address), most)
    barred = (await identity.reservations.state(wanted[0].slot)).barred_until(
        shanghai_day(identity.now())
    )
    if barred is None:
        await identity.undertaking.precheck(wanted)
    if not await identity.codes.use(code, form.code):
        raise code_wrong()


async def verified(identity: Identity, name: str, document: Document) -> bool:
    """Whether a register confirmed them together. Raises DomainError `invalid-fields` where it
    said that they do not belong together."""
    try:
        result = await identity.verifier.verify(name, document)
    except EngineUnavailable:
        # That nobody could say must keep nobody out; a reviewer compares the scanned document.
        result = Verification.UNVERIFIED
    if not may_register(result):
        raise refused("/name", "name-document-mismatch", "姓名与证件号码不一致，请核对。")
    return result is Verification.VERIFIED


def _wanted(identity: Identity, person: Registrant) -> tuple[Wanted, ...]:
    slots, document = identity.slots, person.document
    return (
        Wanted(slots.document(document.type, document.number), _TAKEN["/document_number"]),
        Wanted(slots.mobile(ENTRANCE, person.mobile), _TAKEN["/mobile"]),
        Wanted(slots.account(ENTRANCE, person.account_name), _TAKEN["/account_name"]),
    )


def _fact(
    identity: Identity, talent_id: str, person: Registrant, verified: bool, hashed: str
) -> TalentRegistered:
    return TalentRegistered(
        talent_id=talent_id,
        person=hashed,
        document_type=person.document.type.value,
        document_number=person.document.number,
        name=person.name,
        birth_date=person.document.birth_date,
        sex=person.document.sex,
        mobile=person.mobile,
        account_name=person.account_name,
        commitment_version=identity.policy().commitment.version,
        verified=verified,
        registered_at=identity.now(),
    )
