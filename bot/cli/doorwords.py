"""What is said at the terminal's door, in the officer's language; pure.  Every word comes from ``locales/``."""

from bot.locales import Words


def sign_in_first(words: Words, command: str) -> str:
    """Officers have accounts, and nobody is signed in here."""
    return words.gettext("sign in first, on a terminal: {command}", command=command)


def renews(words: Words, address: str) -> str:
    """A recovery code was used."""
    return words.gettext("a recovery code was used: first make a new second factor at the desk, {address}", address=address)


def not_for_administrators(words: Words) -> str:
    """The account is nobody's who reads conversations."""
    return words.gettext("administrators see no conversation: an officer's account is needed")


def somebody_else(words: Words, name: str) -> str:
    """``--as`` names another person than the one who has signed in."""
    return words.gettext("you are signed in as {name}: nobody acts as another", name=name)


def too_often(words: Words, seconds: int) -> str:
    """As at the desk's door."""
    minutes = -(-seconds // 60)
    return words.ngettext(
        "Too many tries. The next one is looked at in {n} minute.", "Too many tries. The next one is looked at in {n} minutes.", minutes
    )


def no_place(words: Words, name: str) -> str:
    """There is no folder in which a session could be kept."""
    return words.gettext("there is no place to keep it ({name} is not set): each command asks", name=name)


def signed_in(words: Words, name: str) -> str:
    """From now on."""
    return words.gettext("signed in as {name}; half an hour without a command ends it", name=name)


def signed_out(words: Words) -> str:
    """Ended."""
    return words.gettext("signed out")
