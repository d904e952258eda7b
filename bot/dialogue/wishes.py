"""What is asked for beside a question: the menu, more, a source, another language.  Nothing here needs the model."""

from dataclasses import replace
from datetime import datetime

from bot.dialogue import choices, menu
from bot.dialogue.chosen import UNKNOWN
from bot.dialogue.decision import Decision, Say
from bot.dialogue.locale import chosen
from bot.dialogue.settled import CHAT
from bot.domain.conversation import Conversation
from bot.domain.message import Care
from bot.domain.understanding import Action

#: Other business: the officer choice is one hidden line, and who insists goes to the last lane (section 11).
OTHER_BUSINESS = frozenset({"consular_question", "out_of_scope"})
#: No answer of its own: "more" and "source" stay with what was answered before.
SMALL_TALK = CHAT - {"bot_identity", "delete_my_data", "out_of_scope"}
#: The forms of emergency replies that name no police have the further parts of the other form: none of those names them.
_SAME_CARDS = "_authority"
#: Commands that this module answers.
WISHES = frozenset({"help", "menu", choices.GROUP, choices.MORE, choices.SOURCE, "language", UNKNOWN})
#: The buttons that every language of the mission has one of (``bot.usecases.offering``).
EVERY_LANGUAGE = "languages"


def wish(conversation: Conversation, name: str, about: str | None, card: int, now: datetime) -> Decision:
    """What is said to a command of ``WISHES``."""
    if name == "language":
        return language(conversation, about) if about else languages(conversation)
    if name == choices.MORE:
        return more(conversation, about, card, now)
    if name == choices.SOURCE:
        return source(conversation, about, now)
    if name == UNKNOWN:
        return unknown(conversation, now)
    if name == "help":
        return _said(conversation, Say(name="help", after=(choices.MENU,)), again="topic:help")
    return menu_shown(conversation, about, now)


def _said(conversation: Conversation, *says: Say, again: str | None = None) -> Decision:
    remembered = conversation.remembering(again=again) if again else conversation
    return Decision(action=Action.CHAT, conversation=remembered, says=says)


def menu_shown(conversation: Conversation, group: str | None, now: datetime) -> Decision:
    """The menu's groups, or the topics of one; from now on their numbers count."""
    topics = menu.group_topics(group or "")
    name = "menu_group" if topics else "menu"
    again = choices.choice(choices.GROUP, group) if topics and group else choices.MENU
    return _said(conversation.remembering(menu_at=now), Say(name=name, topics=topics, buttons=_menu_buttons(topics)), again=again)


def _menu_buttons(topics: tuple[str, ...]) -> tuple[str, ...]:
    if topics:
        return (*(choices.choice(choices.TOPIC, topic) for topic in topics), choices.MENU)
    return (choices.YES, *(choices.choice(choices.GROUP, name) for name, _ in menu.GROUPS.values()))


def more(conversation: Conversation, about: str | None, card: int, now: datetime) -> Decision:
    """The next further part of the answer given last, or the one that a button names."""
    name = about or conversation.memory.answered
    if name is None:
        return menu_shown(conversation, None, now)
    name = name.removesuffix(_SAME_CARDS)
    shown = conversation.memory.card if name == (conversation.memory.answered or "").removesuffix(_SAME_CARDS) else 0
    place = card or shown + 1
    known = conversation.remembering(answered=name, card=place)
    say = Say(name=_part(name, place), about=name, after=after_answer(known, name, card=place + 1))
    return _said(known, say, again=choices.choice(choices.MORE, name, min(place, 9)))


def _part(answer: str, place: int) -> str:
    """The name of an answer's further part, as the library has it."""
    return f"{answer}.{place}"


def source(conversation: Conversation, about: str | None, now: datetime) -> Decision:
    """Where the answer given last comes from, or the one that a button names."""
    name = about or conversation.memory.answered
    if name is None:
        return menu_shown(conversation, None, now)
    return _said(conversation, Say(name="source", about=name), again=choices.choice(choices.SOURCE, name))


def unknown(conversation: Conversation, now: datetime) -> Decision:
    """A button that says nothing to us: counted; the menu tells what there is, where nobody waits for anything."""
    quiet = conversation.muted or conversation.voice != "BOT" or conversation.memory.question_open
    decision = Decision(action=Action.CHAT, conversation=conversation) if quiet else menu_shown(conversation, None, now)
    return replace(decision, events=("button_unknown",))


def languages(conversation: Conversation, name: str = "language") -> Decision:
    """The languages there are."""
    return _said(conversation, Say(name=name, buttons=(EVERY_LANGUAGE,)))


def language(conversation: Conversation, locale: str) -> Decision:
    """The language that was named is spoken from now on; the last thing is said again in it."""
    spoken = chosen(conversation, locale).remembering(locale_line="said")
    return _said(spoken, Say(name="language_set"), *said_again(spoken))


def said_again(conversation: Conversation) -> tuple[Say, ...]:
    """What was said last and is still to be understood; in an emergency its reply, whatever was told of it before."""
    memory, held = conversation.memory, conversation.handoff
    if conversation.voice == "OFFICER":
        return ()
    if memory.question_open:
        return (Say(name="danger_question", care=Care.MUST, is_question=True, buttons=(choices.YES, choices.NO)),)
    if held is not None and held.is_emergency:
        return (Say(name=memory.told[-1], care=Care.MUST),) if memory.told else ()
    return _again(conversation, memory.again)


def _again(conversation: Conversation, data: str | None) -> tuple[Say, ...]:
    said = choices.read(data or "")
    if data == choices.MENU or (said and said.what == choices.GROUP):
        topics = menu.group_topics(said.about if said else "")
        return (Say(name="menu_group" if topics else "menu", topics=topics, buttons=_menu_buttons(topics)),)
    if said is None:
        return ()
    if said.what == choices.SOURCE:
        return (Say(name="source", about=said.about),)
    if said.what == choices.MORE:
        after = after_answer(conversation, said.about, card=said.card + 1)
        return (Say(name=_part(said.about, said.card), about=said.about, after=after),)
    return answered(conversation, said.about)


def answering(conversation: Conversation, topic: str) -> Conversation:
    """The conversation with what "more", "source" and another language will be about."""
    if topic in SMALL_TALK:
        return conversation
    return conversation.remembering(answered=topic, card=0, again=choices.choice(choices.TOPIC, topic))


def answered(conversation: Conversation, topic: str) -> tuple[Say, ...]:
    """A topic's answer with what may follow it, and the offer of an officer while that is open."""
    offered = conversation.memory.offer == topic
    after = () if topic in CHAT else after_answer(conversation, topic, officer=not offered)
    answer = Say(name=topic, after=after)
    return (answer, offer(topic)) if offered else (answer,)


def offer(topic: str) -> Say:
    """The one question after the answer to what an officer could do something about."""
    return Say(name="offer", buttons=(choices.choice(choices.OFFER, topic), choices.choice(choices.LEFT, topic)))


def after_answer(conversation: Conversation, topic: str, *, card: int = 1, officer: bool = True) -> tuple[str, ...]:
    """What may follow an answer.  An open emergency has no menus; an officer who is there already is not offered."""
    if conversation.handoff is not None and conversation.handoff.is_emergency:
        return ()
    more_ = choices.choice(choices.MORE, topic, min(card, 9))
    wanted = officer and conversation.voice == "BOT" and topic not in OTHER_BUSINESS
    return (more_, choices.choice(choices.SOURCE, topic), choices.LANGUAGES, *((choices.HUMAN,) if wanted else ()))
