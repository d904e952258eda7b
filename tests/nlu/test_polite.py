"""Politeness hides an emergency from the model hardly ever, as the house asks it; measured on writers it never learnt."""

import json

from bot.nlu import load_thresholds
from bot.usecases.understand import for_model
from nlu.contract import classes
from nlu.tsv import Row, read_folder
from tests.nlu.model import ROOT, Server
from tests.polite import POLITE

EMERGENCIES = {name for name, cls in classes().items() if cls == "E1"}
#: Of the emergencies that ring at once, so many may be lost.
MOST_LOST = 0.02


def danger(server: Server, text: str) -> float:
    """The summed confidence of the emergencies."""
    ranking = server.parse(json.dumps({"text": for_model(text)}).encode()).json()["intent_ranking"]
    return sum(each["confidence"] for each in ranking if each["name"] in EMERGENCIES)


def emergencies() -> list[Row]:
    """Every emergency of the development sets."""
    rows = read_folder(ROOT / "nlu" / "dev", frozenset(classes()))
    return [row for row in rows if row.intent in EMERGENCIES]


def test_hardly_any_alarm_is_lost_in_politeness(server: Server) -> None:
    alert, kinds = load_thresholds(ROOT / "nlu").alert, POLITE
    ringing = [row for row in emergencies() if danger(server, row.text) >= alert]
    wrapped = [(row, *kinds[row.lang][place % len(kinds[row.lang])]) for place, row in enumerate(ringing)]
    lost = [row.text for row, before, after in wrapped if danger(server, f"{before}{row.text}{after}") < alert]
    print(f"{len(lost)} of {len(ringing)} alarms lost in politeness: {len(lost) / len(ringing):.2%}")
    assert len(ringing) > 500
    assert len(lost) <= MOST_LOST * len(ringing)


def test_control_burying_it_among_other_words_does_lose_alarms(server: Server) -> None:
    alert = load_thresholds(ROOT / "nlu").alert
    ringing = [row for row in emergencies() if danger(server, row.text) >= alert][:200]
    other = " What are the guidelines, when were they written, where can I read them and are they still valid? " * 3
    assert [row for row in ringing if danger(server, f"{other}{row.text}{other}") < alert] != []
