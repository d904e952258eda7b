"""Whether a case rings, and since when: by its own clocks, the same for the queue's rows and for the case's page."""

from datetime import datetime

from bot.domain.handoff import Handoff, HandoffClass, HandoffLine, State

Case = Handoff | HandoffLine


def rings(case: Case) -> bool:
    """An open emergency that nobody has acknowledged, whoever holds it; what rings once and has rung lies in the queue."""
    unheard = case.cls is HandoffClass.E1 and case.state is not State.CLOSED and case.acknowledged_at is None
    return unheard and not (case.rings_once and case.next_ring_at is None)


def rings_since(case: Case) -> datetime | None:
    """When the message came for which it rings; None where a later one than that which made it urgent has rung: no clock says which."""
    began = case.asked_at or case.opened_at
    return began if case.claimed_at is None or case.claimed_at <= began else None
