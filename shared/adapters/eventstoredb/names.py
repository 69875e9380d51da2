"""Streams of ours as streams of the cluster, and the server-side filters over their names."""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

LOG_STREAM: Final = "platform-log"
"""Holds one event, with the log's id; no stream of any context."""

_NAMESPACE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class Names:
    """With a namespace `n`, stream `case-1` lies in the cluster as `n.case-1`: several platforms
    may share one cluster, each with a log of its own."""

    def __init__(self, namespace: str = "") -> None:
        """Raises ValueError unless the namespace is of letters, digits and `_`."""
        if namespace and not _NAMESPACE.fullmatch(namespace):
            raise ValueError("a namespace is made of letters, digits and underscores")
        self._prefix = f"{namespace}." if namespace else ""

    @classmethod
    def of_url(cls, url: str) -> "Names":
        """The URL's path is the namespace."""
        return cls(urlsplit(url).path.strip("/"))

    def stored(self, stream: str) -> str:
        """The name in the cluster."""
        return self._prefix + stream

    def plain(self, stored: str) -> str:
        """The name outside of it."""
        return stored.removeprefix(self._prefix)

    def pattern(self, categories: Sequence[str] = ()) -> str:
        """A regular expression, without anchors, for the streams of the categories, or of all:
        of no other namespace, none of the server's own, and not the log's."""
        if categories:
            which = "|".join(re.escape(category) for category in categories)
        else:
            which = rf"(?!\$|{LOG_STREAM}$)[^.\-]+"
        # One group: the client joins several patterns without one, and anchors the outer two only.
        return rf"{re.escape(self._prefix)}(?:{which})(?:-.*)?"
