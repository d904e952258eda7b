"""An officer's words to a defender, from the officer's own messenger: never to the wrong one, and never twice."""

from bot.dialogue.officerwords import Said
from bot.dialogue.truth import SILENCE, is_silent
from bot.domain.errors import Refused
from bot.ports import Pending, Transaction
from bot.usecases import handoff
from bot.usecases.casefile import glance
from bot.usecases.officerturn import WAITS, Turn

_SILENT_MINUTES = str(int(SILENCE.total_seconds() // 60))
_WAITS_MINUTES = str(int(WAITS.total_seconds() // 60))


async def say_words(turn: Turn, reference: str | None, text: str) -> None:
    """To the defender of the one case that can be meant; where that is not sure, nothing is sent, and the officer is asked."""
    if reference is not None:
        await _pass_on(turn, reference, text, known=False)
    elif turn.here is not None:
        await _pass_on(turn, turn.here.reference, text, known=False)
    else:
        await _wait(turn, None, text, "officer_which_words", references=", ".join(turn.references), minutes=_WAITS_MINUTES)


async def send(turn: Turn, said: Said) -> None:
    """Send the words that wait: for the case that is named now, or that was found before."""
    waiting = turn.waiting
    if waiting is None or (waiting.reference is not None and said.reference not in (None, waiting.reference)):
        await turn.say("officer_nothing_waits")
        return
    reference = waiting.reference or said.reference
    if reference is None:
        await turn.say("officer_which", references=", ".join(turn.references))
        return
    # Which case it is was asked, not whether the phone is in the right hands: that is asked once more.
    await _pass_on(turn, reference, waiting.text, known=waiting.reference is not None, waited=True)


async def _pass_on(turn: Turn, reference: str, text: str, *, known: bool, waited: bool = False) -> None:
    """To this defender.  ``known``: the officer has been told of a silence, and sends all the same."""
    talk = await glance(turn.house, turn.officer, reference)
    if talk and reference in turn.references and not known and is_silent(talk.last_message_at, turn.now):
        await _wait(turn, reference, text, "officer_silent", minutes=_SILENT_MINUTES, waited=waited)
        return

    async def within(tx: Transaction) -> None:
        await _forget_waiting(tx, turn, waited=waited)
        await turn.answer(tx, "officer_words_held" if talk and talk.key_changed_at else "officer_sent", reference)

    async def refusing(tx: Transaction, refusal: Refused) -> None:
        await _forget_waiting(tx, turn, waited=waited)
        name, more = ("officer_not_first", {}) if refusal.reason == "not_first" else ("officer_words_not_holder", turn.refusal(refusal)[1])
        await turn.answer(tx, name, reference, **more)

    try:
        await handoff.reply(turn.house, turn.officer, reference, text, within=within, refusing=refusing)
    except Refused as refusal:
        if refusal.reason not in {"not_holder", "not_first"}:
            await turn.say("officer_words_no_case", reference)


async def _forget_waiting(tx: Transaction, turn: Turn, *, waited: bool) -> None:
    if waited:
        await tx.officers.keep_pending(turn.officer.id, None)


async def _wait(turn: Turn, reference: str | None, text: str, name: str, *, waited: bool = False, **more: str) -> None:
    """Keep the words until the officer says one more; what waited for the same answer stays before them."""
    before = turn.waiting
    if before is not None and before.reference == reference and not waited:
        text = f"{before.text}\n{text}"
    async with turn.house.store.begin() as tx:
        await tx.officers.keep_pending(turn.officer.id, Pending(text=text, reference=reference, at=turn.now))
        await turn.answer(tx, name, reference or "", **more)
        await tx.commit()
