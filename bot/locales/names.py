"""Words for our codes: what officers read instead of ``E1``, ``waiting`` or ``sr_Latn_ME``.

A code that a table lacks (an intent that officers have just added) is the caller's business: ``Words.named`` gives None.
"""

from collections.abc import Mapping

from bot.locales.marked import Marked
from bot.locales.marked import pgettext_noop as _noop

Table = Mapping[str, Marked]

CLASSES: Table = {
    "other": _noop("class", "other business"),
    "E2": _noop("class", "request"),
    "unclear": _noop("class", "unclear"),
    "E1": _noop("class", "emergency"),
}

#: Where a handoff stands.
STATES: Table = {
    "unclear": _noop("state", "asked whether somebody is in danger"),
    "waiting": _noop("state", "waiting for an officer"),
    "claimed": _noop("state", "taken"),
    "snoozed": _noop("state", "put off"),
    "closed": _noop("state", "closed"),
}

#: Why it is in the queue.
REASONS: Table = {
    "rule": _noop("reason", "words of an emergency"),
    "model": _noop("reason", "the program took it for one"),
    "yes": _noop("reason", "said yes to the danger question"),
    "human": _noop("reason", "asked for a person"),
    "offer": _noop("reason", "accepted the offer of an officer"),
    "unsure": _noop("reason", "the program was not sure"),
    "message": _noop("reason", "wrote again"),
    "reopened": _noop("reason", "opened again"),
    "no": _noop("reason", "said no to the danger question"),
    "mission": _noop("reason", "speaks of the mission"),
}

#: What it is about: emergencies, requests, and the two that are no intent.
KINDS: Table = {
    "unknown": _noop("kind", "emergency of unknown kind"),
    "unclear": _noop("kind", "unclear"),
    "arrest_now": _noop("kind", "arrest"),
    "arrest_of_other": _noop("kind", "arrest of somebody else"),
    "raid_now": _noop("kind", "search or raid"),
    "attack_now": _noop("kind", "attack"),
    "missing_person": _noop("kind", "missing person"),
    "death_threat": _noop("kind", "death threat"),
    "sexual_violence": _noop("kind", "sexual or domestic violence"),
    "family_threatened": _noop("kind", "family threatened"),
    "deportation_now": _noop("kind", "deportation or border"),
    "self_harm": _noop("kind", "danger of suicide"),
    "threat_to_mission": _noop("kind", "threat to the mission"),
    "surveillance": _noop("kind", "surveillance"),
    "device_compromised": _noop("kind", "device or account compromised"),
    "online_harassment": _noop("kind", "online harassment"),
    "legal_harassment": _noop("kind", "legal harassment"),
    "organisation_pressure": _noop("kind", "pressure on an organisation"),
    "request_trial_observation": _noop("kind", "trial observation"),
    "request_prison_visit": _noop("kind", "prison visit"),
    "request_advocacy": _noop("kind", "public or quiet advocacy"),
    "request_relocation": _noop("kind", "relocation or asylum"),
    "request_emergency_funds": _noop("kind", "urgent money"),
    "request_legal_help": _noop("kind", "legal help"),
    "request_grant": _noop("kind", "project money"),
    "request_meeting": _noop("kind", "meeting"),
    "request_training": _noop("kind", "training"),
    "report_violation": _noop("kind", "report of a violation"),
    "reprisal_for_contact": _noop("kind", "reprisal for contact with diplomats"),
    "exile_repression": _noop("kind", "repression of an exile"),
    "stress_support": _noop("kind", "stress and fear"),
    "request_human": _noop("kind", "wants to talk to a person"),
    "follow_up": _noop("kind", "asks about an earlier case"),
}

#: Who said a line of a conversation.
SPEAKERS: Table = {
    "defender": _noop("speaker", "defender"),
    "bot": _noop("speaker", "program"),
    "officer": _noop("speaker", "officer"),
    "notice": _noop("speaker", "notice"),
    "note": _noop("speaker", "note"),
}

#: What became of a line.
LINE_STATES: Table = {
    "waiting": _noop("line", "not sent yet"),
    "taken": _noop("line", "being sent"),
    "held": _noop("line", "held: the safety number has changed"),
    "sent": _noop("line", "sent"),
    "given_up": _noop("line", "could not be sent"),
    "cancelled": _noop("line", "not sent: an officer took over"),
    "taken_back": _noop("line", "taken back by the officer: not sent"),
    "kept": _noop("line", "received"),
    "deleted_by_sender": _noop("line", "deleted by its sender"),
}

#: What a message is, where it is more than text.
MESSAGES: Table = {
    "button": _noop("message", "button"),
    "voice": _noop("message", "voice message"),
    "call": _noop("message", "call"),
    "photo": _noop("message", "photo"),
    "video": _noop("message", "video"),
    "location": _noop("message", "place"),
    "sticker": _noop("message", "sticker"),
    "contact": _noop("message", "contact card"),
    "document": _noop("message", "file"),
    "edit": _noop("message", "edited"),
    "deletion": _noop("message", "deletion"),
    "unreadable": _noop("message", "could not be decrypted"),
    "group": _noop("message", "group"),
    "blocked": _noop("message", "blocked us"),
    "empty": _noop("message", "empty"),
}

LANES: Table = {"general": _noop("lane", "human rights"), "security": _noop("lane", "security")}

#: What an account of the desk may do.
ROLES: Table = {
    "officer": _noop("role", "officer"),
    "supervisor": _noop("role", "supervisor"),
    "administrator": _noop("role", "administrator"),
}

#: How a handoff ended.
OUTCOMES: Table = {
    "helped": _noop("outcome", "helped"),
    "passed_on": _noop("outcome", "passed on"),
    "not_reached": _noop("outcome", "not reached any more"),
    "not_ours": _noop("outcome", "not for us"),
    "no_danger": _noop("outcome", "nobody in danger"),
}

CHANNELS: Table = {
    "telegram": _noop("channel", "Telegram"),
    "signal": _noop("channel", "Signal"),
    "console": _noop("channel", "terminal"),
    "drill": _noop("channel", "EXERCISE"),
    "service": _noop("channel", "further service"),
}

#: A language as it is called in the reader's own.
LANGUAGES: Table = {
    "en": _noop("language", "English"),
    "sr_Latn_ME": _noop("language", "Montenegrin (Latin letters)"),
    "sr_Cyrl_ME": _noop("language", "Montenegrin (Cyrillic letters)"),
    "sq": _noop("language", "Albanian"),
    "ru": _noop("language", "Russian"),
}
#: What a catalogue calls its own language: shown to whoever chooses one.
OWN_NAME = _noop("this language's own name", "English")

#: What a person may press after an answer.
BUTTONS: Table = {
    "more": _noop("button", "More"),
    "source": _noop("button", "Source"),
    "language": _noop("button", "Other language"),
    "officer": _noop("button", "Talk to an officer"),
    "yes": _noop("button", "Yes"),
    "no": _noop("button", "No"),
}

#: What is asked one by one while an emergency waits.
QUESTIONS: Table = {
    "hurt": _noop("question", "does anybody need a doctor"),
    "lawyer": _noop("question", "is there a lawyer"),
    "ongoing": _noop("question", "is it still going on"),
    "safe_place": _noop("question", "in a safe place now"),
    "safe_to_write": _noop("question", "is it safe to write here"),
    "when": _noop("question", "when did it begin"),
    "told": _noop("question", "who knows of it already"),
    "age": _noop("question", "is anybody concerned under 18"),
    "consent_contact": _noop("question", "may officers write first, and when"),
    "consent_inside": _noop("question", "may it be passed on inside the mission"),
    "consent_authorities": _noop("question", "may it be told to authorities or organisations"),
    "consent_public": _noop("question", "may it be said in public"),
}

#: What was answered.
ANSWERS: Table = {
    "yes": _noop("answer", "yes"),
    "no": _noop("answer", "no"),
    "unsure": _noop("answer", "not sure"),
    "yes_now": _noop("answer", "yes, at once"),
    "yes_later": _noop("answer", "yes, but it can wait"),
    "yes_there": _noop("answer", "yes, there already"),
    "yes_coming": _noop("answer", "yes, on the way"),
    "yes_under_18": _noop("answer", "yes, under 18"),
    "yes_any_time": _noop("answer", "yes, at any time"),
    "yes_daytime": _noop("answer", "yes, in the daytime only"),
    "yes_after_me": _noop("answer", "only after the defender has written"),
    "hour": _noop("answer", "within the last hour"),
    "today": _noop("answer", "today"),
    "earlier": _noop("answer", "earlier than today"),
    "family": _noop("answer", "family or friends"),
    "organisation": _noop("answer", "a lawyer or an organisation"),
    "authorities": _noop("answer", "the authorities"),
    "nobody": _noop("answer", "nobody yet"),
    "free": _noop("answer", "in their own words"),
    "overtaken": _noop("answer", "not answered: something more urgent came"),
}

#: What stands above a case, whatever else it is.
FLAGS: Table = {
    "shut_out": _noop("flag", "blocked contact: the program answers nothing but an emergency, which rings once"),
    "under_18": _noop("flag", "somebody under 18 is concerned"),
    "us_citizen": _noop("flag", "a US citizen is concerned, as they wrote: tell the consular section"),
    "wants_nothing": _noop("flag", "wants nothing done"),
    "do_not_write_first": _noop("flag", "do not write first"),
    "muted": _noop("flag", "has asked the program to stop writing"),
}

#: Which contacts are looked for.
BLOCKED: Table = {"yes": _noop("contact", "only blocked contacts")}

#: Who is in danger, as far as the kind of an emergency says so.
WHO: Table = {
    "writer": _noop("in danger", "the person who writes, as far as is known"),
    "other": _noop("in danger", "somebody else"),
    "family": _noop("in danger", "the family"),
    "mission": _noop("in danger", "the mission"),
    "unknown": _noop("in danger", "not known yet: ask"),
}

#: Signs that a phone may be in other hands.
SIGNS: Table = {
    "safety_number": _noop("sign", "the safety number has changed: answers wait until an officer trusts it"),
    "over": _noop("sign", "the phone says that it is over: not proven"),
    "script": _noop("sign", "writes in another alphabet than before"),
    "language": _noop("sign", "writes in another language than before"),
    "names": _noop("sign", "asks for names"),
    "deletions": _noop("sign", "has deleted messages"),
    "edits": _noop("sign", "has changed messages"),
}

#: Who did something, where it was no officer.
ACTORS: Table = {
    "bot": _noop("actor", "the program"),
    "defender": _noop("actor", "the defender"),
    "operator": _noop("actor", "the operator"),
}

#: What was done with a case.
EVENTS: Table = {
    "sent_again": _noop("event", "sent undelivered words once more"),
    "undelivered_seen": _noop("event", "sees to what was not delivered"),
    "misread_marked": _noop("event", "marked a message as misread"),
    "misread_read": _noop("event", "read a marked message"),
    "misread_exported": _noop("event", "took a marked message for training"),
    "misread_dropped": _noop("event", "dropped a mark"),
    "handoff": _noop("event", "came to officers, or rose"),
    "rung": _noop("event", "officers were rung"),
    "read": _noop("event", "read it"),
    "read_closed": _noop("event", "read it after it was closed"),
    "attachment_read": _noop("event", "opened an attachment"),
    "original_asked": _noop("event", "asked for an original"),
    "original_agreed": _noop("event", "agreed that an original is taken"),
    "original_taken": _noop("event", "took an original out of the house"),
    "claimed": _noop("event", "took it"),
    "acknowledged": _noop("event", "acknowledged"),
    "replied": _noop("event", "wrote to the defender"),
    "undone": _noop("event", "took words back before they went"),
    "reply_not_sent": _noop("event", "wrote, but it was not sent"),
    "noted": _noop("event", "kept a note"),
    "returned": _noop("event", "gave it back"),
    "offered": _noop("event", "offered it to another officer"),
    "accepted": _noop("event", "took it over"),
    "declined": _noop("event", "did not take it over"),
    "offer_withdrawn": _noop("event", "took the offer back"),
    "offer_over": _noop("event", "an offer has ended: nobody accepted it in time"),
    "forced": _noop("event", "handed it to another officer, as a supervisor"),
    "watched": _noop("event", "looks on"),
    "unwatched": _noop("event", "looks on no more"),
    "shift_left": _noop("event", "supervisors were told: the holder's shift has ended"),
    "trusted": _noop("event", "trusted the new safety number"),
    "key_changed": _noop("event", "the safety number has changed"),
    "consent_asked": _noop("event", "asked for a consent"),
    "consent_answered": _noop("event", "answered about a consent"),
    "snoozed": _noop("event", "put it off"),
    "woken": _noop("event", "it came back after it was put off"),
    "contact_blocked": _noop("event", "blocked the contact"),
    "contact_unblocked": _noop("event", "ended the block of the contact"),
    "first_words_barred": _noop("event", "marked the contact: do not write first"),
    "first_words_allowed": _noop("event", "ended the mark: may be written to first"),
    "closed": _noop("event", "closed it"),
    "reopened": _noop("event", "opened it again"),
}

#: What is wrong with the house.
TROUBLES: Table = {
    "worker_gone": _noop("trouble", "the program does not answer anybody"),
    "nobody_enrolled": _noop("trouble", "no officer is rung: nobody is enrolled"),
    "emergency_unheard": _noop("trouble", "an emergency that nobody has acknowledged"),
    "alert_not_delivered": _noop("trouble", "an officer cannot be rung"),
    "messages_wait": _noop("trouble", "messages wait for an answer"),
    "replies_wait": _noop("trouble", "answers wait to be sent"),
    "trust_failed": _noop("trouble", "a confirmed safety number was not taken"),
    "model_down": _noop("trouble", "the model does not answer"),
    "content_refused": _noop("trouble", "changed texts are not served"),
    "disk_low": _noop("trouble", "the disk is nearly full"),
    "no_room_for_files": _noop("trouble", "there is no room left for files that people send"),
    "telegram_down": _noop("trouble", "Telegram is not reached"),
    "signal_down": _noop("trouble", "Signal is not reached"),
    "posts_refused": _noop("trouble", "messages from Signal are refused at the door"),
    "clock_doubted": _noop("trouble", "the server’s clock cannot be believed: nothing is erased by time"),
    "erasure_pending": _noop("trouble", "erased words are still in a log of the database"),
}

#: What a person does about it.
REMEDIES: Table = {
    "worker_gone": _noop(
        "remedy",
        "Call the operator at once: it must be started again. Telegram keeps messages for about a day; on Signal they may be lost.",
    ),
    "nobody_enrolled": _noop("remedy", "Let the operator enrol officers on Signal or Telegram. Until then watch the queue here."),
    "emergency_unheard": _noop("remedy", "Open the queue, and acknowledge or take it now."),
    "alert_not_delivered": _noop("remedy", "Call that officer another way; the operator enrols the phone anew."),
    "messages_wait": _noop("remedy", "Tell the operator: the program is overloaded or hangs. It rings for emergencies once it goes on."),
    "replies_wait": _noop("remedy", "Look whether a messenger is not reached; else tell the operator."),
    "trust_failed": _noop("remedy", "Trust the number once more on the page of the case; if that does not help, tell the operator."),
    "model_down": _noop("remedy", "Only the rules for emergencies work; all else is asked about. Let the operator start the model again."),
    "content_refused": _noop("remedy", "Correct the file that is named here; the texts from before are served meanwhile."),
    "disk_low": _noop("remedy", "Tell the operator at once: soon no message can be kept any more."),
    "no_room_for_files": _noop(
        "remedy",
        "Tell the operator today: pictures and recordings wait at the messenger for a week at most. Words are kept as always.",
    ),
    "telegram_down": _noop(
        "remedy", "Tell the operator to look at the network and the bot’s token. Messages wait at Telegram for about a day."
    ),
    "signal_down": _noop("remedy", "Tell the operator at once to look at the Signal service. Messages may be lost meanwhile."),
    "posts_refused": _noop(
        "remedy",
        "Call the operator now: what people write on Signal is lost until the Signal service knows the webhook’s secret.",
    ),
    "clock_doubted": _noop("remedy", "Let the operator set the server’s clock, or confirm that it is right. Alarms ring all the same."),
    "erasure_pending": _noop("remedy", "Usually it ends by itself within minutes. If it stays, tell the operator."),
}

#: Why something was not delivered.
FAILURES: Table = {
    "ambiguous_twice": _noop("failure", "perhaps sent: the messenger twice did not say"),
    "bad_request": _noop("failure", "the messenger refused it"),
    "refused": _noop("failure", "the messenger refused it"),
    "forbidden": _noop("failure", "this person has blocked us, or the account is gone"),
    "gone": _noop("failure", "the account is gone"),
    "unregistered": _noop("failure", "the account is gone"),
    "too_large": _noop("failure", "too large"),
    "unsealable": _noop("failure", "damaged in the database"),
    "key_changed": _noop("failure", "the safety number has changed"),
}

#: What a file really is.
SORTS: Table = {
    "jpeg": _noop("file", "picture"),
    "png": _noop("file", "picture"),
    "webp": _noop("file", "picture"),
    "gif": _noop("file", "picture"),
    "heic": _noop("file", "picture of a sort that is not shown"),
    "pdf": _noop("file", "document"),
    "audio": _noop("file", "sound"),
    "video": _noop("file", "video"),
    "other": _noop("file", "file"),
}

#: Why a file is not kept, or not yet.
FILE_FAILURES: Table = {
    "too_large": _noop("file", "too large"),
    "too_many": _noop("file", "too many files from this contact"),
    "program": _noop("file", "a program"),
    "gone": _noop("file", "the messenger has it no more"),
    "no_room": _noop("file", "there is no room left for files: tell the operator"),
    "channel_off": _noop("file", "that messenger is not configured"),
    "damaged": _noop("file", "damaged in the database"),
}

#: How far a prepared text can be relied on.
STANDINGS: Table = {
    "ok": _noop("text", "read"),
    "draft": _noop("text", "draft"),
    "stale": _noop("text", "read too long ago"),
    "clinician": _noop("text", "waits for a clinician"),
}

#: Circumstances in which an answer has another form.
VARIANTS: Table = {
    "where the state itself is the danger": _noop("variant", "where the state itself is the danger"),
    "while no officer is enrolled": _noop("variant", "while no officer is enrolled"),
    "to somebody whose language is not known yet": _noop("variant", "to somebody whose language is not known yet"),
}
