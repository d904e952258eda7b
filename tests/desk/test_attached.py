"""Attachments at the desk: blurred before the click, drawn anew after it, sandboxed; facts of the original; nothing for who may not see."""

import asyncio
import hashlib
import io
import re
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from bot.desk.apart import Cannot
from bot.desk.pictures import Pictures
from bot.desk.proofs import DeskProofs
from bot.desk.security import HEADERS, SANDBOX
from bot.domain.account import Role
from bot.storage.tables import audit
from bot.usecases import handoff
from tests.desk.browser import Browser, read
from tests.desk.people import Person, joined
from tests.desk.probe import EVERYTHING, probe, taken_over
from tests.desk.test_pages import DANGER, desk_of
from tests.journeys.files import COMMENT, DEVICE, PLACE, bomb, fetched, jpeg, pattern, png, sends
from tests.journeys.house import Home

#: Marks of everything that is not a pixel.
MARKS = (DEVICE, COMMENT, PLACE, b"Exif", b"GPS", b"ICC_PROFILE", b"http://ns.adobe.com", b"<script", b"PK\x03\x04")
HTML = b"<html><script>alert('kestrel')</script></html>"


@pytest.fixture
async def ana(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Ana")


@pytest.fixture
async def bo(home: Home, proofs: DeskProofs, root: Person) -> Person:
    return await joined(home.house, proofs, root, "Bo", Role.SUPERVISOR)


async def case(home: Home, *contents: bytes, **more: object) -> str:
    await home.says(DANGER)
    await sends(home, *contents, **more)  # type: ignore[arg-type]  # test values
    await fetched(home)
    return await home.reference()


async def readings(home: Home) -> list[str]:
    async with home.house.store.begin() as tx:
        rows = await tx._work.rows(select(audit.c.detail).where(audit.c.event == "attachment_read"))  # type: ignore[attr-defined]
    return [row["detail"] for row in rows]


def marks(content: bytes) -> set[bytes]:
    return {mark for mark in MARKS if mark in content}


def opened(content: bytes) -> Image.Image:
    picture: Image.Image = Image.open(io.BytesIO(content), formats=("JPEG",))
    picture.load()
    return picture


def test_control_the_originals_hold_what_must_not_be_shown() -> None:
    assert {DEVICE, COMMENT, PLACE, b"Exif"} <= marks(jpeg())
    assert COMMENT in png()


async def test_the_thread_has_a_blurred_picture_and_a_link_and_the_page_behind_it_shows_it(
    home: Home, proofs: DeskProofs, ana: Person
) -> None:
    reference = await case(home, jpeg())
    browser = await desk_of(home, proofs, ana)
    thread = (await browser.get(f"/conversation/{reference}")).text
    base = f"/conversation/{reference}/attachment/2.1"
    assert (f'href="{base}"' in thread, f'src="{base}/preview"' in thread, f"{base}/picture" in thread) == (True, True, False)
    small = await browser.get(f"{base}/preview")
    assert (small.status_code, small.headers["content-type"], max(opened(small.content).size)) == (200, "image/jpeg", 24)
    assert await readings(home) == [], "nobody has seen anything"
    page = await browser.get(base)
    tags, said = read(page.text)
    (image,) = [attributes for tag, attributes in tags if tag == "img"]
    assert image["src"] == f"{base}/picture"
    assert str(image["alt"]).startswith("Picture 2.1, sent by the defender")
    assert hashlib.sha256(jpeg()).hexdigest() in said
    shown = await browser.get(f"{base}/picture")
    picture = opened(shown.content)
    assert picture.size == (320, 240)
    assert [max(range(3), key=picture.getpixel(at).__getitem__) for at in ((10, 120), (310, 120))] == [0, 2], "red, blue"
    assert await readings(home) == ['{"number":"2.1"}']


async def test_what_is_shown_has_its_pixels_and_nothing_else(home: Home, proofs: DeskProofs, ana: Person) -> None:
    reference = await case(home, jpeg(), png(), jpeg(more=b"PK\x03\x04" + HTML))
    browser = await desk_of(home, proofs, ana)
    for number in ("2.1", "2.2", "2.3"):
        for kind in ("preview", "picture"):
            answer = await browser.get(f"/conversation/{reference}/attachment/{number}/{kind}")
            assert answer.status_code == 200
            assert marks(answer.content) == set(), (number, kind)
            assert set(opened(answer.content).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


async def test_what_a_stranger_has_made_is_served_as_a_document_that_can_do_nothing(home: Home, proofs: DeskProofs, ana: Person) -> None:
    reference = await case(home, jpeg())
    browser = await desk_of(home, proofs, ana)
    for kind in ("preview", "picture"):
        headers = (await browser.get(f"/conversation/{reference}/attachment/2.1/{kind}")).headers
        assert {name: headers[name] for name in HEADERS} == dict(HEADERS) | {"Content-Security-Policy": SANDBOX}
        assert (headers["cross-origin-resource-policy"], headers["cache-control"]) == ("same-origin", "no-store")


def test_the_small_picture_cannot_be_sharpened() -> None:
    """Of a text on a page nothing is left: rows and gaps between them have the same colour."""

    async def drawn() -> tuple[bytes, bytes]:
        page = Image.new("RGB", (600, 600), "white")
        for row in range(0, 600, 20):
            page.paste("black", (0, row, 600, row + 10))
        held = io.BytesIO()
        page.save(held, "PNG")
        return await Pictures().preview(held.getvalue()), held.getvalue()

    small, original = asyncio.run(drawn())

    def contrast(picture: Image.Image) -> int:
        low, high = picture.convert("L").getextrema()
        return int(high) - int(low)

    assert contrast(opened(small)) < 25
    assert contrast(Image.open(io.BytesIO(original))) == 255, "control"


@pytest.mark.parametrize(
    "content",
    [bomb(), jpeg((1200, 900))[:300], b"\xff\xd8\xff" + b"\0" * 500, b"\x89PNG\r\n\x1a\n" + HTML, b"GIF89a\xff\xff\xff\xff" + HTML],
    ids=["bomb", "truncated", "nothing", "page", "gif"],
)
async def test_what_is_made_to_break_who_opens_it_cannot_be_shown_and_its_original_is_kept(
    home: Home, proofs: DeskProofs, ana: Person, content: bytes
) -> None:
    reference = await case(home, content)
    browser = await desk_of(home, proofs, ana)
    base = f"/conversation/{reference}/attachment/2.1"
    page = (await browser.get(base)).text
    assert ("This picture cannot be shown" in page, "<img" in page) == (True, False)
    assert [(await browser.get(f"{base}/{kind}")).status_code for kind in ("preview", "picture")] == [404, 404]
    assert hashlib.sha256(content).hexdigest() in page
    assert len(bomb()) < 1_500_000, "control: the bomb is small"


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert('kestrel')</script></svg>", HTML, b"%PDF-1.7 kestrel"],
    ids=["svg", "html", "pdf"],
)
async def test_what_is_no_picture_of_ours_is_never_rendered(home: Home, proofs: DeskProofs, ana: Person, content: bytes) -> None:
    reference = await case(home, content, claimed="image/svg+xml; charset=<script>kestrel</script>")
    browser = await desk_of(home, proofs, ana)
    base = f"/conversation/{reference}/attachment/2.1"
    pages = [(await browser.get(path)).text for path in (f"/conversation/{reference}", base)]
    assert "Files of this sort are not opened here" in pages[1]
    for page in pages:
        assert not re.search(r"<script>(alert|kestrel)", page)
    for kind in ("preview", "picture"):
        answer = await browser.get(f"{base}/{kind}")
        assert (answer.status_code, answer.content) == (404, b"")
    assert await readings(home) == []


async def test_what_is_refused_or_not_fetched_yet_is_told_in_the_thread(home: Home, proofs: DeskProofs, ana: Person) -> None:
    reference = await case(home, b"MZ kestrel")
    await sends(home, jpeg())
    browser = await desk_of(home, proofs, ana)
    page = (await browser.get(f"/conversation/{reference}")).text
    assert re.search(r"refused, not kept: a program", page)
    assert "not fetched yet" in page


@pytest.mark.parametrize("number", ["2.2", "1.1", "x", "..%2f..%2fetc", "2.1%00"])
async def test_a_number_that_there_is_not_is_not_there(home: Home, proofs: DeskProofs, ana: Person, number: str) -> None:
    reference = await case(home, jpeg())
    browser = await desk_of(home, proofs, ana)
    for end in ("", "/preview", "/picture"):
        assert (await browser.get(f"/conversation/{reference}/attachment/{number}{end}")).status_code == 404


async def test_a_lane_that_is_not_the_officers_has_no_pictures(home: Home, proofs: DeskProofs, ana: Person) -> None:
    await home.enrols("Sec", sender="901", duties=("general", "security"))
    await home.says("there is a bomb in the embassy")
    await sends(home, jpeg())
    await fetched(home)
    reference = await home.reference()
    browser = await desk_of(home, proofs, ana)
    for end in ("", "/preview", "/picture"):
        assert (await browser.get(f"/conversation/{reference}/attachment/2.1{end}")).status_code == 404
    assert await readings(home) == []


async def test_pictures_of_a_closed_case_are_shown_and_its_reading_is_audited(home: Home, proofs: DeskProofs, ana: Person) -> None:
    reference = await case(home, jpeg())
    browser = await desk_of(home, proofs, ana)
    await browser.does(reference, "claim")
    await browser.does(reference, "close", outcome="helped")
    base = f"/conversation/{reference}/attachment/2.1"
    assert [(await browser.get(f"{base}{end}")).status_code for end in ("", "/preview", "/picture")] == [200] * 3
    assert len(await readings(home)) == 1


async def test_what_the_phone_took_back_is_shown_to_the_claimant_alone(home: Home, proofs: DeskProofs, ana: Person, bo: Person) -> None:
    reference = await case(home, jpeg(), expires_in=60)
    holder, other = await desk_of(home, proofs, ana), await desk_of(home, proofs, bo)
    await holder.does(reference, "claim")
    home.clock.move(minutes=2)
    base = f"/conversation/{reference}/attachment/2.1"
    for end in ("", "/preview", "/picture"):
        assert [(await each.get(f"{base}{end}")).status_code for each in (holder, other)] == [200, 404], end


async def test_the_small_picture_is_drawn_once(home: Home, proofs: DeskProofs, ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = await case(home, jpeg(), bomb())
    browser = await desk_of(home, proofs, ana)
    drawn: list[int] = []
    draw = Pictures.preview

    async def counted(pictures: Pictures, original: bytes) -> bytes:
        drawn.append(len(original))
        return await draw(pictures, original)

    monkeypatch.setattr(Pictures, "preview", counted)
    for _ in range(2):
        for number in ("2.1", "2.2"):
            await browser.get(f"/conversation/{reference}/attachment/{number}/preview")
    assert sorted(drawn) == sorted([len(jpeg()), len(bomb())])


async def test_a_process_that_hangs_is_ended_and_asked_again_the_next_time(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "hangs.py"
    script.write_text("import time\ntime.sleep(600)\n")
    monkeypatch.setattr("bot.desk.pictures._SCRIPT", script)
    with pytest.raises(Cannot) as refusal:
        await asyncio.wait_for(Pictures(within=0.5).picture(jpeg()), 20)
    assert not refusal.value.for_good


@pytest.mark.parametrize("said", ["HTML " * 9, "x" * 20_000_000], ids=["no picture", "without end"])
async def test_a_process_that_was_taken_over_can_only_say_a_picture(tmp_path: Any, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    script = tmp_path / "taken.py"
    script.write_text(f"import sys\nwhile True:\n    sys.stdout.write({said[:9]!r} * {len(said) // 9})\n    if {len(said)} < 99: break\n")
    monkeypatch.setattr("bot.desk.pictures._SCRIPT", script)
    with pytest.raises(Cannot):
        await asyncio.wait_for(Pictures(within=20).picture(jpeg()), 40)


async def test_the_process_has_no_environment_file_or_connection_and_little_memory(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DL_TELEGRAM_TOKEN", "kestrel")
    from bot.desk import pictures, redraw

    source = pictures._SCRIPT.read_text()
    told, target = tmp_path / "told.py", tmp_path / "written"
    trying = probe(target, redraw._MEMORY, 'b"\\xff\\xd8\\xff" + repr(found).encode()')
    told.write_text(taken_over(source, "    side = _SIDES[kind]", trying))
    monkeypatch.setattr("bot.desk.pictures._SCRIPT", told)
    assert await Pictures().picture(jpeg()) == b"\xff\xd8\xff[]"
    told.write_text(taken_over(source, "    side = _SIDES[kind]", trying, limited=False))
    assert await Pictures().picture(jpeg()) == b"\xff\xd8\xff" + repr(EVERYTHING).encode(), "control: without its limits"


def test_pictures_lie_as_they_were_held() -> None:
    """The turn that a camera writes beside the pixels is carried out before it is dropped."""

    async def drawn() -> bytes:
        exif, held = Image.Exif(), io.BytesIO()
        exif[0x0112] = 6
        pattern((300, 200)).save(held, "JPEG", exif=exif.tobytes())
        return await Pictures().picture(held.getvalue())

    assert opened(asyncio.run(drawn())).size == (200, 300)


async def test_an_administrator_and_a_stranger_get_no_picture(home: Home, proofs: DeskProofs, root: Person) -> None:
    reference = await case(home, jpeg())
    browser, stranger = await desk_of(home, proofs, root), Browser(home.house, proofs)
    for end in ("", "/preview", "/picture"):
        path = f"/conversation/{reference}/attachment/2.1{end}"
        assert ((await browser.get(path)).status_code, (await stranger.get(path)).status_code in {303, 401}) == (403, True)


async def test_whoever_has_opened_a_picture_has_opened_the_case(home: Home, proofs: DeskProofs, ana: Person) -> None:
    reference = await case(home, jpeg())
    browser = await desk_of(home, proofs, ana)
    await browser.get(f"/conversation/{reference}/attachment/2.1/picture")
    lines = await handoff.queue(home.house, (await _officers(home))[0])
    async with home.house.store.begin() as tx:
        found = await tx.handoffs.find(lines[0].reference)
    assert found is not None
    assert found.opened_by_person_at is not None


async def _officers(home: Home) -> list[Any]:
    async with home.house.store.begin() as tx:
        return list(await tx.officers.all())
