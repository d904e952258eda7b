"""What browsers and devices say about passkeys (W3C WebAuthn), read by py_webauthn: the port ``PasskeyProofs``."""

import ipaddress
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from bot.domain.account import CHALLENGE_LIVES, Account, NewPasskey, Passkey, Signed
from bot.domain.errors import NotProven

_MILLISECONDS = int(CHALLENGE_LIVES.total_seconds() * 1000)


def name_of(address: str) -> str | None:
    """The name that passkeys are made for; None: browsers make none for a bare number, nor without https but on this machine."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host if parts.scheme == "https" or host == "localhost" else None
    return None


class DeskKeys:
    """For the desk at one address: what was signed for another one proves nothing here."""

    def __init__(self, address: str, name: str) -> None:
        """``name``: that of ``name_of(address)``."""
        parts = urlsplit(address)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._name = name

    def new_challenge(self) -> str:
        """As long as any hash."""
        return bytes_to_base64url(secrets.token_bytes(32))

    def challenge_of(self, answer: str) -> str:
        """From what the browser has put into the signed part."""
        said = _object(_bytes(_object(answer).get("response"), "clientDataJSON"))
        challenge = said.get("challenge")
        return challenge if isinstance(challenge, str) else ""

    def credential_of(self, answer: str) -> str:
        """As its device names it."""
        credential = _object(answer).get("id")
        return credential if isinstance(credential, str) else ""

    def made(self, answer: str, challenge: str) -> NewPasskey:
        """Its maker is not asked for: what counts is who has it (attestation none)."""
        try:
            found = webauthn.verify_registration_response(
                credential=answer,
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=self._name,
                expected_origin=self._origin,
            )
        except Exception as error:  # py_webauthn raises what its parsers raise: anything wrong is not proven
            raise NotProven("passkey") from error
        return NewPasskey(
            credential=bytes_to_base64url(found.credential_id), public_key=found.credential_public_key, count=found.sign_count
        )

    def signed(self, answer: str, challenge: str, passkey: Passkey) -> Signed:
        """The counter is compared where it is kept, by whoever keeps it: here it only has to be readable."""
        try:
            found = webauthn.verify_authentication_response(
                credential=answer,
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=self._name,
                expected_origin=self._origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=0,
            )
        except Exception as error:  # as above
            raise NotProven("passkey") from error
        return Signed(count=found.new_sign_count, knows_person=found.user_verified)

    def to_make(self, challenge: str, account: Account, known: Sequence[Passkey]) -> Mapping[str, Any]:
        """What a browser needs to have one made: it is found by the device itself, so that no name has to be told to a stranger."""
        options = webauthn.generate_registration_options(
            rp_id=self._name,
            rp_name="Defender Line",
            user_id=account.id.encode(),
            user_name=account.name,
            challenge=base64url_to_bytes(challenge),
            timeout=_MILLISECONDS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.PREFERRED
            ),
            exclude_credentials=_described(known),
        )
        return _plain(webauthn.options_to_json(options))

    def to_sign(self, challenge: str, known: Sequence[Passkey], *, alone: bool) -> Mapping[str, Any]:
        """What a browser needs to have it signed.

        ``alone``: no password beside it, so its device has to know its person.  ``known``: one of these; none: one that the device finds
        by itself, which browsers allow to those only that know their person.
        """
        wanted = UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.DISCOURAGED
        options = webauthn.generate_authentication_options(
            rp_id=self._name,
            challenge=base64url_to_bytes(challenge),
            timeout=_MILLISECONDS,
            user_verification=wanted,
            allow_credentials=_described(known),
        )
        return _plain(webauthn.options_to_json(options))


def _described(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential)) for each in known]


def _plain(text: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(text)
    return found


def _object(text: str | bytes) -> dict[str, Any]:
    """An object in JSON; empty for anything else, however deep."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _bytes(values: Any, name: str) -> bytes:
    text = values.get(name) if isinstance(values, dict) else None
    try:
        return base64url_to_bytes(text) if isinstance(text, str) else b""
    except ValueError:
        return b""
