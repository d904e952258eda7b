"""Long texts hold nobody up, and nothing of them that was not read is taken for harmless."""

import asyncio
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.dialogue.understand import without_model
from bot.domain.clock import SystemClock
from bot.domain.ids import ConversationId, MessageId, new_id
from bot.domain.message import Kind, Message
from bot.domain.understanding import Action, RuleHit
from bot.ports import Rules
from bot.usecases.house import House
from bot.usecases.longtexts import LongTexts, Searched
from bot.usecases.understand import hear, hear_all
from bot.workers.couriers import Couriers
from bot.workers.work import _responder
from tests.fakes import FakeClock
from tests.journeys.house import Home

CRY = "they are breaking the door"
#: 64 KiB that become 393,210 letters, and 64 KiB that take time by the square to bring in order.
GROWING = "\ufdfa" * 21_845
DISORDERED = "\u0301\u0323" * 16_384
#: As many signs of small talk as Signal carries.
CALM = ("we had a nice day at the sea and the children liked it very much. " * 1_000)[:65_536]


def _message(text: str, conversation: str = "c") -> Message:
    return Message(
        id=MessageId(new_id()), conversation=ConversationId(conversation), seq=1, kind=Kind.TEXT, text=text, received_at=FakeClock().now()
    )  # fmt: skip


class Watched:
    """The rules, noting how much they are given at once, and in which turn of the loop."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.calls: list[tuple[int, int]] = []
        self.turn = 0

    def _note(self, text: str) -> None:
        self.calls.append((self.turn, len(unicodedata.normalize("NFKC", text))))

    def match(self, text: str) -> tuple[RuleHit, ...]:
        self._note(text)
        return self._rules.match(text)

    def marks(self, text: str) -> frozenset[str]:
        self._note(text)
        return self._rules.marks(text)

    async def turns(self) -> None:
        while True:
            self.turn += 1
            await asyncio.sleep(0)

    def at_once(self) -> int:
        """The most letters that were read in one turn of the loop."""
        return max(sum(letters for turn, letters in self.calls if turn == each) for each, _ in self.calls)


async def _naive(house: House, messages: Sequence[Message]) -> None:
    for message in messages:
        house.rules.match(message.text)


@pytest.mark.parametrize(("read", "holds"), [(hear_all, True), (_naive, False)])
async def test_no_more_than_a_piece_is_read_before_everybody_else_has_a_turn(home: Home, read: object, holds: bool) -> None:
    rules = Watched(home.house.rules)
    house = replace(home.house, rules=rules)
    ticking = asyncio.create_task(rules.turns())
    await asyncio.gather(*(read(house, [_message(text, name)] * 2) for name, text in {"a": GROWING, "b": CALM + CRY}.items()))  # type: ignore[operator]
    ticking.cancel()
    assert (rules.at_once() <= 2_000) is holds


async def test_a_short_message_takes_no_turn(home: Home) -> None:
    """It is read without waiting for anybody; a long one waits."""
    with pytest.raises(StopIteration):
        hear(home.house, _message(CRY)).send(None)
    waiting = hear(home.house, _message(CALM))
    waiting.send(None)
    waiting.close()


@pytest.mark.parametrize("place", [0, 1_990, 30_000, 63_400, 65_536])
async def test_an_emergency_is_found_wherever_in_a_long_text_it_stands(home: Home, place: int) -> None:
    heard = await hear(home.house, _message(f"{CALM[:place]} {CRY} . {CALM[place:]}"))
    assert heard.understanding.action is Action.ALERT
    assert (await hear(home.house, _message(CALM))).understanding.action is Action.CHAT


@pytest.mark.parametrize(("place", "action"), [(0, Action.ALERT), (30_000, Action.ASK_DANGER), (65_536, Action.ALERT)])
async def test_what_is_not_read_for_want_of_time_is_asked_about(home: Home, place: int, action: Action) -> None:
    """Beginning and end are always read; the model takes all of it for a greeting."""
    for _ in range(5):
        await hear(home.house, _message(CALM))
    meaning = (await hear(home.house, _message(f"{CALM[:place]} {CRY} . {CALM[place:]}"))).understanding
    assert meaning.action is action
    assert meaning.ring_if_silent or meaning.action is Action.ALERT
    assert (await hear(home.house, _message(CALM, "another"))).understanding.action is Action.CHAT


async def test_no_command_hides_what_a_long_text_says(home: Home) -> None:
    spaces = " " * 5_000
    for text in (f"/help{spaces}{CRY}", f"/forget{spaces}{CRY}{spaces}no", f"no{spaces}{CRY}{spaces}no"):
        assert (await hear(home.house, _message(text))).understanding.action is Action.ALERT
    assert (await hear(home.house, _message("help " * 2_000))).understanding.action is Action.ASK_DANGER


class AtOnce(LongTexts):
    """The control: a long text is read as a short one is."""

    async def search(self, rules: Rules, conversation: ConversationId, text: str) -> Searched:
        without_model(text, Kind.TEXT, ())
        return Searched(hits=rules.match(text), read=(text[:1_000],))


class RealTime(FakeClock):
    """The clock on the wall, which no test moves."""

    def now(self):  # type: ignore[no-untyped-def]
        return SystemClock().now()

    def move(self, **delta: float) -> None:
        del delta


async def _flood(home: Home, until: asyncio.Event) -> None:
    """Two senders, six messages a second together, as fast as they are kept and no faster."""
    texts = [GROWING, DISORDERED]
    number = 0
    while not until.is_set():
        await home.writes(texts[number // 2 % 2], sender=f"70{number % 2}")
        number += 1
        await asyncio.sleep(1 / 6)


async def _answered(home: Home, sender: str, within: float) -> bool:
    end = asyncio.get_running_loop().time() + within
    while asyncio.get_running_loop().time() < end:
        if home.alerts(sender):
            return asyncio.get_running_loop().time() < end
        await asyncio.sleep(0.02)
    return False


@pytest.mark.alone
@pytest.mark.parametrize("reads", [LongTexts, AtOnce])
async def test_a_flood_of_texts_that_grow_holds_up_nobody_elses_cry(home: Home, reads: type[LongTexts]) -> None:
    home.house = replace(home.house, clock=RealTime(), long_texts=reads())
    stop = asyncio.Event()
    couriers = Couriers(house=home.house, channels=home.channels).dispatcher()
    workers = (_responder(home.house).run(home.house, stop), couriers.run(home.house, stop))
    everybody = [asyncio.create_task(each) for each in (*workers, _flood(home, stop))]
    await asyncio.sleep(2)
    answered = []
    for sender in ("800", "801"):
        end = asyncio.get_running_loop().time() + 2
        await home.writes(CRY, sender=sender)
        answered.append(await _answered(home, sender, end - asyncio.get_running_loop().time()))
    for each in everybody:
        each.cancel()
    await asyncio.gather(*everybody, return_exceptions=True)
    assert all(answered) is (reads is LongTexts)
