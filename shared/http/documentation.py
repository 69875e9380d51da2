"""API documentation that works offline, and an OpenAPI document that says what comes back."""

from pathlib import Path
from typing import Any, Final

import swagger_ui_bundle  # type: ignore[import-untyped]
from fastapi import APIRouter, Depends, FastAPI, Response
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.routing import RouteContext
from starlette.staticfiles import StaticFiles

from shared.http.caller import PUBLIC, access_of, api_routes
from shared.http.problems import MEDIA_TYPE, Problem

_ASSETS: Final = Path(swagger_ui_bundle.swagger_ui_path)
_SCRIPT: Final = """window.ui = SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis], layout: "BaseLayout"
});
"""
_PAGE: Final = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css"><div id="swagger-ui"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script>
</html>"""
_CSP: Final = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)


def add_documentation(app: FastAPI) -> None:
    """`/docs` and `/openapi.json`, with every asset from this machine."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(PUBLIC)])

    @router.get("/openapi.json")
    async def openapi() -> JSONResponse:
        return JSONResponse(app.openapi())

    @router.get("/docs")
    async def docs() -> HTMLResponse:
        page = _PAGE.format(title=app.title)
        return HTMLResponse(page, headers={"content-security-policy": _CSP})

    @router.get("/docs/start.js")
    async def start() -> Response:
        return Response(_SCRIPT, media_type="text/javascript")

    app.include_router(router)
    app.mount("/docs/assets", StaticFiles(directory=_ASSETS))


def describe(app: FastAPI) -> None:
    """Make the OpenAPI document name problems as what every refusal is, and who needs a token."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = made()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= problem.pop("$defs", {}) | {"Problem": problem}
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            schemes = document["components"].setdefault("securitySchemes", {})
            schemes["bearer"] = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            for route in api_routes(app):
                if getattr(route, "include_in_schema", False):
                    _describe_route(document, route)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _describe_route(document: dict[str, Any], route: RouteContext) -> None:
    access = access_of(route)
    for method in route.methods or ():
        operation = document["paths"][route.path_format][method.lower()]
        operation["responses"].pop("422", None)
        operation["responses"]["default"] = {
            "description": "A problem (RFC 9457)",
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        if access is not None and not access.public:
            operation["security"] = [{"bearer": []}]
        if any(p["name"] == "min_version" for p in operation.get("parameters", ())):
            operation["responses"]["202"] = {"description": "Not visible yet; see Retry-After"}
