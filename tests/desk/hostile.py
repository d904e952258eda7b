"""A thousand things that somebody may write so that a page runs it, asks others for it, or falls apart."""

from itertools import product
from urllib.parse import quote

#: What a payload would have run; where it would have asked.
RUN, ELSEWHERE = "window.ran=1", "http://127.0.0.2:9"
#: Out of where it may stand.
_BEFORE = ("", '">', "'>", "</p></li>", "</textarea>", "</title>", "-->", "</script>", "]]>", "</option></select>", "</dd></dl>", '" x="')
_WHAT = (
    f"<script>{RUN}</script>", f"<img src=x onerror={RUN}>", f"<svg onload={RUN}>", f"<details open ontoggle={RUN}>x</details>",
    f"<iframe src=javascript:parent.{RUN}></iframe>", f"<input autofocus onfocus={RUN}>", f"<a href=javascript:{RUN}>x</a>",
    f"<style>@import '{ELSEWHERE}/x.css';*{{color:red}}</style>", f"<link rel=stylesheet href={ELSEWHERE}/x.css>",
    f"<img src={ELSEWHERE}/x.png>", f"<video><source onerror={RUN}></video>", f"<object data={ELSEWHERE}></object>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>", f"<meta http-equiv=refresh content='0;url={ELSEWHERE}'>",
    f"<base href={ELSEWHERE}/>", f"<form action={ELSEWHERE}><input name=form_token>", f"<script src={ELSEWHERE}/x.js></script>",
    "<div style='position:fixed;inset:0;background:red'>", f"onmouseover={RUN} ", "{{ 7*7 }}{% include '/etc/passwd' %}",
    f"<template><script>{RUN}</script></template>", f"<audio src onerror={RUN}>",
)  # fmt: skip


def _entities(text: str) -> str:
    return "".join(f"&#{ord(sign)};" if sign in "<>\"'" else sign for sign in text)


_AS = (
    str,
    _entities,
    lambda text: quote(text, safe=" "),
    lambda text: f"\u202e{text}\u200f\u2066",
    lambda text: text.replace("<", "<\u00a0"),
)
PAYLOADS = [dress(f"{before}{what}") for dress, before, what in product(_AS, _BEFORE, _WHAT)]
#: As long as a name may be, and of signs that one may have.
NAMES = [each for each in PAYLOADS if len(each) <= 80 and each.isprintable()]
