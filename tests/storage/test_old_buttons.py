"""Rows that an earlier version queued are sent by this one."""

from typing import Any, cast

from bot.crypto import Sealer
from bot.domain.message import Button, Piece
from bot.storage.base import opened_piece, sealed, sealed_piece


def row(blob: bytes) -> Any:
    return cast("Any", {"id": "r", "text_sealed": blob, "styled": False})


def test_a_button_of_an_earlier_version_says_and_means_its_word() -> None:
    sealer = Sealer.new()
    blob = sealed(sealer, '["Yes: 1. No: 2.", "1", "2"]', "outbox", "text_sealed", "r")
    assert opened_piece(sealer, row(blob)) == Piece(text="Yes: 1. No: 2.", buttons=(Button("1", "1"), Button("2", "2")))


def test_words_and_meaning_of_a_button_are_kept_sealed_with_its_text() -> None:
    sealer, piece = Sealer.new(), Piece(text="An answer", buttons=(Button("Подробнее", "more:guidelines_about:1"),))
    blob = sealed_piece(sealer, piece, "r")
    assert opened_piece(sealer, row(blob)) == piece
    assert b"guidelines" not in blob
