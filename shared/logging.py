"""Log lines as JSON, with the correlation id and without personal data."""

import logging
import sys
import traceback
from typing import Final

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_PERSONAL: Final = frozenset(
    {"name", "mobile", "document_number", "password", "code", "token", "email", "address",
     "birth_date", "account_name", "answer", "text", "body"}
)  # fmt: skip


def configure_logging(level: str = "INFO", *, json: bool = True) -> None:
    """Once a process: structlog and the standard library write the same lines to stderr."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_values,
        _guard,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(
            serializer=lambda e, **_: orjson.dumps(e, default=str).decode()
        )
        if json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    for chatty in ("httpx", "aiokafka", "pymongo"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def where(error: BaseException) -> list[str]:
    """An exception's way through the code, without its words: they may hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{f.filename}:{f.lineno} {f.name}" for f in frames[-8:]]


def _without_values(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["where"] = where(error)
    return event


def _guard(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for key in _PERSONAL & event.keys():
        event[key] = "…"
    return event
