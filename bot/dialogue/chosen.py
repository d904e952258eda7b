"""What was chosen rather than written: by a button, by a number of the menu, or by the menu's own words."""

from dataclasses import replace

from bot.dialogue import choices, menu
from bot.dialogue.languagewords import is_locale, locale_named
from bot.dialogue.settled import Classes, of_intent, settle
from bot.domain.understanding import Action, IntentClass, Understanding

#: The command of a button that is none of ours, or not of this version.
UNKNOWN = "unknown_button"


def pressed(choice: choices.Choice) -> Understanding:
    """What a button of ours stands for; ``placed`` refuses what it is about where there is no such thing."""
    what, about, card = choice
    if what == choices.TOPIC:
        return settle(Action.ANSWER, intent=about, confidence=1.0)
    if what == choices.LOCALE:
        return settle(Action.CHAT, command="language" if is_locale(about) else UNKNOWN, about=about)
    return settle(Action.QUEUE if what == choices.OFFER else Action.CHAT, command=what, about=about, card=card)


def named(text: str) -> Understanding | None:
    """A language by its name, or what stands in the menu by its number."""
    if locale := locale_named(text):
        return settle(Action.CHAT, command="language", about=locale)
    if topic := menu.topic_of(text):
        return settle(Action.ANSWER, intent=topic, confidence=1.0, by_number=True)
    if group := menu.group_of(text):
        return settle(Action.CHAT, command=choices.GROUP, about=group, by_number=True)
    return None


def by_label(label: str) -> Understanding:
    """What the words of the menu stand for when they are the whole message: those of the danger choice are an alarm."""
    if label == menu.DANGER:
        return settle(Action.ALERT)
    if label in menu.LABELS:
        return settle(Action.CHAT, command=choices.GROUP, about=label.removeprefix("menu_"))
    return settle(Action.ANSWER, intent=label, confidence=1.0)


def placed(meaning: Understanding, classes: Classes) -> Understanding:
    """What was settled without the model, with the class of the topic that was chosen; what we do not know is no topic."""
    if meaning.command in {choices.OFFER, choices.LEFT} and classes.get(meaning.about or "") not in {IntentClass.E2, IntentClass.N}:
        return settle(Action.CHAT, command=UNKNOWN)
    if meaning.action is not Action.ANSWER or meaning.intent is None:
        return meaning
    if meaning.intent not in classes:
        return settle(Action.CHAT, command=UNKNOWN)
    if classes[meaning.intent] is IntentClass.E1:
        return replace(meaning, action=Action.ALERT, kind=meaning.intent, danger=1.0)
    return replace(meaning, action=of_intent(meaning.intent, classes))


def without_menu(meaning: Understanding) -> Understanding:
    """A number where no menu is open: as unsure as any other."""
    return settle(Action.ASK_DANGER, ring_if_silent=True) if meaning.by_number else meaning
