"""A real run on each messenger with its stand-in on the wire: ``python -m tests.standins.transcript`` prints what each side saw."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.standins.signal import ACCOUNT, PERSON, SignalStandIn
from tests.standins.telegram import TOKEN, TelegramStandIn

ROOT = Path(__file__).resolve().parents[2]
SECRET = "transcript-secret-1234"
WEBHOOK_PORT = 18_181
OFFICER = 900
TELEGRAM = ["/start", "Who counts as a human rights defender?", "two men are asking the neighbours which flat is mine", "1"]
SIGNAL = ["Good evening. Police are breaking our door right now"]
Say = Callable[[str], Awaitable[None]]


def settings(folder: Path, telegram: TelegramStandIn, signal: SignalStandIn) -> dict[str, str]:
    """The environment of a house with both messengers."""
    return {
        "DL_DATA_DIR": str(folder / "data"),
        "DL_MASTER_KEY_FILE": str(folder / "master.key"),
        "DL_MISSION_FILE": str(ROOT / "missions" / "podgorica.toml"),
        "DL_TELEGRAM_TOKEN": TOKEN,
        "DL_TELEGRAM_API_URL": telegram.url,
        "DL_SIGNAL_ACCOUNT": ACCOUNT,
        "DL_SIGNAL_API_URL": signal.url,
        "DL_SIGNAL_WEBHOOK_LISTEN": f"127.0.0.1:{WEBHOOK_PORT}",
        "DL_SIGNAL_WEBHOOK_SECRET": SECRET,
    }


def command(env: dict[str, str], *words: str) -> str:
    """What ``python -m bot WORDS`` says on standard output."""
    done = subprocess.run([sys.executable, "-m", "bot", *words], cwd=ROOT, env=os.environ | env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


async def grows(seen: Callable[[], int], than: int) -> None:
    """Wait until there is more of it, and then until it has stopped growing."""
    async with asyncio.timeout(60):
        while seen() <= than:
            await asyncio.sleep(0.1)
        while True:
            now = seen()
            await asyncio.sleep(1.0)
            if seen() == now:
                return


async def talk(name: str, lines: list[str], say: Say, texts: Callable[[], list[str]]) -> None:
    """Play one side and print both."""
    print(f"\n--- {name} ---")
    for line in lines:
        before = len(texts())
        await say(line)
        await grows(lambda: len(texts()), before)
        print(f"\n> {line}\n")
        print("\n\n".join(texts()[before:]))


async def main() -> None:
    """One house, two messengers, an officer."""
    telegram, signal = await TelegramStandIn().start(), await SignalStandIn().start()
    signal.webhook = f"http://127.0.0.1:{WEBHOOK_PORT}/signal/{SECRET}"
    with tempfile.TemporaryDirectory() as name:
        env = settings(Path(name), telegram, signal)
        Path(env["DL_DATA_DIR"]).mkdir()
        await asyncio.to_thread(command, env, "migrate")
        code = await asyncio.to_thread(command, env, "officer", "enrol", "Ana")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=ROOT, env=os.environ | env, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            await _play(telegram, signal, code)
        finally:
            process.terminate()
            await process.wait()
    await telegram.stop()
    await signal.stop()


async def _play(telegram: TelegramStandIn, signal: SignalStandIn, code: str) -> None:
    async def on_telegram(text: str) -> None:
        telegram.arrives(telegram.message(text))

    async def on_signal(text: str) -> None:
        while not (await signal.push(signal.frame(text)))[0]:
            await asyncio.sleep(0.5)

    async def as_officer(text: str) -> None:
        telegram.arrives(telegram.message(text, chat=OFFICER))

    await talk("the officer, on Telegram", [code], as_officer, lambda: telegram.texts(OFFICER))
    await talk("a defender, on Telegram", TELEGRAM, on_telegram, telegram.texts)
    alerted = len(telegram.texts(OFFICER))
    await talk("a defender, on Signal", SIGNAL, on_signal, lambda: signal.texts(PERSON))
    await grows(lambda: len(telegram.texts(OFFICER)), alerted)
    print("\n--- the officer's phone ---\n\n" + "\n\n".join(telegram.texts(OFFICER)[alerted:]))
    reference = telegram.texts(OFFICER)[-1].split()[0]
    await talk("the officer, on Telegram", [f"ack {reference}"], as_officer, lambda: telegram.texts(OFFICER))


if __name__ == "__main__":
    asyncio.run(main())
