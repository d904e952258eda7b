"""The doors between the rooms.  Start reading here.

A use case opens a transaction with ``Store.begin()`` (``store.py``), calls the repositories on it and commits; leaving without
``commit`` rolls back.  No transaction spans a network call.

outside.py   What lies outside this process, or changes with it: the clock, the model and the rules, prepared texts, a messenger.
messages.py  What comes in, what goes out, and what is counted on the way.
files.py     Files that came with messages, and originals that leave the house.
cases.py     Conversations, their handoffs, and what the model misread.
officers.py  Officers as they are rung and write, and when they are on duty.
accounts.py  The desk's accounts, sessions and proofs of who somebody is.
clocks.py    What hangs on the machine's clock.
upkeep.py    What is written down, erased, measured, tried and looked after.
reading.py   Long questions that must delay nobody.
store.py     The database: a transaction with every repository on it.
"""

from bot.ports.accounts import Accounts, PasskeyProofs, Passkeys, Proofs, Sessions
from bot.ports.cases import Conversations, Handoffs, Misread, Misreads
from bot.ports.clocks import Clocks, Pauses
from bot.ports.files import Exports, Files
from bot.ports.messages import Claimed, Counts, Inbox, Kept, KeptPoison, Outbox, Typing, Unanswered
from bot.ports.officers import Officer, Officers, Pending, Reached, Rosters
from bot.ports.outside import Channel, Clock, Nlu, Profile, Responses, Rules, Sourced, Values
from bot.ports.reading import Lines, Looking
from bot.ports.store import Store, Transaction
from bot.ports.upkeep import Audit, ContentBook, Drills, Entry, Facts, FiguresOf, Retention, Reviews, Sweep, TroubleBook

__all__ = [
    "Accounts",
    "Audit",
    "Channel",
    "Claimed",
    "Clock",
    "Clocks",
    "ContentBook",
    "Conversations",
    "Counts",
    "Drills",
    "Entry",
    "Exports",
    "Facts",
    "FiguresOf",
    "Files",
    "Handoffs",
    "Inbox",
    "Kept",
    "KeptPoison",
    "Lines",
    "Looking",
    "Misread",
    "Misreads",
    "Nlu",
    "Officer",
    "Officers",
    "Outbox",
    "PasskeyProofs",
    "Passkeys",
    "Pauses",
    "Pending",
    "Profile",
    "Proofs",
    "Reached",
    "Responses",
    "Retention",
    "Reviews",
    "Rosters",
    "Rules",
    "Sessions",
    "Sourced",
    "Store",
    "Sweep",
    "Transaction",
    "TroubleBook",
    "Typing",
    "Unanswered",
    "Values",
]
