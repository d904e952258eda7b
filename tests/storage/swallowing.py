"""A network in front of PostgreSQL that swallows what goes over old connections, without a word; new ones work."""

import asyncio
import contextlib
import threading
import urllib.parse
from pathlib import Path


class Swallowing:
    """A proxy in a thread of its own: it goes on while the event loop of the test waits."""

    def __init__(self, url: str) -> None:
        """In front of the server that this URL names by its socket's folder."""
        host = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))["host"]
        self._socket = next(Path(host).glob(".s.PGSQL.*[0-9]"))
        self._database = urllib.parse.urlsplit(url).path
        self._ready = threading.Event()
        self._dead: set[int] = set()
        self._begun, self._port = 0, 0
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        assert self._ready.wait(10)

    @property
    def url(self) -> str:
        """The database, by way of this proxy."""
        return f"postgresql://postgres@127.0.0.1:{self._port}{self._database}"

    def swallow(self) -> None:
        """From now on the connections that there are lead nowhere."""
        self._dead |= set(range(self._begun + 1))

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._joined, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await server.serve_forever()

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._begun += 1
        mine = self._begun
        far_reader, far_writer = await asyncio.open_unix_connection(str(self._socket))
        await asyncio.gather(self._pump(reader, far_writer, mine), self._pump(far_reader, writer, mine))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mine: int) -> None:
        with contextlib.suppress(OSError):
            while got := await reader.read(65_536):
                if mine not in self._dead:
                    writer.write(got)
                    await writer.drain()
        if mine not in self._dead:
            writer.close()
