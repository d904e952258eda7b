"""Where everything is built and joined; the only room that knows every other."""

from bot.wiring.house import ROOT, backup, open_house, prepare, restore, start
from bot.wiring.looking import check, understand
from bot.wiring.messengers import fetch
from bot.wiring.processes import supervise
from bot.wiring.worker import work

__all__ = ["ROOT", "backup", "check", "fetch", "open_house", "prepare", "restore", "start", "supervise", "understand", "work"]
