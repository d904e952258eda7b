"""Fetching a file from Telegram.  The address of a file holds the token: it is never logged, and no error carries it."""

from telegram import Bot, File
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from bot.channels import LARGEST_FILE
from bot.domain.errors import SendFailed, TryLater, Unreachable

#: Twenty megabytes over a slow line.
_SECONDS = 240.0


async def fetch(bot: Bot, handle: str) -> bytes:
    """The file behind a handle, by way of the configured server root."""
    try:
        file = await bot.get_file(handle)
    except TelegramError as error:
        raise _why(error) from None
    _refuse_large(file.file_size or 0)
    content = await _downloaded(file)
    _refuse_large(len(content))
    return content


async def _downloaded(file: File) -> bytes:
    try:
        return bytes(await file.download_as_bytearray(read_timeout=_SECONDS))
    except InvalidToken:
        raise Unreachable("gone") from None  # so 404 is read; the token was good a moment ago
    except TelegramError as error:
        raise _why(error) from None


def _refuse_large(size: int) -> None:
    if size > LARGEST_FILE:
        raise Unreachable("too_large")


def _why(error: TelegramError) -> SendFailed:
    if isinstance(error, BadRequest) and "too big" in str(error).lower():
        return Unreachable("too_large")
    if isinstance(error, BadRequest | Forbidden):
        return Unreachable("gone")
    return TryLater("refused" if isinstance(error, InvalidToken) else "broken")
