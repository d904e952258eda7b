"""Rendering prepared texts by the Markdown parser's tree: Telegram HTML or plain text, split to what one send carries.

Values are inserted into text nodes after parsing, so nothing that is inserted can become markup.
"""

import html
import re
from collections.abc import Iterator, Mapping

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.domain.message import Piece

PLACEHOLDER = re.compile(r"\{([a-z_.]+)\}")
#: UTF-16 units that one message of either messenger carries.
LIMIT = 4096
_PARSER = MarkdownIt("commonmark", {"html": False}).disable(["image", "heading", "fence", "code", "blockquote", "hr"])
_WORDS = re.compile(r"\S+\s*|\s+")


def render(body: str, values: Mapping[str, str], *, styled: bool) -> tuple[Piece, ...]:
    """The text as pieces for one send each; ``styled``: Telegram HTML, else plain text."""
    blocks = list(_blocks(_PARSER.parse(body), values, styled=styled))
    return tuple(Piece(text=text, styled=styled) for text in split(blocks))


def _blocks(tokens: list[Token], values: Mapping[str, str], *, styled: bool) -> Iterator[str]:
    """Paragraphs, and lists with one line an item; a blank line stands between blocks."""
    items: list[str] = []
    depth = 0
    for token in tokens:
        if token.type == "bullet_list_open":
            depth += 1
        elif token.type == "bullet_list_close":
            depth -= 1
            yield "\n".join(items)
            items = []
        elif token.type == "inline":
            text = _inline(token.children or [], values, styled=styled)
            if depth:
                items.append(f"– {text}")
            else:
                yield text


def _inline(tokens: list[Token], values: Mapping[str, str], *, styled: bool) -> str:
    return "".join(_node(token, values, styled=styled) for token in tokens)


def _node(token: Token, values: Mapping[str, str], *, styled: bool) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return "\n"
    if token.type in {"strong_open", "strong_close"}:
        return ("<b>" if token.nesting > 0 else "</b>") if styled else ""
    if token.type == "text":
        text = PLACEHOLDER.sub(lambda match: values.get(match[1], ""), token.content)
        return html.escape(text, quote=False) if styled else text
    return ""


def _size(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def split(blocks: list[str], limit: int = LIMIT) -> list[str]:
    """Blocks joined by blank lines into pieces within the limit; a block is cut between words only where it must be."""
    pieces: list[str] = []
    for block in blocks:
        for part in _parts(block, limit):
            if pieces and _size(pieces[-1]) + 2 + _size(part) <= limit:
                pieces[-1] += "\n\n" + part
            else:
                pieces.append(part)
    return [piece for piece in pieces if piece.strip()]


def _parts(block: str, limit: int) -> Iterator[str]:
    if _size(block) <= limit:
        yield block
        return
    part = ""
    for word in _WORDS.findall(re.sub(r"</?b>", "", block)):
        for cut in _cuts(word, limit):
            if _size(part) + _size(cut) > limit:
                yield part.rstrip()
                part = ""
            part += cut
    yield part.rstrip()


def _cuts(word: str, limit: int) -> Iterator[str]:
    """A word that is longer than a whole piece, in pieces that break no entity."""
    if _size(word) <= limit:
        yield word
        return
    plain = html.unescape(word)
    step = limit // 8
    for start in range(0, len(plain), step):
        cut = plain[start : start + step]
        yield html.escape(cut, quote=False) if plain != word else cut
