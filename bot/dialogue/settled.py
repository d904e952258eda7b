"""What is settled without the model, and what a surely understood intent sets off."""

from collections.abc import Mapping

from bot.domain.understanding import Action, IntentClass, RuleHit, Understanding

Classes = Mapping[str, IntentClass]

#: Conversation intents: answered, but no question of the Guidelines.
CHAT = frozenset(
    {
        "greet",
        "goodbye",
        "thanks",
        "affirm",
        "deny",
        "help",
        "bot_identity",
        "change_language",
        "delete_my_data",
        "false_alarm",
        "out_of_scope",
    }
)


def settle(
    action: Action,
    *,
    intent: str | None = None,
    confidence: float = 0.0,
    rules: tuple[RuleHit, ...] = (),
    ring_if_silent: bool = False,
    command: str | None = None,
    about: str | None = None,
    card: int = 0,
    by_number: bool = False,
) -> Understanding:
    """An understanding that needed no model."""
    return Understanding(
        intent=intent,
        confidence=1.0 if rules else confidence,
        ranking=(),
        rules=rules,
        action=action,
        ring_if_silent=ring_if_silent,
        model_answered=False,
        danger=1.0 if rules else 0.0,
        command=command,
        about=about,
        card=card,
        by_number=by_number,
    )


def of_intent(intent: str, classes: Classes) -> Action:
    """What a surely understood, harmless intent sets off."""
    if intent == "request_human":
        return Action.QUEUE
    if classes[intent] is IntentClass.E2:
        return Action.OFFER
    return Action.CHAT if intent in CHAT else Action.ANSWER
