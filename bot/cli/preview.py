"""``preview``: what a person would see, for whoever writes or reviews the texts."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

import click

from bot import wiring
from bot.cli.common import settings
from bot.domain.message import SHOWN, ChannelName
from bot.wiring import Preview, Shown

_CHANNELS = click.Choice([name.value for name in SHOWN])


@click.command()
@click.argument("intent", required=False)
@click.option("--all", "everything", is_flag=True, help="Every intent and every named text.")
@click.option("--locale", "locales", multiple=True, help="As the mission file lists them; without it, all of them.")
@click.option("--channel", "channels", multiple=True, type=_CHANNELS, help="Without it, all of them.")
@click.option("--html", is_flag=True, help="One page for a browser, with --all.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The page's file; without it, standard output.")
def preview(
    intent: str | None, everything: bool, locales: tuple[str, ...], channels: tuple[str, ...], html: bool, out: Path | None
) -> None:
    """Show what a person would see: the answer to an INTENT, or a named text; sources and review on standard error."""
    if everything == bool(intent) or (html and not everything) or (out and not html):
        raise click.UsageError("either an INTENT, or --all; --html goes with --all, --out with --html")
    seen = wiring.Preview.of(settings())
    chosen = _chosen(seen, locales)
    if html:
        _write(wiring.page(seen, chosen), out)
        return
    for name in seen.names() if everything else [_known(seen, intent or "")]:
        _show(seen, name, chosen, [ChannelName(each) for each in channels] or list(SHOWN))


def _chosen(seen: Preview, locales: tuple[str, ...]) -> tuple[str, ...]:
    offered = seen.house.locales
    if strange := [locale for locale in locales if locale not in offered]:
        raise click.BadParameter(f"{', '.join(strange)}: the mission answers in {', '.join(offered)}", param_hint="--locale")
    return locales or offered


def _known(seen: Preview, name: str) -> str:
    names = seen.names()
    if name not in names:
        like = ", ".join(get_close_matches(name, names)) or "`preview --all` shows all there are"
        raise click.BadParameter(f"there is no intent and no text {name!r}: {like}", param_hint="INTENT")
    return name


def _write(page: str, out: Path | None) -> None:
    if out is None:
        click.echo(page, nl=False)
        return
    out.write_text(page, "utf-8")
    click.echo(f"written: {out}", err=True)


def _show(seen: Preview, name: str, locales: Iterable[str], channels: Iterable[ChannelName]) -> None:
    for locale in locales:
        said: dict[str, None] = {}
        for channel in channels:
            for shown in seen.shown(name, locale, channel):
                _print(shown)
                said |= dict.fromkeys(shown.says)
        for text in said:
            _tell(seen, text, locale)


def _print(shown: Shown) -> None:
    title = ", ".join(filter(None, [shown.name, shown.locale, shown.channel, shown.variant.name]))
    for place, piece in enumerate(shown.pieces, 1):
        click.echo(f"── {title}, {place}/{len(shown.pieces)}")
        click.echo(piece.text)
        if words := wiring.buttons_of(piece):
            click.echo("   ".join(f"[ {word} ]" for word in words))
    click.echo()


def _tell(seen: Preview, text: str, locale: str) -> None:
    """Where it comes from: for the person at the terminal, apart from what a defender sees."""
    response = seen.response(text, locale)
    click.echo(f"{response.file}: review {response.review}, reviewed {response.reviewed}", err=True)
    for name in response.sources:
        source = seen.library.sources.get(name)
        parts = [name, source.title, str(source.published or ""), source.url or ""] if source else [name, "unknown"]
        click.echo(f"  {'  '.join(filter(None, parts))}", err=True)
