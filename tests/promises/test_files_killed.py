"""The running program fetches files by itself; killed over one, it fetches it again; and nothing of it lies on the disk in clear."""

import asyncio
import hashlib
import sqlite3

from bot.workers.work import FETCHERS
from tests.journeys.files import COMMENT, DEVICE, PLACE, jpeg
from tests.promises.processes import until
from tests.promises.search import folder, hits
from tests.promises.test_killed import OFFICER, Scene, scene

__all__ = ["scene"]


def states(scene: Scene) -> list[str]:
    with sqlite3.connect(scene.program.database) as connection:
        found = [row[0] for row in connection.execute("SELECT state FROM attachments ORDER BY wanted_at")]
    connection.close()
    return found


def rung(scene: Scene) -> bool:
    return any(" E1 " in text for text in scene.telegram.texts(OFFICER))


async def test_files_that_hang_hold_up_no_alarm_and_a_worker_killed_over_them_fetches_them_again(scene: Scene) -> None:
    """One running program for both: a start takes long on a busy machine."""
    scene.signal.slow = asyncio.Event()
    for name in ("one.jpeg", "two.jpeg", "three.jpeg"):
        scene.signal.files[name] = jpeg()
        photo = {"contentType": "image/jpeg", "filename": "../../etc/passwd", "id": name, "size": len(jpeg())}
        assert await scene.signal.push(scene.signal.frame("thank you very much", attachments=[photo])) == [True]
    await until(lambda: len(scene.signal.fetched) == FETCHERS, "every fetcher hangs")
    assert not rung(scene)
    await scene.signal.push(scene.signal.frame("police are at my door right now"))
    await until(lambda: rung(scene), "the officer is rung")
    assert states(scene) == ["wanted"] * 3
    await scene.kills("worker")
    scene.signal.slow.set()
    await until(lambda: states(scene) == ["kept"] * 3, "the files are kept")
    assert len(scene.signal.fetched) == 3 + FETCHERS
    await until(lambda: not scene.signal.files, "they are deleted from the disk of the REST API")
    secrets = (DEVICE, COMMENT, PLACE, jpeg()[:60], hashlib.sha256(jpeg()).hexdigest(), "etc/passwd")
    assert hits(secrets, folder(scene.program.folder)) == []
    (scene.program.folder / "control").write_bytes(jpeg())
    assert len(hits(secrets[:4], folder(scene.program.folder))) == 4, "control"
