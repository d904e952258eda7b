"""Who else can help: hotlines and organisations, and which of them fit an answer."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.hours import Hours

#: No answer shows more than these: a list of ten is read by nobody in danger.
MOST = 4


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One of them, as its file says it."""

    id: str
    file: str
    groups: tuple[str, ...]  #: for whom: journalist, exile, hurt ...
    names: Mapping[str, str]  #: by locale
    says: Mapping[str, str]  #: what it is, a short phrase, by locale
    numbers: tuple[str, ...]
    addresses: tuple[str, ...]  #: of mail
    links: tuple[str, ...]
    inserted: frozenset[str]  #: values of the country that it shows, such as ``country.police``
    languages: tuple[str, ...]  #: spoken there; none: not known
    hours: Hours | None  #: None: not known
    police: bool  #: the police answer there
    sources: tuple[str, ...]
    checked: date  #: when it was last compared with its sources
    confirmed: bool  #: False: nobody is shown it

    def line(self, locale: str, base: str) -> str:
        """``Name: what it is. Numbers and addresses``, in a locale, or in the base locale where it has no words for that one."""
        name, says = (words.get(locale) or words[base] for words in (self.names, self.says))
        return f"{name}: {says}. {', '.join((*self.numbers, *self.addresses, *self.links))}"

    def short(self, locale: str, base: str) -> str:
        """``Name number``, for whoever can only be called."""
        return f"{self.names.get(locale) or self.names[base]} {self.numbers[0]}"


def pick(
    resources: Sequence[Resource],
    groups: Sequence[str],
    locale: str,
    now: datetime,
    *,
    most: int = MOST,
    police: bool = True,
    named: Collection[str] = (),
) -> tuple[Resource, ...]:
    """At most ``most`` that fit: the best of each group in the groups' order, then the second best of each, and so on.

    ``police`` False leaves out where the police answer.  ``named``: values of the country that the answer shows already.
    """
    fit = [each for each in resources if each.confirmed and (police or not each.police) and not each.inserted & set(named)]
    ranked = sorted(fit, key=lambda each: (_closed(each, now), _strange(each, locale)))
    return tuple(_in_turn(ranked, groups))[:most]


def answering(
    resources: Sequence[Resource], groups: Sequence[str], locale: str, now: datetime, *, most: int = MOST, police: bool = True
) -> tuple[Resource, ...]:
    """Those that fit, can be called, are known to be open now, and are not known to speak other languages only."""
    open_now = [each for each in resources if each.numbers and _closed(each, now) == 0 and _strange(each, locale) < 2]
    return pick(open_now, groups, locale, now, most=most, police=police)


def _in_turn(ranked: Sequence[Resource], groups: Sequence[str]) -> Iterator[Resource]:
    """One of each group after the other, nobody twice."""
    waiting = [[each for each in ranked if group in each.groups] for group in groups]
    given: set[str] = set()
    while any(waiting):
        for line in waiting:
            while line and line[0].id in given:
                line.pop(0)
            if line:
                given.add(line[0].id)
                yield line.pop(0)


def _closed(resource: Resource, now: datetime) -> int:
    """0: open, 1: not known, 2: closed."""
    if resource.hours is None:
        return 1
    return 0 if resource.hours.is_open(now) else 2


def _strange(resource: Resource, locale: str) -> int:
    """0: the language of the locale is spoken, 1: not known, 2: others only."""
    if not resource.languages:
        return 1
    return 0 if locale.split("_")[0] in resource.languages else 2
