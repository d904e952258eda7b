"""A process of its own that draws a picture anew: bytes of a stranger in, pixels and nothing else out.

Started by ``bot.desk.pictures`` with no environment, no files to write and little time.  It imports nothing of ours: whoever takes it over
finds one picture, and a pipe on which anything but a JPEG is thrown away.
"""

import io
import resource
import sys
from typing import Any

#: Bytes of memory, seconds of the processor, open files.
_MEMORY, _SECONDS, _FILES = 1_000_000_000, 10, 32
_SIDES = {"picture": 2048, "preview": 24}
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def _limit() -> None:
    """Before anything is read."""
    limits = {
        resource.RLIMIT_AS: _MEMORY,
        resource.RLIMIT_CPU: _SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: _FILES,
    }
    for name, most in limits.items():
        resource.setrlimit(name, (most, most))


def _load_formats(image: Any) -> None:
    """The library would look for how to read a format, or a turned or double picture, only when it meets one."""
    from PIL import MpoImagePlugin, TiffImagePlugin, WebPImagePlugin  # noqa: F401 - for what the import does

    image.preinit()


def _close_in() -> None:
    """Before the stranger's bytes are read: from here on nothing is opened, no file, no connection, and no process begins."""
    for name in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC):
        resource.setrlimit(name, (0, 0))


def main(kind: str, most_pixels: int) -> None:
    """Read a picture, and write what it shows."""
    _limit()
    from PIL import Image, ImageFilter, ImageOps  # under the limits already

    _load_formats(Image)
    _close_in()
    Image.MAX_IMAGE_PIXELS = None  # a warning of the library's own; the limit is ours
    side = _SIDES[kind]
    with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=_FORMATS) as given:
        if given.width * given.height > most_pixels:
            sys.exit(2)
        given.draft("RGB", (side, side))  # a JPEG is decoded small; others know no draft
        given.load()
        turned = ImageOps.exif_transpose(given).convert("RGBA")
    turned.thumbnail((side, side))
    # A new picture has pixels and nothing else: no place, no time, no device, no thumbnail, no profile, no comment.
    clean = Image.new("RGB", turned.size, "white")
    clean.paste(turned, mask=turned)
    if kind == "preview":
        clean = clean.filter(ImageFilter.GaussianBlur(2))
    drawn = io.BytesIO()
    clean.save(drawn, "JPEG", quality=88, subsampling=0)
    sys.stdout.buffer.write(drawn.getvalue())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
