"""What any port may raise."""


class EngineUnavailable(Exception):
    """The engine behind a port is away for now: callers answer 503, workers pause and try again."""
