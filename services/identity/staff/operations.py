"""What an operator may ask of staff: the first administrator, with a fresh password."""

import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from services.identity.context import Identity
from services.identity.events import StaffAdded
from services.identity.rules.faults import Faults
from services.identity.rules.mobiles import parse_mobile
from services.identity.rules.names import parse_account_name, parse_real_name
from services.identity.staff.application import NewStaff
from services.identity.staff.policies import ORGANISATION_DESK, PLATFORM_ADMIN
from shared.events.model import Metadata
from shared.runtime.control import Answer, Operation

_ACTOR: Final = "operator"
_PASSWORD_BYTES: Final = 15


def operations(identity: Identity, new_staff: NewStaff) -> dict[str, Operation]:
    """`admin-create`: account, name, mobile; answers with the password, which is shown once."""

    async def create(arguments: Mapping[str, Any]) -> AsyncIterator[Answer]:
        faults = Faults()
        account = name = mobile = ""
        with faults.at("/account"):
            account = parse_account_name(str(arguments["account"]))
        with faults.at("/name"):
            name = parse_real_name(str(arguments["name"]))
        with faults.at("/mobile"):
            mobile = parse_mobile(str(arguments["mobile"]))
        faults.raise_if_any()
        password = secrets.token_urlsafe(_PASSWORD_BYTES)
        command_id = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
        account_id = command_id[:32]
        fact = StaffAdded(
            account_id=account_id,
            entrance="government",
            name=name,
            mobile=mobile,
            account_name=account,
            person=None,
            organisation_id=None,
            roles=(PLATFORM_ADMIN, ORGANISATION_DESK),
            desks=(),
            added_by=_ACTOR,
            added_at=identity.now(),
        )
        metadata = Metadata(command_id, actor=_ACTOR, subject=account_id)
        await new_staff.add(fact, password, metadata)
        yield {"account": account, "account_id": account_id, "password": password}

    return {"admin-create": create}
