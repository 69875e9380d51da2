"""The address a request came from, believing only proxies that we trust."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from starlette.requests import Request


class ClientAddresses:
    """`X-Forwarded-For` is read from the right for as long as trusted proxies say it."""

    def __init__(self, trusted: Sequence[str]) -> None:
        self._trusted: list[IPv4Network | IPv6Network] = [ip_network(t) for t in trusted]

    def of(self, request: Request) -> str:
        """The nearest address that is no trusted proxy; "unknown" where there is none."""
        address = request.client.host if request.client else "unknown"
        forwarded = [p.strip() for p in request.headers.get("x-forwarded-for", "").split(",")]
        while self._trusts(address) and forwarded and forwarded[-1]:
            address = forwarded.pop()
        return address

    def _trusts(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._trusted)


def client_address(request: Request) -> str:
    """The caller's address, by the application's trusted proxies."""
    addresses: ClientAddresses = request.app.state.client_addresses
    return addresses.of(request)
