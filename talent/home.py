"""`/`: what runs here, in Chinese."""

from html import escape
from typing import Final

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response

from shared.http.caller import PUBLIC

_STYLE: Final = """
body{font:16px/1.7 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;
color:#1f2a37;max-width:46rem;margin:3rem auto;padding:0 1.25rem;background:#fff}
h1{font-size:1.6rem;margin:0}p.en{color:#5b6777;margin:.2rem 0 1.5rem}
ul{padding-left:1.2rem}li{margin:.35rem 0}a{color:#a1161d}
table{border-collapse:collapse;width:100%;margin:1rem 0}td,th{text-align:left;
border-bottom:1px solid #e3e7ec;padding:.4rem .6rem;vertical-align:top}
.dev{border-left:4px solid #c98a00;background:#fff8e6;padding:.6rem 1rem}
@media(prefers-color-scheme:dark){body{background:#14181d;color:#e6e9ed}a{color:#ff8a8f}
td,th{border-color:#333b45}.dev{background:#2b2412}}
"""
_CONTEXTS: Final = (
    ("identity", "账户", "注册、登录、会话、用人单位与工作人员、异常名单"),
    ("classification", "人才分类认定", "A–F 类的申请、审核、变更"),
    ("subsidy", "人才补贴", "生活补贴与高层次人才住房补贴：申请、单位审核、审批"),
    ("notifier", "短信通知", "各审批节点的短信：模板、发送、重试、结果"),
)


def home_router(*, development: bool) -> APIRouter:
    """The page and its style sheet."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(PUBLIC)])
    page = _page(development=development)

    @router.get("/")
    async def home() -> HTMLResponse:
        return HTMLResponse(page)

    @router.get("/home.css")
    async def style() -> Response:
        return Response(_STYLE, media_type="text/css")

    return router


def _page(*, development: bool) -> str:
    rows = "".join(
        f"<tr><td><code>/api/{name}</code><td>{escape(label)}<td>{escape(does)}"
        for name, label, does in _CONTEXTS
    )
    inbox = (
        '<p class="dev">开发模式。<a href="/dev/inbox">开发者收件箱</a>显示本机发出的短信、'
        "验证码与图形验证码的答案；生产环境没有此页。</p>"
        if development
        else ""
    )
    return f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>襄阳市人才综合服务平台</title><link rel="stylesheet" href="/home.css"></head><body>
<h1>襄阳市人才综合服务平台</h1>
<p class="en" lang="en">The Talent Service Platform of Xiangyang</p>
{inbox}
<p>这个进程运行着整个平台：每一件发生的事只记录一次（事件），所见的一切都由它得出（视图）。</p>
<table><tr><th>地址<th>服务<th>做什么</tr>{rows}</table>
<ul>
<li><a href="/docs">接口文档</a>（OpenAPI，离线可用）</li>
<li>运行状况：<a href="/healthz">存活</a>、<a href="/readyz">就绪</a>、
<a href="/metrics">指标</a></li>
<li>看一遍完整流程：在另一个终端运行 <code>.venv/bin/talent demo</code></li>
</ul></body></html>
"""
