"""How the time of a piece of work grows with its text: in this thread's own processor time, so that a busy machine counts less."""

import gc
import time
from collections.abc import Callable

#: Eight times the text takes about 8 times as long where the work is linear, and about 64 times where it is quadratic.
FAR_LESS = 30.0
SHORT, LONG = 8_192, 65_536
#: What disturbs a measurement only ever makes it longer: so the least of several counts, and one good round of several is proof.
_TIMES = 5
_ROUNDS = 4


def is_far_from_quadratic(work: Callable[[str], object], piece: str, at_least: float) -> bool:
    """Whether eight times the text takes far less than 64 times as long; a shorter time than ``at_least`` counts as that."""
    return any(_ratio(work, piece, at_least) < FAR_LESS for _ in range(_ROUNDS))


def _ratio(work: Callable[[str], object], piece: str, at_least: float) -> float:
    short = _least(work, piece * (SHORT // len(piece)))
    return _least(work, piece * (LONG // len(piece))) / max(short, at_least)


def _least(work: Callable[[str], object], text: str) -> float:
    times = []
    gc.disable()
    try:
        for _ in range(_TIMES):
            start = time.thread_time()
            work(text)
            times.append(time.thread_time() - start)
    finally:
        gc.enable()
    return min(times)
