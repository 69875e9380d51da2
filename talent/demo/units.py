"""Employers on the platform: an agency that dispatches labour, and a host unit."""

import random
import secrets
from dataclasses import dataclass
from typing import Final

from stdnum.cn import uscc

from talent.demo.client import Browser
from talent.demo.office import of
from talent.demo.people import somebody
from talent.demo.timeline import Timeline

_BASE: Final = "/api/identity/organisations"


@dataclass(frozen=True)
class Unit:
    """An approved employer, and its administrator, signed in."""

    id: str
    name: str
    desk: Browser


def admitted(
    boss: Browser, timeline: Timeline, name: str, chance: random.Random, *, dispatch: bool
) -> Unit:
    """Registers, is approved by an administrator of the platform, and signs in (§3.2, §3.4.3)."""
    contact, browser = somebody(chance), of(boss)
    body = f"91420600MA5{chance.randrange(10**6):06d}"
    name = f"{name}（{body[-4:]}）"
    account = f"unit.{secrets.token_hex(4)}"
    form = {
        "kind": "employer", "name": name, "code": body + uscc.calc_check_digit(body),
        "district": "襄城区", "dispatch": dispatch, "contact_name": contact.name,
        "mobile": contact.mobile, "account_name": account, "password": contact.password,
        "password_again": contact.password,
        "sms_code": browser.code("register", contact.mobile, "employer"),
        "captcha": browser.captcha(),
    }  # fmt: skip
    id = browser.call("POST", _BASE, expect=201, json=form)["organisation_id"]
    boss.call("POST", f"{_BASE}/{id}/approve")
    timeline.said("短信", browser.wait_for_sms(contact.mobile, "入驻申请已于"))
    browser.sign_in("employer", account, contact.password)
    return Unit(id, name, browser)
