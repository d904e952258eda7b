"""The interface words of one locale: sentences, plural forms, dates and times in the mission's time zone, numbers."""

import datetime as dt
from collections.abc import Mapping
from gettext import NullTranslations

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from bot.locales.marked import Marked

#: From so many on the next greater unit says enough.
_MINUTES, _HOURS = dt.timedelta(hours=2), dt.timedelta(days=2)
#: Where CLDR's data for Montenegro are not ijekavian.
_IJEKAVIAN = {"ponedeljak": "ponedjeljak", "понедељак": "понедјељак", "sre": "sri", "сре": "сри"}


class Words:
    """One locale's words.  Values stand in braces, ``{name}``; a message that the catalogue lacks is said in English."""

    def __init__(self, locale: str, catalogue: NullTranslations, zone: dt.tzinfo, data: Locale) -> None:
        """``catalogue``: checked when it was loaded; ``data``: Babel's names and forms for dates and numbers."""
        self.locale = locale
        self._catalogue = catalogue
        self._zone = zone
        self._data = data

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return self._data.text_direction

    def gettext(self, message: str, /, **values: object) -> str:
        """The message with its values."""
        return self._catalogue.gettext(message).format_map(values)

    def pgettext(self, context: str, message: str, /, **values: object) -> str:
        """The message as it is said in that context."""
        return self._catalogue.pgettext(context, message).format_map(values)

    def ngettext(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The form for that number, which stands in it as ``{n}``."""
        return self._catalogue.ngettext(one, many, n).format_map({"n": self.number(n), **values})

    def named(self, names: Mapping[str, Marked], key: str) -> str | None:
        """The word for a state, a class and the like; None where the table has none."""
        marked = names.get(key)
        return None if marked is None else self.pgettext(*marked)

    def number(self, number: float) -> str:
        """With the locale's signs between thousands and before decimals."""
        return format_decimal(number, locale=self._data)

    def size(self, number: int) -> str:
        """So many bytes, in kilobytes or megabytes."""
        unit, name = (1_000_000, "MB") if number >= 1_000_000 else (1_000, "kB")
        return f"{self.number(max(0.1, round(number / unit, 1)))} {name}"

    def date(self, moment: dt.datetime) -> str:
        """Day, month, year."""
        return format_date(moment.astimezone(self._zone).date(), "long", locale=self._data)

    def time(self, moment: dt.datetime) -> str:
        """Hours and minutes out of 24 in every locale: nobody shall have to think of a.m. at night."""
        return format_skeleton("Hm", moment, tzinfo=self._zone, locale=self._data)

    def datetime(self, moment: dt.datetime) -> str:
        """Date and time."""
        return self._joined(self.date(moment), moment)

    def moment(self, moment: dt.datetime, now: dt.datetime) -> str:
        """The time; with its weekday and day before it when that is not today."""
        if moment.astimezone(self._zone).date() == now.astimezone(self._zone).date():
            return self.time(moment)
        return self._joined(self._day(format_skeleton("MMMEd", moment, tzinfo=self._zone, locale=self._data)), moment)

    def weekday(self, moment: dt.datetime) -> str:
        """The name of the day."""
        return self._day(format_date(moment.astimezone(self._zone).date(), "EEEE", locale=self._data))

    def duration(self, length: dt.timedelta) -> str:
        """How long that is, in one unit, cut downwards."""
        minutes = max(0, int(length.total_seconds() // 60))
        if minutes < 1:
            return self.gettext("less than a minute")
        if length < _MINUTES:
            return self.ngettext("{n} minute", "{n} minutes", minutes)
        if length < _HOURS:
            return self.ngettext("{n} hour", "{n} hours", minutes // 60)
        return self.ngettext("{n} day", "{n} days", length.days)

    def _day(self, said: str) -> str:
        if self._data.language != "sr":
            return said
        return " ".join(_IJEKAVIAN.get(word, word) for word in said.split(" "))

    def _joined(self, day: str, moment: dt.datetime) -> str:
        return self.pgettext("day and time of day", "{day}, {time}", day=day, time=self.time(moment))
