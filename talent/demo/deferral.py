"""§3.3.5-3.3.6: the contract is missing, may follow later, is returned once, and is accepted."""

import random
import time
from datetime import date, timedelta
from typing import Final

import httpx

from talent.demo import assessment
from talent.demo.client import Browser, DemoFailed
from talent.demo.office import Office, appoint
from talent.demo.people import somebody
from talent.demo.timeline import Timeline
from talent.demo.walk import by_password, register

_BASE: Final = "/api/classification"
_MISSING: Final = "labour_contract"
_REASON: Final = "合同原件在原单位存档，正在办理移交。"


def walk(http: httpx.Client, timeline: Timeline) -> None:
    """From a request to the deferral that is lifted."""
    talent = somebody(random.SystemRandom())
    browser = Browser(http, timeline.request, timeline.wait)
    timeline.chapter(f"一、{talent.name}注册并登录 / registers and signs in")
    register(browser, talent)
    by_password(browser, talent)
    timeline.chapter("二、管理员任命两名审核员 / an administrator appoints two reviewers")
    office = appoint(browser, timeline, random.SystemRandom())
    timeline.chapter("三、缺少劳动合同，提交时申请容缺（§3.3.5）/ asks for a deferral")
    asked = {"categories": [_MISSING], "days": 60, "reason": _REASON}
    id = assessment.apply(browser, talent, timeline, asked)
    timeline.chapter("四、审核部门同意容缺，缩短为30天 / it is granted, for less")
    _grant(office, id, timeline)
    timeline.said("短信", browser.wait_for_sms(talent.mobile, "容缺申请已获同意"))
    timeline.chapter("五、两级审核通过，人才类别带容缺生效 / in force, with outstanding materials")
    assessment.approve(office, browser, id, timeline)
    timeline.view("人才类别 / class in force", f"{assessment.class_of(browser)} 类")
    _outstanding(browser, timeline)
    timeline.chapter("六、延长期限，说明原因 / a reviewer extends it")
    _extend(office, browser, id)
    timeline.said("短信", browser.wait_for_sms(talent.mobile, "已延长至"))
    timeline.chapter("七、补充附件，退回一次（§3.3.6）/ a supplement, returned once")
    _supply(browser, id, 7)
    timeline.said("短信", browser.wait_for_sms(talent.mobile, "暂停计算"))
    wrong = {"categories": [_MISSING], "words": "合同缺少签章页。"}
    office.district.call("POST", f"{_BASE}/reviews/{id}/supplement/return", json=wrong)
    timeline.said("短信", browser.wait_for_sms(talent.mobile, "容缺附件被"))
    timeline.chapter("八、重新补充，审核通过，解除容缺 / again, and the deferral is lifted")
    _supply(browser, id, 8)
    office.district.call("POST", f"{_BASE}/reviews/{id}/supplement/accept", json={})
    timeline.said("短信", browser.wait_for_sms(talent.mobile, "容缺状态已解除"))
    _outstanding(browser, timeline, lifted=True)


def _grant(office: Office, id: str, timeline: Timeline) -> None:
    params = {"work": "asked"}
    lines = office.district.call("GET", f"{_BASE}/reviews/supplements", params=params)["items"]
    timeline.view("容缺待审 / requests", f"{len(lines)} 件")
    at = f"{_BASE}/reviews/{id}"
    # Nothing is approved while a request waits.
    office.district.call("POST", f"{at}/approve", expect=409, json={})
    granted = {"days": 30, "words": "请按期补齐。"}
    office.district.call("POST", f"{at}/deferral/grant", json=granted)


def _extend(office: Office, talent: Browser, id: str) -> None:
    last_day = talent.call("GET", f"{_BASE}/applications/{id}")["deferral"]["last_day"]
    later = date.fromisoformat(last_day) + timedelta(days=15)
    body = {"last_day": str(later), "words": "原单位已出具移交证明。"}
    office.district.call("POST", f"{_BASE}/reviews/{id}/deferral/extend", json=body)


def _supply(talent: Browser, id: str, seal: int) -> None:
    at, catalogue = f"{_BASE}/applications/{id}", talent.call("GET", f"{_BASE}/catalogue")
    contract = next(c for c in catalogue["attachments"] if c["code"] == _MISSING)
    assessment.upload(talent, at, contract, seal)
    talent.call("POST", f"{at}/supplement")


def _outstanding(talent: Browser, timeline: Timeline, *, lifted: bool = False) -> None:
    """What the class lacks, which follows within moments. DemoFailed if it does not."""
    for _ in range(400):
        lacking = talent.call("GET", f"{_BASE}/me")["outstanding"]
        if (lacking is None) == lifted:
            text = "无" if lacking is None else f"{lacking['standing_label']} {lacking['last_day']}"
            timeline.view("容缺 / outstanding", text)
            return
        time.sleep(0.05)
    raise DemoFailed("the class does not follow its deferral")
