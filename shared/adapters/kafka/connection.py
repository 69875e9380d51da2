"""A cluster by URL, and how its failures read."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from aiokafka import errors

from shared.ports.errors import EngineUnavailable

Options = dict[str, Any]

_REQUEST_MS: Final = 10_000
_AWAY: Final = (
    errors.KafkaConnectionError,
    errors.KafkaTimeoutError,
    errors.RequestTimedOutError,
    errors.NodeNotReadyError,
    errors.CoordinatorNotAvailableError,
    errors.NotCoordinatorError,
    errors.LeaderNotAvailableError,
    errors.NotLeaderForPartitionError,
    OSError,
)


def options_of(url: str) -> Options:
    """The client's options for `kafka://user:password@h1:9092,h2:9092?tls=true&sasl=SCRAM-SHA-512`.

    `tls` (with `ca=FILE` for an authority of one's own) and `sasl` (PLAIN, SCRAM-SHA-256 or -512)
    are off unless asked for. Raises ValueError for another URL."""
    parts = urlsplit(url)
    if parts.scheme != "kafka" or not parts.netloc:
        raise ValueError(f"no address of a Kafka cluster: {parts.scheme}://…")
    login, _, hosts = parts.netloc.rpartition("@")
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    options: Options = {"bootstrap_servers": hosts, "request_timeout_ms": _REQUEST_MS}
    secure, sasl = asked.get("tls") == "true", asked.get("sasl")
    if secure:
        options["ssl_context"] = ssl.create_default_context(cafile=asked.get("ca"))
    if sasl is not None:
        user, _, password = login.partition(":")
        options |= {
            "sasl_mechanism": sasl,
            "sasl_plain_username": unquote(user),
            "sasl_plain_password": unquote(password),
        }
    protocol = {(False, False): "PLAINTEXT", (True, False): "SSL",
                (False, True): "SASL_PLAINTEXT", (True, True): "SASL_SSL"}  # fmt: skip
    return options | {"security_protocol": protocol[secure, sasl is not None]}


@contextmanager
def engine_errors() -> Iterator[None]:
    """The client's ways to say that the cluster is away, as the ports' one."""
    try:
        yield
    except _AWAY as away:
        raise EngineUnavailable("Kafka is away") from away


def topic_of(context: str) -> str:
    """The topic of a context's public events."""
    return f"{context}.events"
