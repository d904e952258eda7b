"""End with the parent, even when it is killed with -9.  Linux only, standard library only."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent(expected: int | None = None) -> None:
    """From here on the kernel kills this process when its parent dies; ends at once when that has already happened.

    ``expected``: the parent's id as the parent itself gave it, because it may have died before we could ask.
    """
    before = os.getppid() if expected is None else expected
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != before:
        sys.exit(0)
