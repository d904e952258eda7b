"""Odd things that people, phones and programs send: each with the words that must be kept and the answer that fits."""

from dataclasses import dataclass
from typing import Any

#: Any answer will do that is not silence: the model decides which.
ANY: tuple[str, ...] = ()
QUESTION = ("danger_question",)
_HTML = "<b>bold</b> &amp; <script>x</script> {reference} {0} %s ${people} [a](b) *c* _d_ `e` \\n"
_FILE = {"file_id": "AgACAgQ-odd", "file_unique_id": "AQAD-odd"}


@dataclass(frozen=True, kw_only=True)
class Odd:
    """One odd input."""

    name: str
    text: str = ""  #: as it was sent
    telegram: dict[str, Any] | None = None  #: fields of the message; None: it does not exist there
    signal: dict[str, Any] | None = None  #: fields of the data message, or of the envelope where ``in_envelope``
    in_envelope: bool = False
    update: str = "message"  #: what kind of update carries it on Telegram
    says: tuple[str, ...] = ANY  #: the responses that must be among the answers, by name
    alarm: bool = False  #: it is an emergency, and is answered as one


def _text(name: str, text: str, says: tuple[str, ...] = ANY, *, alarm: bool = False) -> Odd:
    return Odd(name=name, text=text, telegram={"text": text}, signal={"message": text}, says=says, alarm=alarm)


def _kind(name: str, field_name: str, value: Any, says: tuple[str, ...], signal: dict[str, Any] | None) -> Odd:
    return Odd(name=name, telegram={field_name: value}, signal=signal, says=says)


def _file(kind: str, **more: Any) -> dict[str, Any]:
    return {"message": None, "attachments": [{"contentType": kind, "id": "odd.bin", "size": 9, "filename": None} | more]}


TEXTS = (
    _text("one space", " ", QUESTION),
    _text("blank lines", " \n\t\n ", QUESTION),
    _text("zero width signs", "\u200b\u200d\ufeff\u2060", QUESTION),
    _text("NUL alone", "\x00", QUESTION),
    _text("NUL around an emergency", "\x00police are beating my brother\x00", alarm=True),
    _text("NUL inside the words of an emergency", "pol\x00ice are bre\x00aking down our do\x00or", alarm=True),
    _text("lone surrogates", "\udc00\ud83d", QUESTION),
    _text("a lone surrogate in words", "who can \ud800 read this?"),
    _text("bidi controls around an emergency", "\u202e\u2066police are breaking down our door\u2069\u202c", alarm=True),
    _text("bidi controls alone", "\u202e\u2066\u2069\u202c", QUESTION),
    _text("every control sign", "".join(map(chr, range(1, 32))), QUESTION),
    _text("marks without end", "h" + "\u0301" * 3_000 + "i"),
    _text("only emoji", "🆘🚔", QUESTION),
    _text("one flag", "🏳️\u200d🌈", QUESTION),
    _text("a keycap", "1️⃣"),
    _text("a heart", "❤️"),
    _text("punctuation", "?!...", QUESTION),
    _text("a single letter", "x"),
    _text("a zero", "0"),
    _text("a very large number", "9" * 400),
    _text("markup and placeholders", _HTML),
    _text("fullwidth letters", "ＨＥＬＰ　ＭＥ", QUESTION),
    _text("64 kB of one letter", "a" * 65_536),
    _text("64 kB of words", "nobody answers me " * 3_640),
    _text("64 kB of emoji", "🚨" * 16_384, QUESTION),
    _text("64 kB with an emergency at its end", "x " * 32_700 + "police are breaking down our door", alarm=True),
    _text("a link", "https://example.org/?q=%00"),
)

COMMANDS = (
    _text("a slash", "/", QUESTION),
    _text("slashes", "////", QUESTION),
    _text("a command that does not exist", "/frobnicate"),
    _text("a command with a payload", "/start ref_8c1f"),
    _text("a command of another bot", "/help@other_bot", ("help",)),
    _text("a command in capitals", "  /STATUS ", ("status_none",)),
    _text("a command followed by an emergency", "/thanks police are breaking down our door", alarm=True),
    _text("erasing with words behind it", "/forget police are breaking down our door", alarm=True),
    _text("a command and a NUL", "/human\x00"),
    _text("a command and rubbish", "/stop ⁂⁂ %s {} \u202e"),
    _text("a command of 5,000 letters", "/" + "a" * 5_000),
    _text("asking for a person", "/human", ("queued_human",)),
)

KINDS = (
    Odd(name="no text at all", telegram={}, signal={"message": ""}, says=("empty_message", *QUESTION)),
    _kind("sticker", "sticker", _FILE, ("sticker_received", *QUESTION), {"message": None, "sticker": {"packId": "9", "stickerId": 1}}),
    _kind("voice", "voice", _FILE, ("voice_kept", *QUESTION), _file("audio/aac", isVoiceNote=True)),
    _kind("photo", "photo", [_FILE], ("photo_kept", *QUESTION), _file("image/jpeg")),
    _kind("video", "video", _FILE, ("photo_kept", *QUESTION), _file("video/mp4")),
    _kind("round video", "video_note", _FILE, ("photo_kept", *QUESTION), None),
    _kind("document", "document", _FILE, ("document_kept", *QUESTION), _file("application/pdf")),
    _kind("location", "location", {"latitude": 42.4, "longitude": 19.2}, ("location_kept", *QUESTION), None),
    _kind("contact", "contact", {"phone_number": "+1", "first_name": "I"}, ("contact_kept", *QUESTION), {"contacts": [{}]}),
    _kind("dice", "dice", {"emoji": "🎲", "value": 1}, ("empty_message", *QUESTION), None),
    _kind("something newer than this program", "hologram", {"id": 1}, ("empty_message", *QUESTION), {"hologram": {"id": 1}}),
    Odd(
        name="a photo whose caption is an emergency", text="police are breaking down our door", alarm=True,
        telegram={"photo": [_FILE], "caption": "police are breaking down our door"},
        signal=_file("image/jpeg") | {"message": "police are breaking down our door"},
    ),
    Odd(
        name="a poll that is an emergency", text="police are breaking down our door\nyes", alarm=True,
        telegram={"poll": {"question": "police are breaking down our door", "options": [{"text": "yes"}]}},
        signal={"message": None, "pollCreate": {"question": "police are breaking down our door", "options": ["yes"]}},
    ),
    Odd(
        name="a forwarded emergency", text="police are breaking down our door", alarm=True,
        telegram={"text": "police are breaking down our door", "forward_origin": {"type": "hidden_user", "date": 1}},
    ),
    Odd(
        name="an emergency edited into a message that we never saw", text="police are breaking down our door", alarm=True,
        update="edited_message", telegram={"text": "police are breaking down our door", "edit_date": 5}, in_envelope=True,
        signal={"editMessage": {"targetSentTimestamp": 5, "dataMessage": {"timestamp": 6, "message": "police are breaking down our door"}}},
    ),
    Odd(name="a call", signal={"callMessage": {"offerMessage": {"id": 1}}}, in_envelope=True, says=("call_not_possible", *QUESTION)),
    Odd(name="an unknown frame", signal={"hologramMessage": {"id": 1}}, in_envelope=True, says=("empty_message", *QUESTION)),
)  # fmt: skip

EVERY = (*TEXTS, *COMMANDS, *KINDS)
