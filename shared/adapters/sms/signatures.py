"""Signed requests of the two clouds, by their published algorithms.

Aliyun: ACS3-HMAC-SHA256 (V3 request syntax and signature). Tencent: TC3-HMAC-SHA256 (signature v3).
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

_ACS3: Final = "ACS3-HMAC-SHA256"
_TC3: Final = "TC3-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Credentials:
    """An access key: its public id and its secret, which no representation shows."""

    id: str
    secret: str = field(repr=False)


def aliyun_query(params: Mapping[str, str]) -> str:
    """The canonical query string: sorted, percent-encoded as RFC 3986 has it."""
    pairs = sorted((quote(k, safe="~"), quote(v, safe="~")) for k, v in params.items())
    return "&".join(f"{k}={v}" for k, v in pairs)


def aliyun_headers(
    credentials: Credentials,
    *,
    host: str,
    action: str,
    version: str,
    query: str,
    at: datetime,
    nonce: str,
) -> dict[str, str]:
    """The headers of a POST to `/` without a body, whose parameters are in the canonical `query`.
    `at` is aware; `nonce` is never used twice."""
    nothing = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": nothing,
        "x-acs-date": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = f"POST\n/\n{query}\n{lines}\n{names}\n{nothing}"
    to_sign = f"{_ACS3}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = _hmac(credentials.secret.encode(), to_sign).hex()
    authorization = (
        f"{_ACS3} Credential={credentials.id},SignedHeaders={names},Signature={signature}"
    )
    return headers | {"Authorization": authorization}


def tencent_headers(
    credentials: Credentials,
    *,
    host: str,
    service: str,
    action: str,
    version: str,
    region: str,
    body: bytes,
    at: datetime,
) -> dict[str, str]:
    """The headers of a POST to `/` with a JSON body. `at` is aware."""
    stamp = int(at.timestamp())
    day = at.astimezone(UTC).strftime("%Y-%m-%d")
    scope = f"{day}/{service}/tc3_request"
    kind, names = "application/json; charset=utf-8", "content-type;host;x-tc-action"
    lines = f"content-type:{kind}\nhost:{host}\nx-tc-action:{action.lower()}\n"
    canonical = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    to_sign = f"{_TC3}\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = _hmac(f"TC3{credentials.secret}".encode(), day)
    for step in (service, "tc3_request"):
        key = _hmac(key, step)
    signature = _hmac(key, to_sign).hex()
    authorization = (
        f"{_TC3} Credential={credentials.id}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return {
        "Authorization": authorization,
        "Content-Type": kind,
        "Host": host,
        "X-TC-Action": action,
        "X-TC-Timestamp": str(stamp),
        "X-TC-Version": version,
        "X-TC-Region": region,
    }


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
