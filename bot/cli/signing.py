"""Who acts at the terminal: once officers have accounts, whoever has given name, password and second factor, and nobody else.

``queue sign-in`` keeps its session for half an hour without an act (and twelve hours at most) in a file that only its person reads, in
the folder that the system makes for a login and takes away at its end (``XDG_RUNTIME_DIR``).  Without one, each command asks.
"""

import os
import stat
import sys
from hashlib import sha256
from pathlib import Path

import click

from bot.cli import doorwords
from bot.cli.common import Told, officer_named, settings
from bot.domain.account import Account, Session
from bot.domain.errors import NotProven, TooOften
from bot.locales import Words
from bot.ports import Officer
from bot.settings import process_environment
from bot.usecases import sign_in
from bot.usecases.house import House
from bot.usecases.sign_in import Entered, Given

_OTHERS = 0o077


async def acting(house: House, name: str | None, words: Words) -> Officer:
    """The officer who acts.  Before anybody has an officer's account: whom ``--as`` names.  Raises Told."""
    async with house.store.begin() as tx:
        are_there = any(each.role.reads for each in await tx.accounts.all())
    if not are_there:
        return await officer_named(house, name, words)
    known = await _known(house)
    if known is not None:
        return await _officer(house, *known, name, words)
    entered = await asked(house, name, words)
    await sign_in.sign_out(house, entered.account, entered.session)
    return await checked(house, entered, words)


async def _known(house: House) -> tuple[Account, Session] | None:
    token = kept()
    return await sign_in.visit(house, token, acts=True) if token else None


async def checked(house: House, entered: Entered, words: Words) -> Officer:
    """The officer of an account that may act here.  Raises Told."""
    return await _officer(house, entered.account, entered.session, None, words)


async def _officer(house: House, account: Account, session: Session, name: str | None, words: Words) -> Officer:
    if session.renews:
        raise Told(doorwords.renews(words, settings().desk_address))
    if account.officer is None:
        raise Told(doorwords.not_for_administrators(words))
    if name is not None and name.casefold() != account.name.casefold():
        raise Told(doorwords.somebody_else(words, account.name))
    async with house.store.begin() as tx:
        return await tx.officers.get(account.officer)


async def asked(house: House, name: str | None, words: Words) -> Entered:
    """Sign in by what a person types, on a terminal only.  This process does nothing else, so waiting holds nobody up."""
    from bot.desk.proofs import DeskProofs  # a command that asks nothing does not wait for its libraries

    if not sys.stdin.isatty():
        raise Told(doorwords.sign_in_first(words, "python -m bot queue sign-in"))
    given = Given(
        name=name or click.prompt(words.gettext("Name"), err=True),
        password=click.prompt(words.gettext("Password"), hide_input=True, err=True),
        code=click.prompt(words.gettext("Code of the authenticator, or a recovery code"), err=True),
        address="terminal",
        at_terminal=True,
    )
    try:
        return await sign_in.sign_in(house, DeskProofs(), given)
    except NotProven:
        raise Told(words.gettext("Name, password or code is wrong.")) from None
    except TooOften as refusal:
        raise Told(doorwords.too_often(words, refusal.seconds)) from None


def _file() -> Path | None:
    """Where the session is kept; None: nowhere."""
    folder = process_environment().get("XDG_RUNTIME_DIR")
    if not folder or not Path(folder).is_dir():
        return None
    return Path(folder) / f"defender-line-{sha256(settings().database.encode()).hexdigest()[:16]}"


def kept() -> str | None:
    """The token of the session that this person has kept; a file that others could have written is none."""
    file = _file()
    if file is None:
        return None
    try:
        number = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    with os.fdopen(number, encoding="ascii", errors="replace") as source:
        found = os.fstat(source.fileno())
        is_ours = found.st_uid == os.getuid() and not found.st_mode & _OTHERS and stat.S_ISREG(found.st_mode)
        return source.read(256).strip() if is_ours else None


def keep(token: str) -> bool:
    """Keep it for the next commands; False when there is no place for it."""
    file = _file()
    if file is None:
        return False
    forget()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "w") as target:
        target.write(token)
    return True


def forget() -> None:
    """The file is gone."""
    file = _file()
    if file is not None:
        file.unlink(missing_ok=True)
