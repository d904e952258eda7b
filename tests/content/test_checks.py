"""Every check has its control: a copy with one planted fault is reported by the name of its file."""

from datetime import date, timedelta

import pytest

from tests.content.conftest import Contents

#: As the shipped mission file has it.
LANGUAGES = 'languages = ["en", "sr_Latn_ME", "sr_Cyrl_ME", "sq", "ru"]'

THANKS = "responses/en/thanks.md"
#: The day on which the oldest of the shipped texts was reviewed.
OLDEST_REVIEW = date(2026, 11, 24)
ARREST = "responses/en/arrest_now.md"
MISSION = "missions/podgorica.toml"
END = "You can write again at any time."


def test_the_shipped_texts_have_no_fault(shipped: Contents):
    assert shipped.faults() == []


#: The file that is changed, what is replaced in it, by what, and what the fault says.
PLANTED = {
    "an unknown placeholder": (THANKS, END, "Bye {mission.fax}", f"{THANKS}: unknown placeholder {{mission.fax}}"),
    "a value that this text is not given": (THANKS, END, "Bye {reference}", f"{THANKS}: unknown placeholder {{reference}}"),
    "a half-written placeholder": (THANKS, END, "Bye {mission.email", f"{THANKS}: a brace that is no placeholder"),
    "a promise of safety": (THANKS, END, "Now you are safe.", f"{THANKS}: forbidden promise"),
    "a promise behind bold type and a line break": (THANKS, END, "Now you’re\n**safe**.", f"{THANKS}: forbidden promise"),
    "a promise of release": (THANKS, END, "We will get you out.", f"{THANKS}: forbidden promise"),
    "a promise of a time": (THANKS, END, "You get an answer within two hours.", f"{THANKS}: forbidden promise"),
    "the country code of old pages": (THANKS, END, "Call +381 20 1.", f"{THANKS}: forbidden promise"),
    "a fund that is closed": (THANKS, END, "Write to Lifeline.", f"{THANKS}: forbidden promise"),
    "a link to a strange host": (THANKS, END, "See [this](https://evil.example/x).", f"{THANKS}: link to evil.example"),
    "a link without encryption": (THANKS, END, "See <http://www.state.gov/>.", f"{THANKS}: a link that is neither https nor mailto"),
    "a bare host, which messengers make a link of": (THANKS, END, "See evil.example now.", f"{THANKS}: names evil.example"),
    "a mail address elsewhere": (THANKS, END, "Write to a@evil.example", f"{THANKS}: names evil.example"),
    "a telling preview": (THANKS, "You are welcome.", "The embassy thanks you.", f"{THANKS}: the preview shows 'embass'"),
    "no sources": (THANKS, "[mission]", "[]", f"{THANKS}: no sources"),
    "an unknown source": (THANKS, "[mission]", "[S999]", f"{THANKS}: unknown source S999"),
    "a state of review that does not exist": (THANKS, "review: draft", "review: fine", f"{THANKS}: review is fine"),
    "a review in the future": (THANKS, "2026-11-24", "2027-01-01", f"{THANKS}: its review is in the future"),
    "a value that one language forgets": (
        "responses/sq/privacy.md",
        "{retention.text_days}",
        "30",
        "responses/sq/privacy.md: lacks {retention.text_days}, which responses/en/privacy.md inserts",
    ),
    "a value that only one language inserts": (
        "responses/ru/thanks.md",
        "review: draft\n---\n",
        "review: draft\n---\n{country.ambulance} ",
        "responses/ru/thanks.md:8: inserts {country.ambulance}, which responses/en/thanks.md does not",
    ),
    "a text that no phone shows whole": (THANKS, END, "Write again. " * 100, f"{THANKS}: 13"),
    "a request for a password": (THANKS, END, "Please send us your password.", f"{THANKS}: forbidden promise"),
    "no text at all": (THANKS, f"You are welcome. {END}", "", f"{THANKS}: it has no text"),
    "an emergency reply without the truth about people": (ARREST, "{people} ", "", f"{ARREST}: an emergency reply tells the truth"),
    "an emergency reply without a reference": (ARREST, "{reference}", "none", f"{ARREST}: an emergency reply names its reference"),
    "an emergency reply of six lines": (ARREST, "Hurt or ill", "Be calm.\nHurt or ill", f"{ARREST}: 6 lines"),
    "an emergency reply with a long line": (ARREST, "Hurt or ill", "Hurt or ill " + "very " * 30, f"{ARREST}: line 3 has"),
    "an emergency reply in bold": (ARREST, "Hurt or ill", "**Hurt** or ill", f"{ARREST}: an emergency reply is plain"),
    "the police against the police, as a value": (ARREST, "Hurt or ill", "{country.police} Hurt", f"{ARREST}: the police are named"),
    "the police against the police, as a number": (ARREST, "Hurt or ill", "Call 112. Hurt", f"{ARREST}: the police are named"),
    "the police against the police, in words": (ARREST, "Hurt or ill", "Call the police. Hurt", f"{ARREST}: the police are named"),
    "a reference for whoever threatens the mission": (
        "responses/en/threat_to_mission.md",
        "Received.",
        "Received: {reference}.",
        "responses/en/threat_to_mission.md: it shows a reference",
    ),
    "a greeting of seven lines": (
        "responses/en/greeting_telegram.md",
        "In danger?",
        "One.\nTwo.\nIn danger?",
        "responses/en/greeting_telegram.md: 7 lines: the greeting has at most 6",
    ),
    "self harm called reviewed before a clinician read it": (
        "responses/en/self_harm.md",
        "review: draft",
        "review: ok",
        "responses/en/self_harm.md: review is ok, but no clinician has read it",
    ),
    "an unconfirmed contact shown as if it were sure": (
        "responses/en/contact_mission.md",
        "(published address, not confirmed)",
        "",
        "responses/en/contact_mission.md: shows email, address without saying 'not confirmed'",
    ),
    "an answer on the Guidelines that sounds official": (
        "responses/en/guidelines_about.md",
        "not a statement",
        "a statement",
        "responses/en/guidelines_about.md: does not say",
    ),
    "legal information that sounds like advice": (
        "responses/country/ME/en/rights_if_detained.md",
        ", not legal advice",
        "",
        "responses/country/ME/en/rights_if_detained.md: does not say 'not legal advice'",
    ),
    "a topic without a label": ("responses/en/labels.toml", 'thanks = "thanks"', "", "responses/en/labels.toml: no label for thanks"),
    "a label of no topic": ("responses/en/labels.toml", "thanks =", 'tea = "t"\nthanks =', "responses/en/labels.toml: a label for tea"),
    "a named text that nobody wrote": (
        "responses/policy.toml",
        "[names]",
        "[names]\nsurprise = []",
        "responses/en: no text for surprise",
    ),
    "a text that nothing says": (
        "responses/policy.toml",
        "erased = []\n",
        "",
        "responses/en/erased.md: neither an intent nor a named text",
    ),
    "an intent's file that calls itself a named text": (THANKS, "intent: thanks", "name: thanks", f"{THANKS}: an intent is no named text"),
    "numbers of the country that nobody has called for years": (
        "responses/country/ME/country.toml",
        "reviewed = 2026",
        "reviewed = 2024",
        "responses/country/ME/country.toml: its numbers were not reviewed",
    ),
    "a contact of unknown origin": (MISSION, '"S45"', '"S999"', f"{MISSION}: contacts.citizens has the unknown source S999"),
    "a contact that nobody looked at for years": (
        MISSION,
        "reviewed = 2026",
        "reviewed = 2024",
        f"{MISSION}: contacts.address was not reviewed",
    ),
    "a telling name in the chat list": (MISSION, '"Info desk"', '"US help"', f"{MISSION}: profile.name shows"),
    "a draft where the mission wants reviewed texts": (
        MISSION,
        "require_reviewed = false",
        "require_reviewed = true",
        f"{THANKS}: not reviewed",
    ),
    "a language without texts": (
        MISSION,
        LANGUAGES,
        'languages = ["en", "sr_Latn_ME", "sr_Cyrl_ME", "sq", "ru", "de"]',
        "responses/de: no text for thanks",
    ),
    "a language without a list of promises": (
        MISSION,
        LANGUAGES,
        'languages = ["en", "sr_Latn_ME", "sr_Cyrl_ME", "sq", "ru", "de"]',
        "responses/policy.toml: nothing in forbidden for de",
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_fault_is_reported_by_name(contents: Contents, planted: str):
    path, old, new, fault = PLANTED[planted]
    contents.replace(path, old, new)
    assert any(said.startswith(fault) for said in contents.faults()), contents.faults()


def test_an_intent_without_a_text_is_reported(contents: Contents):
    (contents.root / "responses/en/thanks.md").unlink()
    assert contents.faults() == ["responses/en: no text for thanks"]


def test_a_new_intent_of_the_contract_asks_for_its_text(contents: Contents):
    contents.intents["request_tea"] = "N"
    assert "responses/en: no text for request_tea" in contents.faults()


def test_texts_grow_stale_only_after_the_days_that_the_mission_allows(contents: Contents):
    assert contents.faults(OLDEST_REVIEW + timedelta(days=365)) == []
    assert f"{THANKS}: its review is out of date" in contents.faults(OLDEST_REVIEW + timedelta(days=366))


def test_self_harm_may_be_ok_once_a_clinician_has_read_it(contents: Contents):
    contents.replace("responses/en/self_harm.md", "review: draft", f"review: ok\nclinician: {date(2026, 11, 20)}")
    assert contents.faults() == []


def test_a_confirmed_contact_needs_no_warning(contents: Contents):
    contents.replace("responses/en/contact_mission.md", "not confirmed", "published")
    contents.replace(MISSION, "confirmed = false", "confirmed = true")
    assert contents.faults() == []
