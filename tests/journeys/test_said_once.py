"""Nothing said earlier in an emergency is repeated when a new kind has a reply of its own."""

import pytest

from bot.domain.message import ChannelName
from tests.journeys.house import Home


@pytest.mark.parametrize("channel", [ChannelName.SIGNAL, ChannelName.TELEGRAM])
async def test_the_reply_to_a_new_kind_has_what_to_do_and_no_second_reference(home: Home, channel: ChannelName) -> None:
    await home.enrols()
    first = "\n".join(await home.says("they are breaking the door", channel=channel))
    second = "\n".join(await home.says("police arrested me just now", channel=channel))
    assert "I cannot promise" in first
    assert "reference" in first, "the control: the first reply has all"
    assert "lawyer" in second
    assert "rung" in second or "trying to reach" in second, "the truth about people is told anew"
    for said in ("I have read", "reference", "I cannot promise"):
        assert said not in second
