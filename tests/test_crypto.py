"""Keys and seals: a ciphertext opens in its own place only, and a key file is made once, for its owner."""

import hashlib
import os
import random
import stat
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.crypto import MasterKey, Sealer, Unsealable
from bot.domain.errors import RefuseToStart

PLACE = "inbox|text_sealed|1"


def test_a_sealed_text_comes_back_in_its_own_place() -> None:
    sealer = Sealer.new()
    for text in ("", "помозите", "a" * 70_000, "🆘\u202e"):
        assert sealer.open_text(sealer.seal_text(text, PLACE), PLACE) == text


@pytest.mark.parametrize("place", ["inbox|text_sealed|2", "inbox|extra_sealed|1", "notes|text_sealed|1", ""])
def test_it_opens_in_no_other_place(place: str) -> None:
    sealer = Sealer.new()
    with pytest.raises(Unsealable):
        sealer.open(sealer.seal(b"x", PLACE), place)


def test_control_sealing_without_a_place_accepts_every_swap() -> None:
    key = AESGCM(Sealer.new().key)
    nonce = b"\0" * 12
    taken_from_another_row = key.encrypt(nonce, b"x", None)
    assert key.decrypt(nonce, taken_from_another_row, None) == b"x"


def test_another_contacts_key_does_not_open_it() -> None:
    with pytest.raises(Unsealable):
        Sealer.new().open(Sealer.new().seal(b"x", PLACE), PLACE)


def test_a_key_that_claims_the_same_id_does_not_open_it() -> None:
    one = Sealer.new()
    with pytest.raises(Unsealable):
        Sealer(id=one.id, key=Sealer.new().key).open(one.seal(b"x", PLACE), PLACE)


def test_every_changed_byte_and_every_cut_is_noticed() -> None:
    sealer = Sealer.new()
    blob = sealer.seal(b"two men at the door", PLACE)
    broken = [blob[:place] + bytes([blob[place] ^ 1]) + blob[place + 1 :] for place in range(len(blob))]
    cut = [blob[:length] for length in range(len(blob))]
    opened = 0
    for each in (*broken, *cut):
        try:
            sealer.open(each, PLACE)
            opened += 1
        except Unsealable:
            pass
    assert opened == 0


def test_one_text_is_never_sealed_to_the_same_bytes_twice() -> None:
    sealer = Sealer.new()
    assert len({sealer.seal(b"x", PLACE) for _ in range(1_000)}) == 1_000


def test_the_ciphertext_names_its_key_so_that_an_old_key_still_opens_it(tmp_path: Path) -> None:
    old = MasterKey.create(tmp_path / "old")
    rotated = MasterKey(sealers=(Sealer.new(), *old.sealers), index_secret=old.index_secret)
    assert rotated.open(old.seal(b"x", PLACE), PLACE) == b"x"
    assert rotated.seal(b"x", PLACE)[1:5] == rotated.sealers[0].id
    assert rotated.blind("contacts.address", "42") == old.blind("contacts.address", "42")
    with pytest.raises(Unsealable):
        old.open(rotated.seal(b"x", PLACE), PLACE)


def test_a_wrapped_key_is_bound_to_its_contact(master: MasterKey) -> None:
    sealer = Sealer.new()
    wrapped = master.wrap(sealer, "contacts|wrapped_key|a")
    assert master.unwrap(wrapped, "contacts|wrapped_key|a") == sealer
    with pytest.raises(Unsealable):
        master.unwrap(wrapped, "contacts|wrapped_key|b")


def test_keys_do_not_show_in_a_repr(master: MasterKey) -> None:
    sealer = Sealer.new()
    shown = repr(sealer) + repr(master)
    assert repr(sealer.key) not in shown
    assert repr(master.index_secret) not in shown


def test_a_blind_index_differs_by_column_and_by_key(master: MasterKey, tmp_path: Path) -> None:
    other = MasterKey.create(tmp_path / "other")
    seen = {master.blind("a", "42"), master.blind("b", "42"), other.blind("a", "42")}
    assert len(seen) == 3
    assert master.blind("a", "42") == master.blind("a", "42")


def _found_by_trying(column: set[bytes], tried: range) -> int:
    """Somebody who has the database and no key tries every id there could be, with and without the channel's name."""
    spellings = ("{}", "telegram|{}")
    return sum(hashlib.sha256(each.format(number).encode()).digest() in column for number in tried for each in spellings)


def test_who_has_only_the_database_cannot_find_ids_by_trying_them(master: MasterKey) -> None:
    ids = random.Random(1).sample(range(100_000), 100)
    assert _found_by_trying({master.blind("contacts.address", f"telegram|{each}") for each in ids}, range(100_000)) == 0


def test_control_a_plain_hash_gives_every_id_away() -> None:
    ids = random.Random(1).sample(range(100_000), 100)
    began = time.perf_counter()
    assert _found_by_trying({hashlib.sha256(f"telegram|{each}".encode()).digest() for each in ids}, range(100_000)) == 100
    assert time.perf_counter() - began < 60


def test_a_key_file_is_its_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        MasterKey.create(tmp_path / "keys" / "master.key")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "keys" / "master.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_a_key_file_is_never_made_over_another_file_or_through_a_link(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    path.write_text("the old key")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for taken in (path, tmp_path / "link"):
        with pytest.raises(RefuseToStart, match="DL_MASTER_KEY_FILE"):
            MasterKey.create(taken)
    assert path.read_text() == "the old key"
    assert not (tmp_path / "elsewhere").exists()


def test_a_key_file_comes_back_as_it_was_made(tmp_path: Path) -> None:
    assert MasterKey.create(tmp_path / "k") == MasterKey.load(tmp_path / "k")


def _broken(text: str) -> dict[str, str]:
    lines = text.splitlines()
    return {
        "empty": "",
        "another head": "\n".join(["ssh-key 1", *lines[1:]]),
        "no index": "\n".join(lines[:2]),
        "no key": "\n".join([lines[0], lines[2]]),
        "cut": text[:-20],
        "short key id": text.replace("key ", "key 00 ", 1),
        "one word": lines[0] + "\nkey",
        "not ascii": text + "ž",
    }


@pytest.mark.parametrize("fault", ["empty", "another head", "no index", "no key", "cut", "short key id", "one word", "not ascii"])
def test_what_is_no_key_file_is_refused_in_one_sentence(tmp_path: Path, fault: str) -> None:
    path = tmp_path / "k"
    MasterKey.create(path)
    path.write_text(_broken(path.read_text())[fault])
    with pytest.raises(RefuseToStart, match="DL_MASTER_KEY_FILE") as refusal:
        MasterKey.load(path)
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o777])
def test_a_key_file_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "k"
    MasterKey.create(path)
    path.chmod(mode)
    with pytest.raises(RefuseToStart, match="0600"):
        MasterKey.load(path)


def test_a_missing_key_file_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(RefuseToStart, match="missing"):
        MasterKey.load(tmp_path / "k")
    assert not (tmp_path / "k").exists()
