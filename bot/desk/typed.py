"""Words on a case's page that have not gone: they stand in their boxes again when the page is shown the next time."""

import hashlib
from dataclasses import replace

from bot.desk.auth import Visit
from bot.desk.shelf import Typed, typed_in
from bot.usecases.sign_in import Entered


def of_browser(visit: Visit) -> str | None:
    """The owner of what waits for a browser whose session is over; None: it was never signed in."""
    token = visit.request.cookies.get(visit.desk.cookie("session"), "")
    return f"browser:{hashlib.sha256(token.encode()).hexdigest()}" if token else None


def waits(visit: Visit) -> bool:
    """Whether words wait for whoever signs in again here."""
    owner = of_browser(visit)
    return owner is not None and bool(visit.desk.typed.of(owner, visit.desk.house.clock.now()))


def bring(visit: Visit, entered: Entered) -> None:
    """Whoever typed them has them in the new session; nobody else has."""
    owner, typed, now = of_browser(visit), visit.desk.typed, visit.desk.house.clock.now()
    if owner is None:
        return
    for reference, words in typed.of(owner, now).items():
        if words.account == entered.account.id:
            typed.put(entered.session.id, reference, words, now)
    typed.drop(owner)


def waiting(visit: Visit, reference: str) -> Typed:
    """What has not gone of this case."""
    return visit.desk.typed.look(visit.mine.id, reference, visit.desk.house.clock.now()) or Typed()


def keep(visit: Visit, reference: str) -> None:
    """Keep what stands in the boxes of the form for answer and note; a box that it has not stays as it was."""
    boxes = {name: words for name, words in typed_in(visit.request.scope["path"], visit.form).items() if name != "reason"}
    if boxes:
        put(visit, reference, replace(waiting(visit, reference), **boxes))


def put(visit: Visit, reference: str, words: Typed) -> None:
    """In the place of what was kept of this case; where nothing is left, nothing is kept."""
    now = visit.desk.house.clock.now()
    if words.all:
        visit.desk.typed.put(visit.mine.id, reference, words, now)
    else:
        visit.desk.typed.take(visit.mine.id, reference, now)


def gone(visit: Visit, reference: str, *, note: bool = False) -> None:
    """The words of the answer, or of the note, are sent or kept: they do not stand in their box any more."""
    kept = waiting(visit, reference)
    put(visit, reference, replace(kept, note="") if note else replace(kept, draft=""))
