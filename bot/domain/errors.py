"""The errors of the house; each leaf means a different next action.  None of them carries personal data.

DefenderLineError
 +- RefuseToStart          configuration is wrong: say which setting and leave
 +- SendFailed             a messenger did not take a message
 |   +- TryLater           it said so before accepting: send again after ``seconds``
 |   +- Ambiguous          it may have accepted: the row's care decides
 |   +- Unreachable        it never will: give up, show an officer
 |   +- KeyChanged         the phone's safety number changed: wait until an officer trusts it
 +- NluUnavailable         the model did not answer in time, or not sensibly
 +- LostClaim              the lease was taken over by somebody else: write nothing
 +- NotProven              name, password or code is wrong: say so, never which
 +- TooOften               too many tries: again after ``seconds``
 +- Refused                an officer's act that the state machine does not allow; ``reason`` says why
"""

from datetime import datetime


class DefenderLineError(Exception):
    """Any error that this house raises on purpose."""


class RefuseToStart(DefenderLineError):
    """The configuration, the key or the database is wrong; the message names the setting and holds no secret."""


class SendFailed(DefenderLineError):
    """A messenger did not take a message."""

    def __init__(self, reason: str) -> None:
        """Keep ``reason``: one static word for the counters."""
        super().__init__(reason)
        self.reason = reason


class TryLater(SendFailed):
    """Nothing was accepted; try again after ``seconds`` (None: with the usual backoff)."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        """Keep the wait that the messenger asked for."""
        super().__init__(reason)
        self.seconds = seconds


class Ambiguous(SendFailed):
    """The messenger may or may not have accepted it."""


class Unreachable(SendFailed):
    """It will never be accepted: blocked, unknown, refused."""


class KeyChanged(SendFailed):
    """The recipient's safety number changed; messages wait for an officer's word."""


class NluUnavailable(DefenderLineError):
    """The model is dead, slow or answers rubbish."""


class LostClaim(DefenderLineError):
    """Somebody else holds the claim now; whatever was decided must not be written."""


class NotProven(DefenderLineError):
    """Somebody is not shown to be who they say; nothing tells which part was wrong."""


class TooOften(DefenderLineError):
    """Too many tries; nothing was looked at."""

    def __init__(self, seconds: int) -> None:
        """Keep after how many seconds the next try is looked at."""
        super().__init__("too_often")
        self.seconds = seconds


class Refused(DefenderLineError):
    """An act that the state machine does not allow.

    ``reason`` is one of ``unknown``, ``taken``, ``not_holder``, ``closed``, ``not_claimable``, ``emergency_open``, ``lane``,
    ``not_changed`` (no safety number to trust), ``gone`` (words that may have been sent), ``no_attachment``,
    ``not_kept``, ``no_picture``, ``damaged``, ``not_asked``, ``not_agreed``, ``no_reason``, ``no_accounts``, ``no_message``, ``no_intent``,
    ``empty`` (words that nobody can see);
    of handing over: ``not_offered``, ``offered`` (already), ``no_successor`` (nobody who may take it), ``no_reason``,
    ``not_watchable`` (nobody else holds it);
    of putting aside: ``too_long``, ``unheard``, ``unanswered``; of a contact: ``blocked``, ``not_blocked``, ``marked``, ``not_marked``;
    of accounts: ``name``, ``name_taken``, ``password``, ``code``, ``expired``, ``yourself``, ``unknown``.
    """

    def __init__(self, reason: str, *, holder: str | None = None, since: datetime | None = None) -> None:
        """Keep who holds the handoff and since when, for the loser of a race."""
        super().__init__(reason)
        self.reason = reason
        self.holder = holder
        self.since = since
