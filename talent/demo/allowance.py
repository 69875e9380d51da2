"""§3.4: the living allowance of a dispatched worker, from the application to the money; and a
high-level talent in a window of the housing subsidy."""

import random
import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import httpx

from talent.demo import assessment, treasury
from talent.demo.assessment import look, upload
from talent.demo.client import Browser, DemoFailed
from talent.demo.office import AUTHORITY, DISTRICT, Office, administrator, appointed, of
from talent.demo.people import Person, somebody
from talent.demo.timeline import Timeline
from talent.demo.units import Unit, admitted
from talent.demo.walk import by_password, register

_BASE: Final = "/api/subsidy"
_BUREAU: Final = "hr_bureau@city"
_LIVING: Final = {"scheme": "living-allowance", "channel": "f", "first_contract": "2023-07-03"}
_HOUSING: Final = {
    "scheme": "housing-subsidy", "channel": "high-level", "first_contract": "2021-03-01",
}  # fmt: skip


@dataclass(frozen=True)
class Town:
    """Everybody but the talents."""

    boss: Browser
    district: Browser
    bureau: Browser
    authority: Browser
    clerk: Browser
    checker: Browser
    agency: Unit
    host: Unit


def walk(http: httpx.Client, timeline: Timeline) -> None:
    """Both stories."""
    chance = random.SystemRandom()
    town = _settle(Browser(http, timeline.request, timeline.wait), timeline, chance)
    talent, browser = _newcomer(town, timeline, "F")
    id = _living(town, browser, talent, timeline)
    _first_payment(town, browser, talent, id, timeline)
    _housing(town, timeline)


def _settle(browser: Browser, timeline: Timeline, chance: random.Random) -> Town:
    timeline.chapter("一、管理员任命审核员与财务，两家单位入驻 / staff, and two units")
    boss = of(browser)
    boss.sign_in("government", *administrator(timeline, chance))

    def staff(desk: str | None, role: str = "reviewer") -> Browser:
        return appointed(boss, timeline, somebody(chance), desk, role)

    return Town(
        boss, staff(DISTRICT), staff(_BUREAU), staff(AUTHORITY, "talent_office"),
        staff(None, "finance_clerk"), staff(None, "finance_checker"),
        agency=admitted(boss, timeline, "襄阳楚天人力资源有限公司", chance, dispatch=True),
        host=admitted(boss, timeline, "襄阳汉江新材料有限公司", chance, dispatch=False),
    )  # fmt: skip


def _newcomer(town: Town, timeline: Timeline, row: str) -> tuple[Person, Browser]:
    """A talent who registers and is assessed."""
    talent, browser = somebody(random.SystemRandom()), of(town.boss)
    timeline.chapter(f"{talent.name}注册，认定为{row}类人才 / registers; class {row}")
    register(browser, talent)
    by_password(browser, talent)
    id = assessment.apply(browser, talent, timeline, row=row)
    last = town.bureau if row == "F" else town.authority
    assessment.approve(Office(town.district, last), browser, id, timeline)
    timeline.view("人才类别 / class in force", f"{assessment.class_of(browser)} 类")
    timeline.said("短信", browser.wait_for_sms(talent.mobile, "认定为"))
    return talent, browser


def _living(town: Town, browser: Browser, talent: Person, timeline: Timeline) -> str:
    timeline.chapter("二、劳务派遣人员申请生活补贴（§3.4.1-3.4.5）/ applies for the allowance")
    _schemes(browser, timeline)
    units = {"dispatch": True, "recruiting_unit": town.agency.id, "host_unit": town.host.id}
    id = _apply(browser, _LIVING, units, timeline)
    at, review = f"{_BASE}/applications/{id}", f"{_BASE}/reviews/{id}"
    timeline.said("短信", browser.wait_for_sms(talent.mobile, "生活补贴申请已于"))
    timeline.chapter("三、两家单位并行确认，先后不论（§3.4.3）/ both units confirm, in any order")
    units_in_any_order = [town.agency, town.host]
    random.SystemRandom().shuffle(units_in_any_order)
    for unit in units_in_any_order:
        words = {"words": f"{unit.name}：情况属实。"}
        look(browser, at, unit.desk.call("POST", f"{review}/approve", json=words), timeline)
    timeline.chapter("四、市人社局退回，修改后通过（§3.4.2）/ returned, corrected, approved")
    wrong = {"fields": ["position"], "words": "岗位与合同不一致。"}
    town.bureau.call("POST", f"{review}/return", json=wrong)
    timeline.said("短信", browser.wait_for_sms(talent.mobile, "人才补贴申请被"))
    browser.call("PUT", f"{at}/profile", json={"position": "工艺工程师"})
    look(browser, at, _submit(browser, at), timeline)
    look(browser, at, town.bureau.call("POST", f"{review}/approve", json={}), timeline)
    timeline.said("短信", browser.wait_for_sms(talent.mobile, "已安排发放"))
    return id


def _first_payment(
    town: Town, browser: Browser, talent: Person, id: str, timeline: Timeline
) -> None:
    timeline.chapter("五、填写本人账户，到期发放第一期 / a bank account, and the first payment")
    account = {"number": "6222020200112233446", "holder": talent.name}
    masked = browser.call("PUT", f"{_BASE}/payouts/account", json=account)["masked"]
    timeline.view("收款账户 / account", masked)
    coming = _schedule(browser, lambda one: one["coming"] is not None)["coming"]
    due = date.fromisoformat(coming["due_on"])
    timeline.view("发放计划 / schedule", f"第1期 {coming['amount']}元，{due}")
    now = timeline.move_to(due)
    timeline.view("平台时间 / the platform's time", now)
    for one in (browser, town.bureau, town.authority, town.clerk, town.checker):
        one.sign_in_again()
    _schedule(browser, lambda one: bool(one["payments"]))
    treasury.pay(town.clerk, town.checker, timeline, f"{due:%Y-%m}")
    timeline.said("短信", browser.wait_for_sms(talent.mobile, "元已于"))
    schedule = _schedule(browser, lambda one: one["payments"][-1]["state"] == "paid")
    (paid,) = schedule["payments"]
    timeline.view("发放记录 / payments", f"第1期 {paid['amount']}元 {paid['paid_on']}")
    for step in browser.call("GET", f"{_BASE}/applications/{id}")["steps"]:
        timeline.view(step["at"][:16], f"{step['label']} {step['where'] or ''}")


def _housing(town: Town, timeline: Timeline) -> None:
    for one in (town.boss, town.district, town.host.desk):
        one.sign_in_again()
    talent, browser = _newcomer(town, timeline, "D")
    timeline.chapter("六、D类人才在窗口期申请住房补贴 / class D in a window of the housing subsidy")
    windows = town.authority.call("GET", f"{_BASE}/windows")["items"]
    if not any(one["open"] for one in windows if one["scheme"] == "housing-subsidy"):
        today = timeline.today()
        form = {
            "opens": str(today), "closes": str(today + timedelta(days=30)),
            "words": "年度集中申报。",
        }  # fmt: skip
        town.authority.call("POST", f"{_BASE}/windows/housing-subsidy", expect=201, json=form)
    _schemes(browser, timeline)
    id = _apply(browser, _HOUSING, {"dispatch": False, "host_unit": town.host.id}, timeline)
    at, review = f"{_BASE}/applications/{id}", f"{_BASE}/reviews/{id}"
    town.host.desk.call("POST", f"{review}/approve", json={})
    timeline.said("短信", browser.wait_for_sms(talent.mobile, "用工单位审核通过"))
    # Class D is the talent office's to decide on, not the bureau's (§3.4.2).
    done = town.authority.call("POST", f"{review}/approve", json={})
    look(browser, at, done, timeline)
    timeline.said("短信", browser.wait_for_sms(talent.mobile, "住房补贴申请已于"))


def _schemes(browser: Browser, timeline: Timeline) -> None:
    for one in browser.call("GET", f"{_BASE}/schemes")["items"]:
        why = "；".join(reason["message"] for reason in one["reasons"])
        timeline.view(one["label"], why or "可以申请")


def _apply(
    browser: Browser, asked: dict[str, str], units: dict[str, Any], timeline: Timeline
) -> str:
    """Start, fill in, attach, submit; the id."""
    made = browser.call("POST", f"{_BASE}/applications", expect=201, json=asked)
    id = str(made["application_id"])
    at, catalogue = f"{_BASE}/applications/{id}", browser.call("GET", f"{_BASE}/catalogue")
    home = {"province": "42", "city": "4206", "county": "420602"}
    form = {
        "native_place": "湖北襄阳", "ethnic_group": "01", "email": "talent@example.org",
        "political_affiliation": "13", "application_type": "graduate", "position": "工程师",
        "registered_address": home | {"line": "檀溪路176号"},
        "current_address": home | {"line": "卧龙大道12号3栋502室"},
    }  # fmt: skip
    browser.call("PUT", f"{at}/profile", json=form | units)
    needed = [one for one in catalogue["attachments"] if one["required"]]
    for seal, category in enumerate(needed):
        month = "" if category["months_back"] is None else f"{timeline.today():%Y-%m}"
        upload(browser, at, category, seal, month)
    look(browser, at, _submit(browser, at), timeline)
    return id


def _submit(browser: Browser, at: str) -> Any:
    version = browser.call("GET", f"{_BASE}/catalogue")["commitment"]["version"]
    form = {"commitment": True, "commitment_version": version}
    return browser.call("POST", f"{at}/submit", json=form)


def _schedule(browser: Browser, wanted: Any) -> dict[str, Any]:
    """The schedule, once it is as wanted."""
    for _ in range(600):
        found = browser.look(f"{_BASE}/payouts").get("schedules", [])
        if found and wanted(found[0]):
            schedule: dict[str, Any] = found[0]
            return schedule
        time.sleep(0.05)
    raise DemoFailed("the schedule does not follow")
