"""Small pictures of uploaded files, made in a process of their own.

A file is somebody else's, and decoders of pictures and PDFs have had holes: what goes wrong there
goes wrong in a process that holds nothing.
"""

import asyncio
import io
import resource
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import get_context
from typing import Any, Final

from fastapi import Response
from PIL import Image, ImageOps

_SIDE: Final = 480
_MOST_PIXELS: Final = 80_000_000
_PATIENCE_SECONDS: Final = 10.0
_LONGEST_SECONDS: Final = 5
_MOST_MEMORY: Final = 2 * 2**30
_TASKS: Final = 200

THUMBNAIL: Final[dict[str, Any]] = {
    "response_class": Response,
    "responses": {200: {"description": "A small picture", "content": {"image/jpeg": {}}}},
}
"""How a route that answers with a thumbnail is documented."""


class NoThumbnail(Exception):
    """The file cannot be shown small."""


async def thumbnail(data: bytes, media_type: str) -> bytes:
    """A JPEG of at most 480 pixels a side: a picture upright and without its metadata (EXIF), a
    PDF's first page. Raises NoThumbnail."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await loop.run_in_executor(_pool(), _made, data, media_type)
    except BrokenProcessPool as died:
        _pool.cache_clear()
        raise NoThumbnail from died
    except (TimeoutError, ValueError, OSError, MemoryError) as unreadable:
        raise NoThumbnail from unreadable


@cache
def _pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        1, mp_context=get_context("spawn"), initializer=_bound, max_tasks_per_child=_TASKS
    )


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS


def _made(data: bytes, media_type: str) -> bytes:
    # Nobody catches the alarm: a decoder that does not end takes its process with it.
    signal.alarm(_LONGEST_SECONDS)
    try:
        picture = _first_page(data) if media_type == "application/pdf" else Image.open(_file(data))
        upright = ImageOps.exif_transpose(picture) or picture
        upright.thumbnail((_SIDE, _SIDE))
        # Pixels alone go into the new picture: no EXIF, no profile, no comment.
        small = io.BytesIO()
        _on_white(upright).save(small, "JPEG", quality=80)
        return small.getvalue()
    except Exception as unreadable:
        # Decoders raise of every kind, and not all of it can be sent to another process.
        raise ValueError(type(unreadable).__name__) from None
    finally:
        signal.alarm(0)


def _first_page(data: bytes) -> Image.Image:
    import pypdfium2  # type: ignore[import-untyped]

    document = pypdfium2.PdfDocument(data)
    page = document[0]
    scale = min(2.0, 2 * _SIDE / max(*page.get_size(), 1.0))
    picture: Image.Image = page.render(scale=scale).to_pil()
    return picture


def _on_white(picture: Image.Image) -> Image.Image:
    coloured = picture.convert("RGBA")
    white = Image.new("RGBA", coloured.size, "white")
    white.alpha_composite(coloured)
    return white.convert("RGB")


def _file(data: bytes) -> io.BytesIO:
    return io.BytesIO(data)
