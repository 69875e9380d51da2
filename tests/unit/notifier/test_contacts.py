from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

from services.identity import events as identity
from services.notifier.contacts import CONTACTS, Contact, ContactPart, combine
from shared.events.model import Event, Metadata, Recorded
from shared.events.personal import ERASED

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OLD, NEW, OTHER = "+8613800000000", "+8613900000000", "+8613700000000"


def staff(mobile: str) -> identity.StaffAdded:
    return identity.StaffAdded(
        account_id="s1", entrance="government", name="王芳", mobile=mobile, account_name="wf",
        person=None, organisation_id=None, roles=(), desks=(), added_by="x", added_at=NOW,
    )  # fmt: skip


def folded(*events: Event, stream: str = "talent-t1") -> Any:
    stored = None
    for version, event in enumerate(events, 1):
        metadata = Metadata(command_id=str(version), actor="a", subject="t1")
        recorded = Recorded(event, str(version), stream, version, version, NOW, metadata)
        stored = CONTACTS.apply(stored, recorded)
    return stored


def changed(at: datetime = NOW) -> identity.MobileChanged:
    return identity.MobileChanged(mobile=NEW, previous=OLD, changed_at=at)


def profile(mobile: str, locked_at: datetime) -> ContactPart:
    return ContactPart(profile=mobile, locked_at=locked_at)


def account(at: datetime = NOW) -> ContactPart:
    stored = folded(changed(at))
    return ContactPart.model_validate(stored["_parts"]["talent-t1"])


def test_an_account_is_reached_at_its_present_number() -> None:
    stored = folded(staff(OLD), identity.StaffMobileChanged(mobile=NEW, changed_at=NOW),
                    stream="staff-s1")  # fmt: skip
    assert CONTACTS.model(stored) == Contact(account=NEW)


def test_a_changed_mobile_replaces_an_equal_number_in_a_profile_locked_before() -> None:
    before, after = NOW - timedelta(days=1), NOW + timedelta(days=1)
    parts = {
        "talent-t1": account(),
        "app-1": profile(OLD, before),
        "app-2": profile(OTHER, before),
        "app-3": profile(OLD, after),
    }
    assert combine(parts) == Contact(
        account=NEW, profiles={"app-1": NEW, "app-2": OTHER, "app-3": OLD}
    )


def test_no_order_of_streams_matters() -> None:
    parts = {"talent-t1": account(), "app-1": profile(OLD, NOW), "app-2": profile(OTHER, NOW)}
    made = [combine({s: parts[s] for s in order}) for order in permutations(parts)]
    assert all(contact == made[0] for contact in made)


def test_an_erased_person_has_no_number_left_anywhere() -> None:
    stored = folded(changed())
    stored["_parts"]["app-1"] = profile(OTHER, NOW).model_dump(mode="json")
    clean = CONTACTS.scrubbed(stored)
    assert clean is not None
    assert OLD not in str(clean)
    assert NEW not in str(clean)
    assert OTHER not in str(clean)
    assert CONTACTS.model(clean) == Contact(account=ERASED, profiles=ERASED, email=ERASED)
