"""Rendering prepared texts by the Markdown parser's tree: HTML with a few tags or plain text, split to what one send carries.

Values are inserted into text nodes after parsing, so nothing that is inserted can become markup.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.domain.message import Piece

PLACEHOLDER = re.compile(r"\{([a-z_.]+)\}")
#: UTF-16 units that one message of either messenger carries.
LIMIT = 4096
_PARSER = MarkdownIt("commonmark", {"html": False}).disable(
    ["image", "heading", "lheading", "fence", "code", "blockquote", "hr", "reference"]
)
_WORDS = re.compile(r"\S+|\s+")
_TAGS = {"strong": "b", "em": "i"}
_ANCHOR = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_OTHER_TAGS = re.compile(r"</?(?:b|i|code)>")
#: What the parser makes of the braces of a placeholder inside an address.
_BRACES = re.compile(r"%7B([a-z_.]+)%7D", re.IGNORECASE)


@lru_cache(maxsize=1024)
def _parsed(body: str) -> Sequence[Token]:
    """The parser's tree of a prepared text, of which there are some hundred; nobody changes it."""
    return _PARSER.parse(body)


def render(body: str, values: Mapping[str, str], *, styled: bool, anchors: bool = True) -> tuple[Piece, ...]:
    """The text as pieces for one send each; ``styled``: HTML with b, i, code and a, else plain text.

    Without ``anchors`` an address stands behind its words, for messengers whose links cannot hide one.
    """
    blocks = list(_blocks(_parsed(body), values, styled=styled, anchors=styled and anchors))
    return tuple(Piece(text=text, styled=styled) for text in split(blocks, styled=styled))


def links(body: str, values: Mapping[str, str]) -> list[str]:
    """The addresses behind the text's links, filled."""
    inline = [child for token in _parsed(body) for child in token.children or []]
    return [_target(token, values) for token in inline if token.type == "link_open"]


def _blocks(tokens: Sequence[Token], values: Mapping[str, str], *, styled: bool, anchors: bool) -> Iterator[str]:
    """Paragraphs, and lists with one line an item; a blank line stands between blocks."""
    lines: list[str] = []
    depth = 0
    marker = ""
    for token in tokens:
        if token.type.endswith("_list_open"):
            depth += 1
        elif token.type.endswith("_list_close"):
            depth -= 1
            if depth == 0:
                yield "\n".join(lines)
                lines = []
        elif token.type == "list_item_open":
            marker = f"{token.info}{token.markup} " if token.info else "– "
        elif token.type == "inline":
            text = _inline(token.children or [], values, styled=styled, anchors=anchors)
            if depth:
                lines.append("  " * (depth - 1) + marker + text)
                marker = "  "
            else:
                yield text


def _inline(tokens: Sequence[Token], values: Mapping[str, str], *, styled: bool, anchors: bool) -> str:
    node = _html if styled else _plain
    said: list[str] = []
    targets: list[tuple[str, int]] = []
    for token in tokens:
        if token.type == "link_open":
            targets.append((_target(token, values), len(said)))
        elif token.type == "link_close":
            target, start = targets.pop()
            said[start:] = [_link("".join(said[start:]), target, styled=styled, anchors=anchors)]
        else:
            said.append(node(token, values))
    return "".join(said)


def _html(token: Token, values: Mapping[str, str]) -> str:
    kind, _, end = token.type.partition("_")
    if kind in _TAGS and end:
        return f"<{'/' if end == 'close' else ''}{_TAGS[kind]}>"
    text = html.escape(_plain(token, values), quote=False)
    return f"<code>{text}</code>" if token.type == "code_inline" else text


def _plain(token: Token, values: Mapping[str, str]) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return "\n"
    return PLACEHOLDER.sub(lambda match: values.get(match[1], ""), token.content)


def _target(token: Token, values: Mapping[str, str]) -> str:
    address = _BRACES.sub(r"{\1}", str(token.attrGet("href") or ""))
    return PLACEHOLDER.sub(lambda match: values.get(match[1], ""), address)


def _link(text: str, target: str, *, styled: bool, anchors: bool) -> str:
    """A link that can be pressed where the messenger has such, else its address behind the words."""
    if anchors and target.startswith("https://"):
        return f'<a href="{html.escape(target)}">{text}</a>'
    shown = html.escape(target, quote=False) if styled else target
    return text if shown in {text, f"mailto:{text}"} else f"{text} ({shown})"


def _size(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(blocks: Sequence[str], limit: int = LIMIT, *, styled: bool = False) -> list[str]:
    """Blocks joined by blank lines into pieces within the limit; a block is cut between words only where it must be."""
    pieces: list[str] = []
    for block in blocks:
        for part in _parts(block, limit, styled=styled):
            if pieces and _size(pieces[-1]) + 2 + _size(part) <= limit:
                pieces[-1] += "\n\n" + part
            else:
                pieces.append(part)
    return [piece for piece in pieces if piece.strip()]


def _parts(block: str, limit: int, *, styled: bool) -> Iterator[str]:
    if _size(block) <= limit:
        yield block
        return
    part = ""
    for word in _WORDS.findall(_without_tags(block) if styled else block):
        for cut in _cuts(word, limit, styled=styled):
            if part and _size(part) + _size(cut) > limit:
                yield part.rstrip()
                part = ""
            if part or not cut.isspace():
                part += cut
    yield part.rstrip()


def _without_tags(block: str) -> str:
    """A block that must be cut loses its styles, never its words or addresses."""
    return _OTHER_TAGS.sub("", _ANCHOR.sub(r"\2 (\1)", block))


def _cuts(word: str, limit: int, *, styled: bool) -> Iterator[str]:
    """A word that is longer than a whole piece, in pieces that break no entity."""
    if _size(word) <= limit:
        yield word
        return
    signs = html.unescape(word) if styled else word
    # One sign takes at most five units: "&amp;".
    step = max(1, limit // 5)
    for start in range(0, len(signs), step):
        cut = signs[start : start + step]
        yield html.escape(cut, quote=False) if styled else cut
