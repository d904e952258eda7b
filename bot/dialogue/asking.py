"""Whether somebody asks us something to our face: "are you coming?", "when", "please", "help".  Pure; plain words in four languages."""

import re

from bot.dialogue.words import bare, is_bare_help

_STARTS = re.compile(
    r"(?:please|pls|plz|hurry|hello|hey|when|where|why|how|what|who|are you|is (?:any|some)|is there|do you|did you"
    r"|will|would|can|could|have you|does"
    r"|anyone|anybody|answer me|say something"
    r"|molim|brze|pozurite|halo|hej|kad|kada|gdje|gde|zasto|kako|sta|sto da|ko|jeste li|jesi li|da li|hocete|dolazi|dodjite"
    r"|stizete|imate li|ima li"
    r"|mozete li|moze li|mogu li|odgovorite|recite|javite"
    r"|ju lutem|te lutem|shpejt|nxitoni|alo|hej|kur|ku|pse|si|cfare|cka|kush|a jeni|a po|a do|a mund|a ka|a keni"
    r"|po vini|ejani|pergjigjuni|thuani"
    r"|пожалуиста|быстрее|скорее|ало|алло|эи|когда|где|почему|зачем|как|что|кто|вы|есть ли|есть кто|можете|можно"
    r"|приедете|едете|ответьте|скажите"
    r"|pozhaluysta|kogda|gde|pochemu|kto|chto)\b"
)
#: A long text tells something, whatever it begins with.
_SHORT = 9


def is_direct(text: str) -> bool:
    """Whether the text asks, or begs, and so may not meet silence."""
    if not any(map(str.isalpha, text)):
        return "?" in text and bool(text.strip(" ?!.") or len(text.strip()) > 1)
    word = bare(text)
    if "?" in text or "؟" in text or is_bare_help(text):
        return True
    return len(word.split()) <= _SHORT and bool(_STARTS.match(word + " "))


def only_asks(text: str) -> bool:
    """Whether it does so and tells nothing besides that could answer a question of ours."""
    return is_direct(text) and len(bare(text).split()) <= _PLEA


#: So many words hold no answer besides.
_PLEA = 5
