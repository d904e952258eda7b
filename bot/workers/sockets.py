"""Listening sockets: opened by the supervisor, or handed to it by systemd, and passed down, so that a post waits while a child restarts."""

import os
import socket
from collections.abc import Mapping

from bot.domain.errors import RefuseToStart

#: systemd's first inherited descriptor (sd_listen_fds(3)).
_FIRST = 3
_BACKLOG = 1024


def inherited(env: Mapping[str, str]) -> dict[str, socket.socket]:
    """The sockets that systemd handed to this very process, by their ``FileDescriptorName``."""
    if env.get("LISTEN_PID") != str(os.getpid()):
        return {}
    names = env.get("LISTEN_FDNAMES", "").split(":")
    numbers = range(_FIRST, _FIRST + int(env.get("LISTEN_FDS", "0")))
    return {name: socket.socket(fileno=number) for name, number in zip(names, numbers, strict=False)}


def listen(name: str, address: tuple[str, int]) -> socket.socket:
    """A new listening socket.  Raises RefuseToStart naming the setting ``name`` when the address is taken or not ours."""
    try:
        return socket.create_server(address, backlog=_BACKLOG, reuse_port=False)
    except OSError as error:
        raise RefuseToStart(f"{name}: cannot listen there ({error.strerror})") from None


def loopback() -> socket.socket:
    """A listening socket on a free loopback port."""
    return listen("loopback", ("127.0.0.1", 0))


def port_of(opened: socket.socket) -> int:
    """The port it listens on."""
    return int(opened.getsockname()[1])
