"""What an officer reads in the terminal, in the officer's language; pure.  Every word comes from ``locales/``."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain.errors import Refused
from bot.domain.files import File, FileState
from bot.domain.handoff import HandoffClass, HandoffLine, Spoken, State
from bot.domain.message import Attachment
from bot.locales import Locales, Words, names
from bot.ports import KeptPoison
from bot.usecases import sight
from bot.usecases.handoff import Opened

#: Between the parts of a line; no word of any language.
_BETWEEN = " · "


def queue_line(words: Words, line: HandoffLine, now: datetime) -> str:
    """A handoff in the list: what it is, how long it has been there, who has it; no text."""
    return _BETWEEN.join([
        line.reference,
        word(words, names.CLASSES, line.cls),
        word(words, names.KINDS, line.kind),
        _standing(words, line, now),
        words.gettext("here since {time} ({length})", time=words.moment(line.opened_at, now), length=words.duration(now - line.opened_at)),
        *_last_words(words, line, now),
        word(words, names.CHANNELS, line.channel),
        word(words, names.LANGUAGES, line.locale),
    ])  # fmt: skip


def _standing(words: Words, line: HandoffLine, now: datetime) -> str:
    if line.wake_at is not None:
        return words.gettext("put off until {time}", time=words.moment(line.wake_at, now))
    if line.state is State.CLAIMED and line.holder_name:
        return words.gettext("taken by {officer}", officer=line.holder_name)
    if line.cls in {HandoffClass.E1, HandoffClass.UNCLEAR} and not line.acknowledged:
        return words.gettext("nobody has acknowledged it")
    return word(words, names.STATES, line.state)


def _last_words(words: Words, line: HandoffLine, now: datetime) -> Iterator[str]:
    if line.last_message_at is not None:
        yield words.gettext("last words {length} ago", length=words.duration(now - line.last_message_at))


def opened_head(words: Words, opened: Opened) -> str:
    """The first line of a conversation: what the case is and why it is in the queue."""
    held = opened.handoff
    said = [
        held.reference,
        word(words, names.CLASSES, held.cls),
        word(words, names.KINDS, held.kind),
        word(words, names.STATES, held.state),
        words.gettext("why: {reason}", reason=word(words, names.REASONS, held.reason)),
        word(words, names.CHANNELS, opened.conversation.channel),
    ]
    if held.phone_says_over:
        said.append(words.gettext("the phone says that it is over: not proven"))
    return _BETWEEN.join(said)


def spoken_lines(words: Words, spoken: Spoken, now: datetime) -> str:
    """One message: when, who, what became of it, what was said; then a line for each thing that came with it."""
    marks = [words.moment(spoken.at, now), word(words, names.SPEAKERS, spoken.who), *_marks(words, spoken)]
    numbered = enumerate(sight.numbered(spoken), 1)
    came = [f"    {_attachment(words, number, each, spoken.files.get(place))}" for place, (number, each) in numbered]
    return "\n".join([f"{_BETWEEN.join(marks)}: {shown(spoken.text)}".rstrip(": "), *came])


def _marks(words: Words, spoken: Spoken) -> Iterator[str]:
    """What is usual is not said: a text that has arrived, or has been sent."""
    if kind := words.named(names.MESSAGES, spoken.kind):
        yield kind
    if spoken.state not in {"kept", "sent", ""}:
        yield word(words, names.LINE_STATES, spoken.state)


def _attachment(words: Words, number: str, each: Attachment, file: File | None) -> str:
    if each.is_itself:
        return words.gettext("with it, {number}: {content}", number=number, content=shown(each.handle))
    known = [shown(each.content_type)] if file is None or file.sort is None else [word(words, names.SORTS, file.sort)]
    size = each.size if file is None or file.size is None else file.size
    known += [] if size is None else [words.ngettext("{n} byte", "{n} bytes", size)]
    known += [] if file is None else _fate(words, file)
    return words.gettext("with it, {number}: {content}", number=number, content=_BETWEEN.join(filter(None, known)))


def _fate(words: Words, file: File) -> list[str]:
    """What became of a file that is not kept, and why."""
    said = {
        FileState.WANTED: words.gettext("not fetched yet"),
        FileState.REFUSED: words.gettext("refused, not kept"),
        FileState.FAILED: words.gettext("could not be kept"),
    }.get(file.state)
    return [] if said is None else [said, words.named(names.FILE_FAILURES, file.failure) or ""]


def shown(text: str) -> str:
    """Somebody else's text: signs that would play with a terminal are escaped; its lines are set in under the first."""
    return "\n    ".join("".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in line) for line in text.splitlines())


def refusal(words: Words, refused: Refused, now: datetime) -> str:
    """A refused act: who has it, and since when."""
    if refused.holder is not None:
        if refused.since is None:
            return words.gettext("it is held by {officer}", officer=refused.holder)
        return words.gettext("it is held by {officer} since {time}", officer=refused.holder, time=words.moment(refused.since, now))
    return {
        "not_holder": words.gettext("nobody holds it: claim it first"),
        "closed": words.gettext("it is closed"),
        "not_first": words.gettext("in this case nothing may be asked first: wait until they write"),
        "offered": words.gettext("it is offered to somebody already: take that offer back first"),
        "not_offered": words.gettext("it is not offered to you any more"),
        "no_successor": words.gettext("choose an officer who may take it"),
        "not_changed": words.gettext("its safety number has not changed: there is nothing to trust"),
        "is_open": words.gettext("it is open already"),
        "newer": words.gettext("this person has a newer case: go on there"),
        "erased": words.gettext("this person was erased: nothing is left of the case"),
        "too_late": words.gettext("it was closed more than 24 hours ago: it stays closed"),
        "exercise": words.gettext("it was an exercise: begin a new one"),
        "no_attachment": words.gettext(
            "no such attachment: {command} prints their numbers; what was erased, or deleted by its sender, is gone", command="`queue show`"
        ),
        "not_kept": words.gettext("it is not kept: {command} says why", command="`queue show`"),
        "no_picture": words.gettext("only pictures are shown; for the original ask with {command}", command="`queue original`"),
        "cannot_be_shown": words.gettext("this picture cannot be shown; for the original ask with {command}", command="`queue original`"),
        "not_asked": words.gettext("nobody else asks for this original, or not any more; who asks cannot agree too"),
        "not_agreed": words.gettext("nobody has agreed that you take this original, or more than an hour ago"),
        "no_reason": words.gettext("say why in a few words"),
        "no_accounts": words.gettext("an original takes two persons with accounts of the desk"),
        "damaged": words.gettext("it is damaged in the database"),
        "no_message": words.gettext(
            "no such message with words: {command} prints their numbers; what its sender deleted or lets disappear stays out",
            command="`queue show`",
        ),
        "marked": words.gettext("nobody writes first to this contact already"),
        "not_marked": words.gettext("this contact is not marked: officers may write first"),
        "no_intent": words.gettext("no such intent: {file} lists them", file="nlu/intents.yml"),
        "empty": words.gettext("nothing was written"),
        "not_claimable": words.gettext("it cannot be claimed now"),
        "too_long": words.gettext("nothing is put off for longer than a day, an emergency for no longer than an hour"),
        "unheard": words.gettext("it rings: acknowledge it first"),
        "unanswered": words.gettext("somebody in danger waits for your answer: write first"),
    }.get(refused.reason) or words.gettext("no such handoff in your queue")


def who_acts(words: Words, everybody: int, name: str | None) -> str:
    """Why it is not known which officer acts."""
    if name is not None:
        return words.gettext("there is no officer {name}: see {command}", name=name, command="`python -m bot officer list`")
    if everybody == 0:
        return words.gettext("there is no officer yet: {command} makes one", command="`python -m bot officer enrol NAME`")
    return words.gettext("there are several officers: say which with {option}", option="--as NAME")


def there_already(words: Words, file: str) -> str:
    """A file that would have to be written over."""
    return words.gettext("{file} is there already: nothing is overwritten", file=file)


def no_reference(words: Words) -> str:
    """What was typed is no reference."""
    return words.gettext("a reference looks like {example}", example="K7T-42M")


def fetched(words: Words, kind: str, size: int, file: str) -> str:
    """A file that is on the disk now."""
    size_in_words = words.ngettext("{n} byte", "{n} bytes", size)
    return words.gettext("written: {file} ({content})", file=file, content=_BETWEEN.join([shown(kind), size_in_words]))


def original_asked(words: Words, number: str) -> str:
    """An original was asked for."""
    return words.gettext("asked for the original of {number}: a second person has to agree within 24 hours", number=number)


def original_agreed(words: Words, number: str) -> str:
    """Somebody may take it."""
    return words.gettext("agreed: whoever asked has an hour for the original of {number}", number=number)


def poison_line(words: Words, each: KeptPoison, now: datetime, *, raw: bool) -> str:
    """What could not be understood; with its content only when that was asked for."""
    size = [] if each.raw is None else [words.ngettext("{n} byte", "{n} bytes", len(each.raw.encode()))]
    line = _BETWEEN.join([words.moment(each.at, now), word(words, names.CHANNELS, each.channel), *size])
    return f"{line}: {shown(each.raw)}" if raw and each.raw is not None else line


def done(words: Words, act: str, reference: str) -> str:
    """An act that was carried out."""
    return {
        "claim": words.gettext("{reference} is yours. The first words are due within five minutes.", reference=reference),
        "reply": words.gettext("{reference}: it will be sent.", reference=reference),
        "note": words.gettext("{reference}: noted; only officers see it.", reference=reference),
        "ack": words.gettext("{reference}: acknowledged, the ringing stops.", reference=reference),
        "return": words.gettext("{reference} is back in the queue.", reference=reference),
        "transfer": words.gettext("{reference} is offered. It stays yours until it is accepted.", reference=reference),
        "accept": words.gettext("{reference} is yours. Answer whatever waits for an answer.", reference=reference),
        "decline": words.gettext("{reference}: declined. It stays with whoever offered it.", reference=reference),
        "take_back": words.gettext("{reference}: nobody is asked any more to take it over.", reference=reference),
        "snooze": words.gettext("{reference} is put off, and stays yours; it comes back by itself.", reference=reference),
        "wake": words.gettext("{reference} is in your hands again. Words are due within five minutes.", reference=reference),
        "close": words.gettext("{reference} is closed; the program answers again.", reference=reference),
        "reopen": words.gettext("{reference} is open again, and nobody's: claim it.", reference=reference),
    }[act]


def misread(words: Words, reference: str, number: int) -> str:
    """A message that an officer marked as misread by the model."""
    return words.gettext("{reference}: message {number} is marked as misread.", reference=reference, number=number)


def trusted(words: Words, reference: str, held: int) -> str:
    """A changed safety number that an officer confirmed, with how many answers wait for the messenger to hear of it."""
    return words.ngettext(
        "{reference}: trusted; {n} answer that was held goes out when the messenger has been told.",
        "{reference}: trusted; {n} answers that were held go out when the messenger has been told.",
        held,
        reference=reference,
    )


def word(words: Words, table: names.Table, code: str) -> str:
    """The word for a code; one that the table has not yet stays as it is."""
    return words.named(table, code) or code


def no_such_language(words: Words, locales: Locales) -> str:
    """Which languages there are, each by its own name."""
    there = _BETWEEN.join(f"{locale} ({locales.words(locale).pgettext(*names.OWN_NAME)})" for locale in locales.available)
    return words.gettext("there are no words in that language; there are: {languages}", languages=there)
