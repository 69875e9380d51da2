"""Every step of an application reaches the talent, the result at the profile's number."""

from datetime import timedelta
from typing import Any

from services.classification import events as classification
from services.identity import events as identity
from shared.events.model import Event
from shared.testing.flaky_sms import FlakySms
from shared.testing.samples import sample
from tests.integration.notifier.conftest import NEW, OLD, Desk, Life, registered

_OWN = "+8613700000003"


def happened(model: type[Event], at_work: Desk, **fields: Any) -> Event:
    return model.model_validate(sample(model) | {"at": at_work.clock.now()} | fields)


async def submitted(desk: Desk, mobile: str) -> None:
    await desk.happens(registered())
    event = happened(classification.ApplicationSubmitted, desk, mobile=mobile, talent_class="E")
    await desk.happens_to_case(event)


async def test_every_step_is_told_once_and_claims_and_handovers_are_not(life: Life) -> None:
    provider = FlakySms()
    async with life(provider) as desk:
        await submitted(desk, _OWN)
        for model in (
            classification.StageOpened,
            classification.ReviewClaimed,
            classification.ReviewHandedOver,
            classification.ReviewEscalated,
        ):
            await desk.happens_to_case(happened(model, desk))
        yes = happened(classification.DeskApproved, desk, desk="authority-decision:hr_bureau")
        await desk.happens_to_case(yes)
        no = happened(
            classification.ApplicationReturned, desk, desk="elsewhere:x", words="缺学历证书。"
        )
        await desk.happens_to_case(no)
        approved = happened(classification.ApplicationApproved, desk, talent_class="E", kind="new")
        await desk.happens_to_case(approved)
        await desk.rest()
    texts = {sms.template: sms.text for sms in provider.sent}
    assert set(texts) == {
        "registered", "application-submitted", "desk-approved", "application-returned",
        "application-approved",
    }  # fmt: skip
    assert "经市人社局审核通过" in texts["desk-approved"]
    assert "被审核部门退回修改。原因：缺学历证书。请" in texts["application-returned"]
    assert "认定为E类人才" in texts["application-approved"]


async def test_the_result_goes_to_the_profiles_number_and_the_rest_to_the_accounts(
    life: Life,
) -> None:
    provider = FlakySms()
    async with life(provider) as desk:
        await submitted(desk, _OWN)
        await desk.happens_to_case(happened(classification.ApplicationApproved, desk))
        await desk.rest()
    numbers = {sms.template: sms.mobile for sms in provider.sent}
    assert numbers["application-submitted"] == OLD
    assert numbers["application-approved"] == _OWN


async def test_a_changed_mobile_replaces_the_same_number_in_a_submitted_profile(
    life: Life,
) -> None:
    provider = FlakySms()
    async with life(provider) as desk:
        await submitted(desk, OLD)
        desk.clock.move(timedelta(hours=1))
        changed = identity.MobileChanged(mobile=NEW, previous=OLD, changed_at=desk.clock.now())
        await desk.happens(changed)
        await desk.rest()
        await desk.happens_to_case(happened(classification.ApplicationRejected, desk))
        await desk.rest()
    numbers = {sms.template: sms.mobile for sms in provider.sent}
    assert numbers["application-rejected"] == NEW
