"""A file that an officer broke takes nobody's answer away, not even when a process dies beside it."""

from pathlib import Path

from tests.promises.processes import ROOT, Program, until
from tests.standins.signal import SignalStandIn
from tests.standins.telegram import TelegramStandIn

CHAT = 7_310_554_900


async def test_a_worker_that_dies_beside_a_broken_mission_file_comes_back_and_answers(tmp_path: Path) -> None:
    telegram, signal = await TelegramStandIn().start(), await SignalStandIn().start()
    program = Program(tmp_path, telegram, signal)
    mission = tmp_path / "mission.toml"
    mission.write_bytes((ROOT / "missions" / "podgorica.toml").read_bytes())
    program.env |= {"DL_MISSION_FILE": str(mission), "DL_ALLOW_UNATTENDED": "1"}
    program.start()
    try:
        telegram.arrives(telegram.message("police are breaking my door", chat=CHAT))
        await until(lambda: telegram.texts(CHAT), "the first emergency is answered", 60.0)
        mission.write_text("[mission", "utf-8")
        dead = await program.kill("worker")
        await until(lambda: program.children().get("worker") not in {None, dead}, "the worker is started again")
        telegram.arrives(telegram.message("they are beating my brother in the yard", chat=CHAT + 1))
        await until(lambda: telegram.texts(CHAT + 1), "the next one too", 60.0)
        assert b"content_refused" in (tmp_path / "log").read_bytes()
    finally:
        await program.stop()
        await telegram.stop()
        await signal.stop()
