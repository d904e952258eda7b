"""The terminal in an officer's own language: sentences where they are asked for, refusals always."""

import shutil
from pathlib import Path

import pytest

from bot.domain.message import ChannelName
from tests.journeys.test_terminal import Terminal, _case, terminal
from tests.promises.processes import ROOT

__all__ = ["terminal"]  # the fixture


async def _sentences(terminal: Terminal, *words: str) -> list[str]:
    code, said, complained = await terminal.types("queue", "--words", *words)
    assert code == 0, complained
    return said.splitlines()


async def test_an_officer_reads_the_queue_and_a_case_in_sentences(terminal: Terminal) -> None:
    reference = await _case(terminal, ChannelName.SIGNAL)
    (line,) = await _sentences(terminal, "--lang", "cnr", "list")
    assert line.startswith(f"{reference} · hitno · prijetnja smrću · niko još nije potvrdio da je čuo · ovdje od ")
    assert line.endswith(" · Signal · engleski")
    head, *lines = await _sentences(terminal, "--lang", "ru", "show", reference)
    start = next(place for place, line in enumerate(lines) if " · правозащитник" in line)
    facts, first, more = lines[:start], lines[start], lines[start + 1 :]
    assert facts[0].startswith("можно ли сюда писать без опасности: своими словами ("), "the voice message is an answer"
    assert head.startswith(f"{reference} · экстренно · угроза убийством · ждёт сотрудника · почему: ")
    assert first.endswith(" · правозащитник: they sent me a death threat")
    assert any(" · правозащитник · голосовое сообщение" in each for each in more)
    assert any(each.startswith("    вложение 2.1: audio/aac · 6\xa0300 байт · ") for each in more), "and what became of it"


async def test_without_asking_programs_still_get_json_lines(terminal: Terminal) -> None:
    reference = await _case(terminal, ChannelName.SIGNAL)
    (line,) = await terminal.lines("queue", "--lang", "sq", "list")
    assert (line["reference"], line["cls"], line["kind"]) == (reference, "E1", "death_threat")


async def test_a_refusal_is_told_in_the_language_that_was_asked_for(terminal: Terminal) -> None:
    await _case(terminal, ChannelName.SIGNAL)
    told = {}
    for language in ("en", "sr", "sr-Cyrl", "sq", "ru"):
        code, said, told[language] = await terminal.types("queue", "--lang", language, "claim", "222-222")
        assert (code, said) == (1, "")
    assert told == {
        "en": "no such handoff in your queue\n",
        "sr": "takvog slučaja nema u Vašem redu\n",
        "sr-Cyrl": "таквог случаја нема у Вашем реду\n",
        "sq": "një rast i tillë nuk është në radhën tuaj\n",
        "ru": "такого обращения в вашей очереди нет\n",
    }


async def test_a_language_without_words_is_refused_with_those_that_have_some(terminal: Terminal) -> None:
    code, said, told = await terminal.types("queue", "--lang", "tr", "claim", "no reference")
    assert (code, said) == (1, "")
    assert "there are no words in that language" in told
    assert "sr_Latn_ME (crnogorski)" in told


@pytest.mark.parametrize(("language", "said"), [("sq", "shenja duket kështu: K7T-42M\n"), (None, "a reference looks like K7T-42M\n")])
async def test_officers_read_the_language_that_the_mission_set_for_them(terminal: Terminal, language: str | None, said: str) -> None:
    mission = Path(shutil.copy(ROOT / "missions" / "podgorica.toml", terminal.folder / "mission.toml"))
    if language:
        mission.write_text(f'officer_language = "{language}"\n{mission.read_text("utf-8")}', "utf-8")
    terminal.program.env["DL_MISSION_FILE"] = str(mission)
    code, _, told = await terminal.types("queue", "claim", "nonsense")
    assert (code, told) == (1, said)
    assert (await terminal.types("queue", "--lang", "en", "claim", "nonsense"))[2] == "a reference looks like K7T-42M\n"
