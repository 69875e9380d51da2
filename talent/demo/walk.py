"""The story: a talent registers, signs in both ways, applies for a class, is sent back once, and
is approved."""

import random

import httpx

from talent.demo import assessment
from talent.demo.client import Browser
from talent.demo.office import appoint
from talent.demo.people import Person, somebody
from talent.demo.timeline import Timeline


def walk(http: httpx.Client, timeline: Timeline) -> Person:
    """All chapters; the talent who went through them."""
    talent = somebody(random.SystemRandom())
    browser = Browser(http, timeline.request, timeline.wait)
    timeline.chapter(f"一、{talent.name}注册（§3.1）/ registers")
    register(browser, talent)
    timeline.said("短信", browser.wait_for_sms(talent.mobile, "注册"))
    timeline.chapter("二、以账号和密码登录（§3.2）/ signs in by password")
    by_password(browser, talent)
    me = browser.call("GET", "/api/identity/me")
    timeline.said("本人", f"{me['name']} {me['mobile']} {me['document_number']}")
    browser.call("DELETE", "/api/identity/sessions/current", expect=204)
    browser.token = None
    timeline.chapter("三、以手机验证码登录（§3.2）/ signs in by code")
    by_code(browser, talent, timeline)
    assess(browser, talent, timeline)
    return talent


def assess(browser: Browser, talent: Person, timeline: Timeline) -> None:
    """§3.3, from the notice to the class in force."""
    timeline.chapter("四、管理员任命两名审核员 / an administrator appoints two reviewers")
    office = appoint(browser, timeline, random.SystemRandom())
    timeline.chapter("五、申请人才分类认定（§3.3.1-3.3.5）/ applies for a class")
    id = assessment.apply(browser, talent, timeline)
    timeline.said("短信", browser.wait_for_sms(talent.mobile, "正在审核"))
    timeline.chapter("六、县（市、区）退回修改（§3.3.7）/ a reviewer returns it")
    assessment.review(office, browser, id, timeline)
    timeline.said("短信", browser.wait_for_sms(talent.mobile, "退回修改"))
    timeline.chapter("七、按要求修改并重新提交 / the talent corrects it")
    assessment.correct(browser, id, timeline)
    timeline.chapter("八、两级审核通过（§3.4.2）/ both desks approve")
    assessment.approve(office, browser, id, timeline)
    timeline.said("短信", browser.wait_for_sms(talent.mobile, "认定为"))
    timeline.view("人才类别 / class in force", f"{assessment.class_of(browser)} 类")


def register(browser: Browser, talent: Person) -> None:
    """§3.1, every field."""
    form = {
        "document_type": "resident_identity_card",
        "document_number": talent.document_number,
        "name": talent.name,
        "mobile": talent.mobile,
        "account_name": talent.account_name,
        "password": talent.password,
        "password_again": talent.password,
        "code": browser.code("register", talent.mobile),
        "captcha": browser.captcha(),
        "commitment": True,
    }
    browser.call("POST", "/api/identity/talents", expect=201, json=form)


def by_password(browser: Browser, talent: Person) -> None:
    """§3.2, 账号登录."""
    browser.sign_in("talent", talent.account_name, talent.password)


def by_code(browser: Browser, talent: Person, timeline: Timeline) -> None:
    """§3.2, 手机登录."""
    code = browser.code("sign-in", talent.mobile)
    timeline.said("短信", browser.sms(talent.mobile)[0]["text"])
    tokens = browser.call(
        "POST", "/api/identity/sessions", expect=201, json={"mobile": talent.mobile, "code": code}
    )
    browser.token = tokens["access_token"]
