"""How a process without identity checks access tokens: identity's published keys, and its
revocations by broadcast."""

from dataclasses import dataclass, field

from services.identity.access.application import RevocationReader
from shared.http.caller import TokenVerifier
from shared.http.jwks import RemoteKeys
from shared.http.tokens import JwtVerifier, Revocations
from shared.runtime.kernel import Kernel, Service
from talent.settings import Settings


class NoKeysConfigured(ValueError):
    """TALENT_JWKS_URL is not set."""

    def __init__(self) -> None:
        super().__init__(
            "TALENT_JWKS_URL: 请填写身份服务公布公钥的地址 / "
            "set it to identity's /api/identity/.well-known/jwks.json"
        )


@dataclass(frozen=True)
class RemoteAccess(Service):
    """Not a context: what such a process runs besides its own."""

    verifier: TokenVerifier = field(kw_only=True)


def remote_access(kernel: Kernel, settings: Settings) -> RemoteAccess:
    """Raises NoKeysConfigured."""
    if not settings.jwks_url:
        raise NoKeysConfigured
    keys, revocations = RemoteKeys(settings.jwks_url), Revocations()
    reader = RevocationReader(kernel, revocations)
    return RemoteAccess(
        name="access",
        attendants=(("access.revocations", reader),),
        checks=(("revocations", reader.ready), ("keys", keys.ready)),
        verifier=JwtVerifier(keys.provide, revocations, kernel.clock),
    )
