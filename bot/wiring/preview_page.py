"""All answers on one page for a reviewer: no script, no foreign request, one file that can be sent on."""

from collections.abc import Iterable, Iterator
from html import escape

from bot.dialogue.danger import WITHOUT_POLICE
from bot.domain.message import SHOWN, Piece
from bot.responses import Response
from bot.wiring.preview import Preview, Shown

#: Notifications on a locked screen show about so many signs.
PREVIEW = 60
#: Written from right to left.
_LEFTWARDS = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 0 auto; padding: 1rem }
nav ul { columns: 14rem; padding-inline-start: 1.2rem }
article { border-top: 1px solid #8888; margin-block: 1.5rem; padding-block: .5rem }
blockquote { margin: .3rem 0; padding: .6rem .9rem; border: 1px solid #8888; border-radius: .8rem }
blockquote { white-space: pre-wrap; overflow-wrap: anywhere }
.draft { background: #c60; color: #fff; border-radius: .3rem; padding: 0 .4rem; font-size: .8rem }
.button { display: inline-block; border: 1px solid #8888; border-radius: .4rem; padding: 0 .8rem; margin-inline-end: .4rem }
.locked { font-family: ui-monospace, monospace; font-size: .9rem }
small { opacity: .8 }
main:has(:target) > section:not(:target, :has(:target)) { display: none }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(preview: Preview, locales: Iterable[str]) -> str:
    """The whole page, in HTML."""
    locales = tuple(locales)
    drafts = sum(each.review != "ok" and each.locale in locales for each in preview.library.texts.values())
    head = (
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">'
        f"<title>All answers</title><style>{_STYLE}</style>"
    )
    filters = " · ".join(f'<a href="#{locale}">{locale}</a>' for locale in locales)
    told = f'{drafts} texts are drafts. Show one language: {filters} · <a href="#">all</a>'
    top = f'<header id="top"><h1>All answers</h1><p>{told}</p></header>'
    sections = "\n".join(_section(preview, locale) for locale in locales)
    return f'<!doctype html>\n<html lang="en" dir="ltr"><head>{head}</head>\n<body>{top}\n<main>\n{sections}\n</main></body></html>\n'


def direction(locale: str) -> str:
    """``ltr`` or ``rtl``."""
    return "rtl" if locale.partition("_")[0] in _LEFTWARDS else "ltr"


def _names(preview: Preview) -> list[str]:
    """What has an entry of its own; the forms without police stand beside the usual ones."""
    return [name for name in preview.names() if name not in WITHOUT_POLICE.values()]


def _section(preview: Preview, locale: str) -> str:
    tag, way = locale.replace("_", "-"), direction(locale)
    names = _names(preview)
    contents = "".join(f'<li><a href="#{locale}-{name}">{name}</a></li>' for name in names)
    articles = "\n".join(_article(preview, name, locale) for name in names)
    return (
        f'<section id="{locale}" lang="{tag}" dir="{way}"><h2>{locale}</h2>'
        f'<nav aria-label="{locale}"><ul>{contents}</ul></nav>\n{articles}</section>'
    )


def _article(preview: Preview, name: str, locale: str) -> str:
    shown = [each for channel in SHOWN for each in preview.shown(name, locale, channel)]
    said = list(dict.fromkeys(text for each in shown for text in each.says))
    responses = [preview.response(text, locale) for text in said]
    drafts = '<span class="draft">draft</span>' if any(each.review != "ok" for each in responses) else ""
    forms = "".join(_forms(shown))
    about = "".join(f"<li>{_about(preview, each)}</li>" for each in responses)
    kind = preview.house.classes.get(name, "")
    return (
        f'<article id="{locale}-{name}"><h3>{name} <small>{kind}</small> {drafts}</h3>'
        f'<p class="locked">{escape(locked_screen(shown))}</p>{forms}<ul>{about}</ul><a href="#{locale}">{locale}</a></article>'
    )


def locked_screen(shown: list[Shown]) -> str:
    """What a notification shows of the first message."""
    first = next((piece for each in shown for piece in each.pieces), None)
    return " ".join(first.words.split())[:PREVIEW] if first else ""


def _forms(shown: list[Shown]) -> Iterator[str]:
    """Each form once: Signal and the console mostly show the same."""
    forms: dict[tuple[str, tuple[Piece, ...]], list[str]] = {}
    for each in shown:
        forms.setdefault((each.variant.name, each.pieces), []).append(each.channel)
    for (variant, pieces), channels in forms.items():
        title = ", ".join(filter(None, [*channels, variant]))
        yield f"<h4>{escape(title)}</h4>" + "".join(_message(piece, place, len(pieces)) for place, piece in enumerate(pieces, 1))


def _message(piece: Piece, place: int, of: int) -> str:
    number = f"<small>{place}/{of}</small>" if of > 1 else ""
    buttons = "".join(f'<span class="button">{escape(word)}</span>' for word in buttons_of(piece))
    # What is styled came out of our own renderer: every value in it is escaped, and no tag but b, i, code and a is in it.
    return f"{number}<blockquote>{piece.text if piece.styled else escape(piece.text)}</blockquote>{buttons}"


def buttons_of(piece: Piece) -> list[str]:
    """The words on the buttons below a piece."""
    return [str(getattr(button, "label", button)) for button in piece.buttons]


def _about(preview: Preview, response: Response) -> str:
    sources = ", ".join(_source(preview, name) for name in response.sources)
    return f"<small>{escape(response.file)}: {escape(response.review)}, reviewed {response.reviewed}; {sources}</small>"


def _source(preview: Preview, name: str) -> str:
    source = preview.library.sources.get(name)
    if source is None:
        return escape(name)
    title = escape(f"{name}: {source.title}") + (f" ({source.published})" if source.published else "")
    return f'<a href="{escape(source.url)}" rel="noopener noreferrer">{title}</a>' if source.url else title
