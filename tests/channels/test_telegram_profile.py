"""What Telegram shows in a chat list: each language in its own words, and nothing sent that is there already."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import Bot

from bot.channels.telegram import build_bot, publish_profile
from bot.ports import Profile
from bot.responses import load_mission
from tests.standins.telegram import TOKEN, TelegramStandIn

MISSION = Path(__file__).resolve().parents[2] / "missions" / "podgorica.toml"


@pytest.fixture
async def api() -> AsyncIterator[TelegramStandIn]:
    server = await TelegramStandIn().start()
    yield server
    await server.stop()


@pytest.fixture
async def bot(api: TelegramStandIn) -> AsyncIterator[Bot]:
    built = build_bot(TOKEN, api.url)
    async with built:
        yield built


async def test_every_language_of_the_mission_has_its_own_commands(api: TelegramStandIn, bot: Bot) -> None:
    await publish_profile(bot, load_mission(MISSION).shown())
    told = {call.get("language_code"): call["commands"] for call in api.called("setMyCommands")}
    assert told.keys() == {None, "en", "sr", "hr", "bs", "sq", "ru"}
    assert "Jezik i pismo" in str(told["sr"]) and told["sr"] == told["hr"] == told["bs"]
    assert told[None] == told["en"], "a phone in another language sees the mission's first one"
    assert "Erase" in str(told["en"])


async def test_names_and_descriptions_are_those_of_the_language(api: TelegramStandIn, bot: Bot) -> None:
    await publish_profile(bot, load_mission(MISSION).shown())
    named = {call.get("language_code"): call["name"] for call in api.called("setMyName")}
    assert (named[None], named["en"], named["ru"]) == ("Info desk", "Info desk", "Справка")
    described = {call.get("language_code"): call["description"] for call in api.called("setMyDescription")}
    assert described["sq"].startswith("Përgjigjet")


async def test_what_telegram_holds_already_is_not_sent_again(api: TelegramStandIn, bot: Bot) -> None:
    await publish_profile(bot, {"": Profile(name="Old name", description="")})
    assert [call for call in api.calls if call.startswith("setMy")] == []
    await publish_profile(bot, {"": Profile(name="New name", description="")})
    assert len(api.called("setMyName")) == 1, "control"


async def test_cyrillic_alone_is_shown_to_phones_in_serbian(api: TelegramStandIn, bot: Bot) -> None:
    await publish_profile(bot, {"": Profile(name="Old name", description=""), "sr_Cyrl_ME": Profile(name="Инфо", description="")})
    assert {call["language_code"] for call in api.called("setMyName")} == {"sr", "hr", "bs"}


async def test_a_refusal_leaves_the_rest_of_the_profile(api: TelegramStandIn, bot: Bot) -> None:
    api.faults["setMyCommands"].append((400, {"ok": False, "error_code": 400, "description": "Bad Request: BOT_COMMAND_INVALID"}))
    await publish_profile(bot, {"": Profile(name="New name", description="x", commands={"help": "h"})})
    assert len(api.called("setMyName")) == 1
