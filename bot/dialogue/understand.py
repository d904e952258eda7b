"""What one message sets off, before the conversation's state is looked at: rules and model joined by OR.

LAW: the model may raise the level, never lower it.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue import choices
from bot.dialogue.chosen import UNKNOWN, named, pressed
from bot.dialogue.commands import slash_command
from bot.dialogue.settled import Classes, of_intent, settle
from bot.dialogue.words import answer_word, bare_command, digit, foreign_courtesy, is_bare_help, is_bare_place, is_kind_emoji
from bot.domain.message import Kind
from bot.domain.text import is_blank, only_emoji, only_one_sign, only_punctuation
from bot.domain.understanding import Action, IntentClass, Ranked, Reading, RuleHit, Thresholds, Understanding

#: A call, a voice note, a place, a picture without words: unsure, and it rings if the person stays silent (section 1).
WORDLESS = frozenset(
    {
        Kind.VOICE,
        Kind.CALL,
        Kind.PHOTO,
        Kind.VIDEO,
        Kind.LOCATION,
        Kind.STICKER,
        Kind.CONTACT,
        Kind.DOCUMENT,
        Kind.UNREADABLE,
    }
)

#: From this confidence on the model names the kind against a rule too: there it has been right four times in five
#: (docs/evaluation.md).  Below it a rule's own kind stands.
SURE_AGAINST_RULE = 0.9
#: From this one on where no rule names a kind; below it a kind would be wrong in two of five, and the person is asked.
SURE_OF_KIND = 0.7
#: Here the state itself is the danger: what a rule found to be one of these never gets a reply that sends people to the police.
BY_THE_STATE = frozenset({"arrest_now", "arrest_of_other", "raid_now", "deportation_now"})

#: Without a word of one of these, whoever is in somebody's house came for no search: the advice for one would be wrong.
SEARCHES = frozenset({"authority", "search"})


def without_model(text: str, kind: Kind, hits: Sequence[RuleHit]) -> Understanding | None:
    """What needs no model: a button, a slash command alone, then the rules, then bare words, then what has no words."""
    if kind is Kind.BUTTON and (choice := choices.read(text)):
        return pressed(choice)
    if command := slash_command(text):
        return settle(Action.QUEUE if command == "human" else Action.CHAT, command=command)
    if alarms := tuple(hit for hit in hits if not hit.asks):
        return settle(Action.ALERT, rules=alarms, intent=next((hit.intent for hit in alarms if hit.intent), None))
    if is_bare_help(text):
        return settle(Action.ASK_DANGER, ring_if_silent=True)
    if command := bare_command(text):
        return settle(Action.QUEUE if command == "human" else Action.CHAT, command=command)
    if kind is Kind.BUTTON and not (answer_word(text) or digit(text)):
        return settle(Action.CHAT, command=UNKNOWN)
    return named(text) or _short(text, kind) or _abroad(text)


def _short(text: str, kind: Kind) -> Understanding | None:
    word = answer_word(text)
    if word == "unsure":
        return settle(Action.ASK_DANGER)
    if word:
        return settle(Action.CHAT, intent="affirm" if word == "yes" else "deny", confidence=1.0)
    if digit(text) or is_bare_place(text):
        return settle(Action.ASK_DANGER, ring_if_silent=True)
    if is_kind_emoji(text):
        return settle(Action.CHAT, intent="thanks", confidence=1.0)
    if is_blank(text) or only_emoji(text) or only_punctuation(text) or only_one_sign(text):
        return settle(Action.ASK_DANGER, ring_if_silent=kind in WORDLESS or only_emoji(text))
    return None


def _abroad(text: str) -> Understanding | None:
    """Greetings and thanks of other languages: what else is written in them is never small talk."""
    intent = foreign_courtesy(text)
    return settle(Action.CHAT, intent=intent, confidence=1.0) if intent else None


def spoken(meaning: Understanding, kind: Kind) -> Understanding:
    """A voice message is kept for an officer whatever was written below it: what it says nobody has read."""
    if kind is not Kind.VOICE or meaning.action is Action.ALERT or meaning.command:
        return meaning
    return replace(meaning, action=Action.ASK_DANGER, ring_if_silent=True)


def no_model(kind: Kind) -> Understanding:
    """The model is dead or slow and no rule hit: the danger question, shown as unclear; it rings if the person stays silent."""
    return settle(Action.ASK_DANGER, ring_if_silent=True)


def with_model(reading: Reading, classes: Classes, thresholds: Thresholds) -> Understanding:
    """What the model's reading sets off; an intent outside the contract counts as unsure."""
    known = tuple(ranked for ranked in reading.ranking if ranked.intent in classes)
    if not known or known[0] != reading.ranking[0]:
        return no_model(Kind.TEXT)
    danger = sum(ranked.confidence for ranked in known if classes[ranked.intent] is IntentClass.E1)
    topic = next((ranked.intent for ranked in known if classes[ranked.intent] is not IntentClass.E1), None)
    action = _action(known, danger, classes, thresholds)
    chosen = _chosen(known, action, classes)
    return Understanding(
        intent=chosen.intent,
        confidence=chosen.confidence,
        ranking=known,
        rules=(),
        action=action,
        ring_if_silent=action is Action.ASK_DANGER and danger >= thresholds.ring_if_silent,
        model_answered=True,
        danger=danger,
        topic=topic,
    )


def _action(known: Sequence[Ranked], danger: float, classes: Classes, thresholds: Thresholds) -> Action:
    if danger >= thresholds.alert:
        return Action.ALERT
    if danger >= thresholds.ask or classes[known[0].intent] is IntentClass.E1:
        return Action.ASK_DANGER
    second = known[1].confidence if len(known) > 1 else 0.0
    if known[0].confidence < thresholds.topic or known[0].confidence - second < thresholds.topic_margin:
        return Action.CHOOSE
    return of_intent(known[0].intent, classes)


def _chosen(known: Sequence[Ranked], action: Action, classes: Classes) -> Ranked:
    if action is Action.ALERT:
        return next(ranked for ranked in known if classes[ranked.intent] is IntentClass.E1)
    return known[0]


def in_doubt(meaning: Understanding, hits: Sequence[RuleHit], *, foreign: bool) -> Understanding:
    """The meaning, with the danger question where a rule asks for it or nobody here reads the language; the level is never lowered.

    It rings if the person stays silent.
    """
    if not (foreign or any(hit.asks for hit in hits)) or meaning.action is Action.ALERT:
        return meaning
    return replace(meaning, action=Action.ASK_DANGER, ring_if_silent=True)


def with_kind(settled: Understanding, reading: Reading, classes: Classes) -> Understanding:
    """An emergency that a rule found, of the rule's kind unless the model is sure of another one; the level is never lowered.

    A kind by the state itself stands: its reply sends nobody to the police.
    """
    known = tuple(ranked for ranked in reading.ranking if ranked.intent in classes)
    likeliest = next((ranked for ranked in known if classes[ranked.intent] is IntentClass.E1), None)
    if likeliest is None:
        return settled
    leaves = settled.intent in BY_THE_STATE and likeliest.intent not in BY_THE_STATE
    # Nobody who wants to die is asked who holds them.
    sure = likeliest.confidence >= (SURE_OF_KIND if likeliest.intent == "self_harm" else SURE_AGAINST_RULE)
    stands = not sure or leaves or likeliest.intent == "threat_to_mission"
    return replace(settled, intent=settled.intent if stands else likeliest.intent, ranking=known, model_answered=True)


def with_marks(meaning: Understanding, marks: frozenset[str], classes: Classes) -> Understanding:
    """The meaning with what the text speaks of, and with the kind of an emergency where that is sure enough.

    A threat to the mission is unseen by human rights officers: without a word of the mission in it nothing goes there by a guess.
    """
    if meaning.action is not Action.ALERT:
        return replace(meaning, marks=marks)
    marked = replace(meaning, marks=marks, kind=meaning.intent) if meaning.rules else _kind_read(meaning, marks, classes)
    return _intruded(marked) if marked.kind == "raid_now" and marks.isdisjoint(SEARCHES) else marked


def _kind_read(meaning: Understanding, marks: frozenset[str], classes: Classes) -> Understanding:
    """What the model alone found; it was chosen, not read, where it has no ranking."""
    emergencies = [ranked for ranked in meaning.ranking if classes[ranked.intent] is IntentClass.E1]
    if not emergencies:
        return replace(meaning, marks=marks)
    possible = [ranked for ranked in emergencies if ranked.intent != "threat_to_mission" or "mission" in marks]
    likeliest = (possible or emergencies)[0]
    kind = likeliest.intent if likeliest.confidence >= SURE_OF_KIND and likeliest in possible else None
    return replace(meaning, marks=marks, intent=likeliest.intent, confidence=likeliest.confidence, kind=kind)


def _intruded(meaning: Understanding) -> Understanding:
    """Somebody is in the house, and nothing says that it is the state: an attack where a rule says so, else the person is asked."""
    attacked = any(hit.intent == "attack_now" for hit in meaning.rules)
    return replace(meaning, intent="attack_now", kind="attack_now") if attacked else replace(meaning, kind=None)


_ORDER = (Action.CHAT, Action.ANSWER, Action.CHOOSE, Action.OFFER, Action.QUEUE, Action.ASK_DANGER, Action.ALERT)


def highest(understood: Sequence[Understanding]) -> int:
    """The place of the understanding that decides for messages that waited together: the highest class, the first of its kind."""
    return max(range(len(understood)), key=lambda place: (_ORDER.index(understood[place].action), -place))


__all__ = ["Classes", "highest", "in_doubt", "no_model", "of_intent", "spoken", "with_kind", "with_marks", "with_model", "without_model"]
