"""``queue sign-in`` and ``queue sign-out``: for half an hour no command asks again."""

import click

from bot.cli import doorwords, signing
from bot.cli.common import Told, in_house
from bot.cli.terminal import AS, Terminal, terminal
from bot.usecases import sign_in as use
from bot.usecases.house import House


@click.command("sign-in")
@AS
def sign_in(name: str | None) -> None:
    """Give name, password and code once; half an hour without a command ends it."""
    speaks = terminal()
    signed = in_house(lambda house: _signed_in(house, name, speaks))
    speaks.say({"signed_in": signed}, lambda words: doorwords.signed_in(words, signed))


async def _signed_in(house: House, name: str | None, speaks: Terminal) -> str:
    words = speaks.among(house.catalogues, house.officer_locale)
    entered = await signing.asked(house, name, words)
    try:
        await signing.checked(house, entered, words)
        if not signing.keep(entered.token):
            raise Told(doorwords.no_place(words, "XDG_RUNTIME_DIR"))
    except Told:
        await use.sign_out(house, entered.account, entered.session)
        raise
    return entered.account.name


@click.command("sign-out")
def sign_out() -> None:
    """End it now."""
    speaks = terminal()
    in_house(_signed_out)
    speaks.say({"signed_out": True}, doorwords.signed_out)


async def _signed_out(house: House) -> None:
    token = signing.kept()
    found = await use.visit(house, token, acts=True) if token else None
    if found is not None:
        await use.sign_out(house, *found)
    signing.forget()
