"""Where everything is built and joined; the only room that knows every other."""

from bot.wiring.check import check
from bot.wiring.contents import notes
from bot.wiring.honoured import reviews_of
from bot.wiring.house import ROOT, backup, officers_locales, open_house, prepare, restore, start
from bot.wiring.looking import understand
from bot.wiring.preview import Preview, Shown
from bot.wiring.preview_page import buttons_of, page
from bot.wiring.processes import supervise
from bot.wiring.rekey import rotate_key
from bot.wiring.worker import work

__all__ = [
    "ROOT",
    "Preview",
    "Shown",
    "backup",
    "buttons_of",
    "check",
    "notes",
    "officers_locales",
    "open_house",
    "page",
    "prepare",
    "restore",
    "reviews_of",
    "rotate_key",
    "start",
    "supervise",
    "understand",
    "work",
]
