"""Files to upload: a scanned certificate as a picture, and a contract as a PDF."""

import io
from typing import Final

from PIL import Image, ImageDraw

_SIZE: Final = (480, 320)


def scan(seal: int) -> bytes:
    """A PNG that looks like a paper with a seal; `seal` makes it one of its own."""
    return _saved(_drawn(seal), "PNG")


def document(seal: int) -> bytes:
    """The same as a PDF of one page."""
    return _saved(_drawn(seal), "PDF")


def _drawn(seal: int) -> Image.Image:
    picture = Image.new("RGB", _SIZE, "#fdfcf7")
    draw = ImageDraw.Draw(picture)
    for line in range(6):
        draw.line([(40, 60 + 30 * line), (440 - 37 * (seal + line) % 120, 60 + 30 * line)], "#555")
    draw.ellipse([330, 210, 430, 310], outline="#c22", width=4)
    draw.text((365, 252), f"{seal:04d}", fill="#c22")
    return picture


def _saved(picture: Image.Image, form: str) -> bytes:
    file = io.BytesIO()
    picture.save(file, form)
    return file.getvalue()
