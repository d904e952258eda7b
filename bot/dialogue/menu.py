"""The menu: what can be asked, in groups.  A number belongs to its topic for ever; no words stand here (``labels.toml`` has them).

Every number has two digits: one digit answers the danger question, or names the kind of an emergency.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.dialogue.words import bare
from bot.domain.conversation import Conversation

#: For so long after a menu a number still names a topic.
STILL_OPEN = timedelta(hours=24)

#: Groups by number, each with its topics: the first one is 31, the next one 32.
GROUPS: Mapping[int, tuple[str, tuple[str, ...]]] = {
    30: (
        "guidelines",
        (
            "guidelines_about", "guidelines_status", "guidelines_full_text", "hrd_definition", "hrd_activities", "un_declaration",
            "us_objective", "groups_at_risk",
        ),
    ),
    40: (
        "officers",
        (
            "mission_can_do", "mission_cannot_do", "contact_mission", "what_to_send", "request_meeting", "request_training",
            "request_grant", "follow_up", "consular_question",
        ),
    ),
    50: (
        "safety",
        (
            "safety_advice", "rights_if_detained", "protest_rules", "surveillance", "device_compromised", "online_harassment",
            "stress_support",
        ),
    ),
    60: (
        "help",
        (
            "request_legal_help", "request_relocation", "request_emergency_funds", "request_trial_observation",
            "request_prison_visit", "request_advocacy", "other_organisations",
        ),
    ),
    70: ("report", ("report_violation", "legal_harassment", "organisation_pressure", "exile_repression", "reprisal_for_contact")),
    80: ("chat", ("confidentiality", "channel_security", "bot_identity", "delete_my_data", "request_human")),
}  # fmt: skip

#: The label of the first choice of all.
DANGER = "menu_danger"
#: Every label that is not an intent's.
LABELS = frozenset(
    {
        DANGER, "menu", "or_write", *(f"menu_{name}" for name, _ in GROUPS.values()),
    }
)  # fmt: skip

_TOPICS = {number + place: topic for number, (_, topics) in GROUPS.items() for place, topic in enumerate(topics, 1)}
_NUMBERS = {topic: number for number, topic in _TOPICS.items()}
_GROUPS = {name: topics for name, topics in GROUPS.values()}


def group_topics(name: str) -> tuple[str, ...]:
    """The topics of a group; none for a group that there is not."""
    return _GROUPS.get(name, ())


def number_of(topic: str) -> int | None:
    """The number of a topic, where it has one."""
    return _NUMBERS.get(topic)


def topic_of(text: str) -> str | None:
    """The topic whose number is the whole message."""
    return _TOPICS.get(_number(text))


def group_of(text: str) -> str | None:
    """The group whose number is the whole message."""
    return GROUPS.get(_number(text), (None,))[0]


def _number(text: str) -> int:
    word = bare(text)
    return int(word) if len(word) == 2 and word.isascii() and word.isdecimal() else 0


def is_open(conversation: Conversation, now: datetime) -> bool:
    """Whether a number names a topic now: a menu was shown, and nobody waits for numbers of another kind."""
    shown = conversation.memory.menu_at
    emergency = conversation.handoff is not None and conversation.handoff.is_emergency
    return shown is not None and now - shown <= STILL_OPEN and not emergency and conversation.voice != "OFFICER"
