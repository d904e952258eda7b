"""Rendering: what is inserted stays inert, numbers and addresses survive, nothing is lost where a text is cut."""

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering import LIMIT, links, render, split

NASTY = '<b>x</b> <a href="https://evil.example">y</a> **bold** [z](https://evil.example) {reference} & &amp; `c` _i_'


def html_of(body: str, **values: str) -> str:
    return "".join(piece.text for piece in render(body, values, styled=True))


def plain_of(body: str, **values: str) -> str:
    return "".join(piece.text for piece in render(body, values, styled=False))


class Balanced(HTMLParser):
    """Collects the text, and complains of a tag that is not closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read_html(text: str) -> str:
    reader = Balanced()
    reader.feed(text)
    reader.close()
    assert reader.open == [], text
    return reader.text


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("body", ["{people}", "**{people}**", "- {people}", "`{people}`", "[{people}](https://www.state.gov)"])
def test_a_value_cannot_become_markup(body: str):
    said = html_of(body, people=NASTY, reference="K7T-42M")
    assert html.escape(NASTY, quote=False) in said
    assert "K7T-42M" not in said
    assert "evil.example" not in "".join(re.findall(r"<[^>]*>", said))
    assert NASTY in plain_of(body, people=NASTY, reference="K7T-42M")


def test_a_value_in_an_address_cannot_make_a_link_that_runs():
    said = html_of("[x]({people})", people='javascript:alert("1")')
    assert "<a" not in said
    assert '"><b>' not in html_of("[x](https://a.example/{people})", people='"><b>')


def test_html_that_an_officer_writes_is_shown_as_text():
    assert html_of("a <b>b</b> <script>c</script>") == "a &lt;b&gt;b&lt;/b&gt; &lt;script&gt;c&lt;/script&gt;"


def test_a_numbered_list_keeps_its_numbers():
    for render_as in (html_of, plain_of):
        assert render_as("Write:\n\n1. held\n2. hurt") == "Write:\n\n1. held\n2. hurt"


def test_lists_in_lists_keep_every_line():
    assert plain_of("- a\n  - b\n\n    more\n- c") == "– a\n  – b\n    more\n– c"


def test_the_address_behind_a_link_is_shown_where_it_cannot_be_pressed():
    body = "See [the page](https://www.state.gov/x), <https://www.state.gov/y>."
    assert html_of(body).count('<a href="https://www.state.gov/') == 2
    assert plain_of(body) == "See the page (https://www.state.gov/x), https://www.state.gov/y."
    assert links("[site]({mission.web})", {"mission.web": "https://me.usembassy.gov"}) == ["https://me.usembassy.gov"]


def test_bold_italics_and_code_are_styled_for_telegram_and_plain_elsewhere():
    assert html_of("**a** *b* `c`") == "<b>a</b> <i>b</i> <code>c</code>"
    assert plain_of("**a** *b* `c`") == "a b c"


MARKDOWN = st.text(alphabet="ab <>&*_`[]#-1.\n{}é😀", max_size=300)


@given(MARKDOWN)
def test_whatever_is_written_renders_to_balanced_tags_with_the_words_of_the_plain_text(body: str):
    said = read_html(html_of(body))
    assert bare(said) == bare(plain_of(body))


SIGNS = st.text(alphabet=st.characters(codec="utf-8"), max_size=400)


@given(st.lists(SIGNS, max_size=5), st.integers(min_value=10, max_value=60))
def test_plain_pieces_rejoin_without_loss_and_none_is_too_long(blocks: list[str], limit: int):
    pieces = split(blocks, limit)
    assert all(units(piece) <= limit for piece in pieces)
    assert bare("".join(pieces)) == bare("".join(blocks))


@given(st.lists(SIGNS, max_size=5), st.integers(min_value=10, max_value=60))
def test_html_pieces_rejoin_without_loss_and_none_breaks_a_tag_or_an_entity(blocks: list[str], limit: int):
    marked = [f"<b>{html.escape(block, quote=False)}</b>" for block in blocks]
    pieces = split(marked, limit, styled=True)
    assert all(units(piece) <= limit for piece in pieces)
    assert bare("".join(read_html(piece) for piece in pieces)) == bare("".join(blocks))


@given(st.text(alphabet="ab ", min_size=1, max_size=300).filter(str.strip))
def test_words_that_fit_are_not_broken(block: str):
    longest = max(map(len, block.split()))
    pieces = split([block], max(longest + 1, 10))
    assert [word for piece in pieces for word in piece.split()] == block.split()


def test_a_long_text_is_cut_for_both_messengers_at_their_limit():
    body = "\n\n".join(["word & " * 500, "**bold** " * 400, "x" * 9000])
    for styled in (True, False):
        pieces = [piece.text for piece in render(body, {}, styled=styled)]
        assert len(pieces) > 3
        assert all(units(piece) <= LIMIT for piece in pieces)
        words = "".join(read_html(piece) if styled else piece for piece in pieces)
        assert bare(words) == bare(body.replace("**", ""))


def test_a_block_that_must_be_cut_keeps_the_address_of_its_link():
    pieces = render("word " * 900 + "[page](https://www.state.gov/x)", {}, styled=True)
    assert "page (https://www.state.gov/x)" in pieces[-1].text
