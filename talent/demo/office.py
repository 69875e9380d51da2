"""The other side of the desk: a fresh administrator, and the reviewers that they appoint."""

import random
import secrets
from dataclasses import dataclass
from typing import Final

from talent.demo.client import Browser, DemoFailed
from talent.demo.people import Person, somebody
from talent.demo.timeline import Timeline

DISTRICT: Final = "district_talent_desk@district:xiangcheng"
AUTHORITY: Final = "talent_office@city"


@dataclass(frozen=True)
class Office:
    """Two reviewers, signed in."""

    district: Browser
    authority: Browser


def appoint(
    browser: Browser,
    timeline: Timeline,
    chance: random.Random,
    admin: tuple[str, str] | None = None,
) -> Office:
    """Let an administrator appoint a reviewer for the district and one for the talent office.
    `admin` is an account and its password; without it one is made over the local socket, as `talent
    admin create` does. DemoFailed elsewhere."""
    account, password = admin or administrator(timeline, chance)
    boss = of(browser)
    boss.sign_in("government", account, password)
    return Office(
        district=appointed(boss, timeline, somebody(chance), DISTRICT),
        authority=appointed(boss, timeline, somebody(chance), AUTHORITY),
    )


def administrator(timeline: Timeline, chance: random.Random) -> tuple[str, str]:
    """A new administrator's account and password, made over the local socket."""
    boss = somebody(chance)
    account = f"admin.{secrets.token_hex(4)}"
    arguments = {"account": account, "name": boss.name, "mobile": boss.mobile}
    try:
        made = timeline.operate("admin-create", arguments)
    except (ConnectionError, FileNotFoundError):
        raise DemoFailed(
            "找不到平台的本地套接字：请在平台所在的机器上、以同一 TALENT_DATA 运行 / "
            "run it where the platform runs, with the same TALENT_DATA"
        ) from None
    timeline.said("管理员 / admin", f"{made['account']}  {made['password']}")
    return made["account"], made["password"]


def appointed(
    admin: Browser, timeline: Timeline, person: Person, desk: str | None, role: str = "reviewer"
) -> Browser:
    """A member of staff at a desk, or with a role alone, signed in."""
    account = f"reviewer.{secrets.token_hex(4)}"
    form = {
        "name": person.name,
        "mobile": person.mobile,
        "account_name": account,
        "password": person.password,
        "roles": [role],
        "desks": [] if desk is None else [desk],
        "document_type": "resident_identity_card",
        "document_number": person.document_number,
    }
    admin.call("POST", "/api/identity/staff", expect=201, json=form)
    timeline.said("审核员 / reviewer", f"{person.name} {account} → {desk or role}")
    browser = of(admin)
    browser.sign_in("government", account, person.password)
    return browser


def of(browser: Browser) -> Browser:
    """Another person's browser, not signed in."""
    return Browser(browser.http, browser.on_request, browser.on_wait)
