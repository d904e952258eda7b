"""What Telegram shows of the bot to whoever looks at the chat list: name, description and commands, by the language of the phone."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.domain.cyrillic import CYRILLIC, LATIN
from bot.ports import Profile

#: Telegram knows languages by two letters, and no scripts; Montenegrin it does not know at all.
_SOUTH = ("sr", "hr", "bs")


async def publish_profile(bot: Bot, profiles: Mapping[str, Profile]) -> None:
    """Every language's profile; the one under the empty name is for phones in any other language.

    Discreet, because a chat list gives a defender away.  What Telegram holds already is not sent again: it allows few changes of a name a
    day.  What it refuses is left as it is.
    """
    for code, profile in _by_code(profiles):
        with contextlib.suppress(TelegramError):
            await _commands(bot, profile.commands, code)
        with contextlib.suppress(TelegramError):
            await _description(bot, profile.description, code)
        with contextlib.suppress(TelegramError):
            if (await bot.get_my_name(language_code=code)).name != profile.name:
                await bot.set_my_name(profile.name, language_code=code)


def _by_code(profiles: Mapping[str, Profile]) -> Iterator[tuple[str | None, Profile]]:
    for locale, profile in profiles.items():
        for code in _codes(locale, profiles):
            yield code, profile


def _codes(locale: str, profiles: Mapping[str, Profile]) -> Sequence[str | None]:
    if not locale:
        return (None,)
    if locale == CYRILLIC and LATIN in profiles:
        return ()
    return _SOUTH if locale in {LATIN, CYRILLIC} else (locale[:2],)


async def _commands(bot: Bot, commands: Mapping[str, str], code: str | None) -> None:
    wanted = tuple(BotCommand(name, text) for name, text in commands.items())
    if wanted and await bot.get_my_commands(language_code=code) != wanted:
        await bot.set_my_commands(wanted, language_code=code)


async def _description(bot: Bot, description: str, code: str | None) -> None:
    """Both that Telegram has: the one in an empty chat, and the one on the profile."""
    if (await bot.get_my_short_description(language_code=code)).short_description != description:
        await bot.set_my_short_description(description, language_code=code)
    if (await bot.get_my_description(language_code=code)).description != description:
        await bot.set_my_description(description, language_code=code)
