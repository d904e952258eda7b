"""The running program fetches files by itself; killed over one, it fetches it again; and nothing of it lies on the disk in clear."""

import asyncio
import hashlib
import sqlite3

from tests.journeys.files import COMMENT, DEVICE, PLACE, jpeg
from tests.promises.processes import until
from tests.promises.search import folder, hits
from tests.promises.test_killed import Scene, scene

__all__ = ["scene"]


def states(scene: Scene) -> list[str]:
    with sqlite3.connect(scene.program.database) as connection:
        found = [row[0] for row in connection.execute("SELECT state FROM attachments ORDER BY wanted_at")]
    connection.close()
    return found


async def test_a_worker_that_is_killed_while_it_fetches_a_file_fetches_it_again_when_it_is_back(scene: Scene) -> None:
    scene.signal.files["ph.jpeg"] = jpeg()
    scene.signal.slow = asyncio.Event()
    photo = {"contentType": "image/jpeg", "filename": "../../etc/passwd", "id": "ph.jpeg", "size": len(jpeg())}
    assert await scene.signal.push(scene.signal.frame("the car", attachments=[photo])) == [True]
    await until(lambda: scene.signal.fetched == ["ph.jpeg"], "the file is asked for")
    assert states(scene) == ["wanted"]
    await scene.kills("worker")
    scene.signal.slow.set()
    await until(lambda: states(scene) == ["kept"], "the file is kept")
    assert scene.signal.fetched == ["ph.jpeg"] * 2
    await until(lambda: not scene.signal.files, "it is deleted from the disk of the REST API")
    secrets = (DEVICE, COMMENT, PLACE, jpeg()[:60], hashlib.sha256(jpeg()).hexdigest(), "etc/passwd")
    assert hits(secrets, folder(scene.program.folder)) == []
    (scene.program.folder / "control").write_bytes(jpeg())
    assert len(hits(secrets[:4], folder(scene.program.folder))) == 4, "control"


async def test_an_emergency_is_answered_and_rung_while_a_file_hangs(scene: Scene) -> None:
    scene.signal.files["v.mp4"] = b"x"
    scene.signal.slow = asyncio.Event()
    video = {"contentType": "video/mp4", "id": "v.mp4", "size": 1}
    for _ in range(4):
        await scene.signal.push(scene.signal.frame("see this", attachments=[video]))
    await until(lambda: len(scene.signal.fetched) == 2, "every fetcher hangs")
    before = len(scene.telegram.texts(900))
    await scene.signal.push(scene.signal.frame("police are at my door right now"))
    await until(lambda: len(scene.telegram.texts(900)) > before, "the officer is rung", 10.0)
    scene.signal.slow.set()
