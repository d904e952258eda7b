"""The random names of things: none of them says who, when or how many."""

import re
import secrets
from typing import NewType

ContactId = NewType("ContactId", str)
ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
HandoffId = NewType("HandoffId", str)
OfficerId = NewType("OfficerId", str)
OutboxId = NewType("OutboxId", str)

#: Digits and letters that look alike in Latin and Cyrillic, so a reference survives being copied by hand in either.
REFERENCE_ALPHABET = "23456789AEKMT"
_CYRILLIC = str.maketrans({"А": "A", "Е": "E", "К": "K", "М": "M", "Т": "T"})


def new_id() -> str:
    """128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def new_reference() -> str:
    """A handoff's public name such as ``K7T-42M``: random, never sequential."""
    letters = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(6))
    return f"{letters[:3]}-{letters[3:]}"


#: Everything that could be a reference, however it is typed.
LIKE_REFERENCE = re.compile(r"(?<!\w)([2-9AEKMTАЕКМТ]{3})[- ]?([2-9AEKMTАЕКМТ]{3})(?!\w)", re.IGNORECASE)


def without_references(text: str) -> str:
    """The text without what could be a reference, whose letters are nobody's words."""
    return LIKE_REFERENCE.sub(" ", text)


def references_in(text: str) -> list[str]:
    """Everything in ``text`` that could be a reference, in its order."""
    found = [parse_reference(match[0]) for match in LIKE_REFERENCE.finditer(text)]
    return [reference for reference in found if reference]


def only_reference(text: str) -> str | None:
    """The reference that is the whole text; None for six digits or letters in a row, which may be a number or a word."""
    found = LIKE_REFERENCE.fullmatch(text.strip().strip("#.,!?"))
    if found is None:
        return None
    mixed = any(map(str.isdecimal, found[0])) and any(map(str.isalpha, found[0]))
    return parse_reference(found[0]) if mixed or "-" in found[0] else None


def parse_reference(text: str) -> str | None:
    """The reference that ``text`` names, however it was typed (Cyrillic look-alikes, no dash), or None."""
    letters = text.strip().strip("#.,!").upper().translate(_CYRILLIC).replace("-", "").replace(" ", "")
    if len(letters) != 6 or any(letter not in REFERENCE_ALPHABET for letter in letters):
        return None
    return f"{letters[:3]}-{letters[3:]}"
