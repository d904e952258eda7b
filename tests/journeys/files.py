"""Files that people send: real small pictures with everything that a phone writes into them, and the house that fetches them."""

import io
import zlib

from PIL import Image, PngImagePlugin

from bot.domain.message import Attachment, ChannelName, Kind
from bot.ports import Officer
from bot.usecases import attached
from bot.usecases.fetching import fetch_next
from tests.journeys.house import Home

#: What a phone has written into a picture: never to be seen in anything that is shown.
DEVICE = b"KestrelPhone 7"
COMMENT = b"comment of Kestrel"
#: How the place of a picture is marked in it: the pointer to it in EXIF, 42 degrees, 26 minutes, 31 seconds as rationals.
PLACE = b"\x00\x00\x00\x2a\x00\x00\x00\x01\x00\x00\x00\x1a\x00\x00\x00\x01\x00\x00\x00\x1f\x00\x00\x00\x01"


def pattern(size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Something to see: red on the left, blue on the right, with an edge that a blur takes away."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    return picture


def jpeg(size: tuple[int, int] = (320, 240), *, more: bytes = b"") -> bytes:
    """A photograph with device, place, thumbnail and comment; ``more`` follows after its end."""
    exif = Image.Exif()
    exif[0x010F] = DEVICE.decode()
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (42.0, 26.0, 31.0)
    held = io.BytesIO()
    pattern(size).save(held, "JPEG", exif=exif.tobytes(), comment=COMMENT, quality=90)
    return held.getvalue() + more


def png() -> bytes:
    """A picture with words in it."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", COMMENT.decode())
    held = io.BytesIO()
    pattern().save(held, "PNG", pnginfo=words)
    return held.getvalue()


def bomb(side: int = 30_000) -> bytes:
    """A picture of under a megabyte that wants almost a gigabyte."""

    def part(name: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4) + name + content + zlib.crc32(name + content).to_bytes(4)

    row = zlib.compressobj(9)
    rows = b"".join(row.compress(b"\0" * (side + 1)) for _ in range(side)) + row.flush()
    head = side.to_bytes(4) * 2 + bytes((8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


async def sends(
    home: Home, *contents: bytes, text: str = "", channel: ChannelName = ChannelName.SIGNAL, claimed: str = "image/jpeg", **more: object
) -> None:
    """The person sends files in one message, and the house settles; nothing is fetched yet."""
    handles = [f"file-{len(home.channels[channel].files) + number}" for number in range(len(contents))]
    home.channels[channel].files.update(zip(handles, contents, strict=True))
    files = tuple(
        Attachment(content_type=claimed, handle=handle, size=len(content)) for handle, content in zip(handles, contents, strict=True)
    )
    await home.says(text, **({"kind": Kind.PHOTO, "attachments": files, "channel": channel} | more))  # type: ignore[arg-type]  # test values


async def fetched(home: Home) -> None:
    """Everything that is due is fetched."""
    while await fetch_next(home.house, home.channels):
        pass
    await home.settles()


async def kept(home: Home, officer: Officer, reference: str, number: str = "2.1") -> bytes:
    """The original as it lies in the database, past every second person."""
    return await attached.unread_original(home.house, await attached.find(home.house, officer, reference, number))
