import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from deskbell.delivery.signing import chatwoot_signature, decode_secret, public_key, sign, signature_header
from deskbell.kit.ids import webhook_secret

VECTORS = [
    (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    ),
    (
        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
        1649367553,
        b'{"email":"test@example.com","username":"test_user"}',
        "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
    ),
]


@pytest.mark.parametrize(("secret", "event_id", "timestamp", "body", "signature"), VECTORS)
def test_published_vectors_hold(
    secret: str, event_id: str, timestamp: int, body: bytes, signature: str
) -> None:
    assert sign(secret, event_id, timestamp, body) == signature
    assert sign(secret.removeprefix("whsec_"), event_id, timestamp, body) == signature


ED25519 = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="


def test_an_ed25519_key_signs_v1a_as_published_and_tells_its_public_key() -> None:
    _, event_id, timestamp, body, _ = VECTORS[0]
    expected = "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="
    assert sign(ED25519, event_id, timestamp, body) == expected
    assert public_key(ED25519) == "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
    assert public_key(VECTORS[0][0]) is None


@given(key=st.binary(min_size=1, max_size=64), payload=st.dictionaries(st.text(), st.text()))
def test_the_standard_library_for_receivers_accepts_it(key: bytes, payload: dict[str, str]) -> None:
    secret = "whsec_" + base64.b64encode(key).decode()
    body = json.dumps(payload).encode()
    now = int(datetime.now(UTC).timestamp())
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(now),
        "webhook-signature": sign(secret, "evt_1", now, body),
    }
    assert Webhook(secret).verify(body, headers) == payload


def test_both_secrets_verify_during_a_rotation() -> None:
    new, old = webhook_secret(), webhook_secret()
    now = int(datetime.now(UTC).timestamp())
    header = signature_header([new, old], "evt_1", now, b"{}")
    assert header.split(" ") == [sign(new, "evt_1", now, b"{}"), sign(old, "evt_1", now, b"{}")]
    for secret in (new, old):
        Webhook(secret).verify(
            b"{}", {"webhook-id": "evt_1", "webhook-timestamp": str(now), "webhook-signature": header}
        )


@pytest.mark.parametrize("secret", ["not base64!", "schlüssel", "abcde", "whsec_***"])
def test_a_legacy_secret_is_its_own_text(secret: str) -> None:
    assert decode_secret(secret) == secret.encode()


@pytest.mark.parametrize("secret", ["", "whsec_"])
def test_an_empty_secret_signs_nothing(secret: str) -> None:
    with pytest.raises(ValueError, match="may not be empty"):
        sign(secret, "evt_1", 1, b"")


def test_no_secret_signs_nothing() -> None:
    with pytest.raises(ValueError, match="no secret"):
        signature_header([], "evt_1", 1, b"")


def test_the_chatwoot_form_is_keyed_by_the_secrets_own_text() -> None:
    expected = hmac.new(b"whsec_abcd", b'1700000000.{"a":1}', hashlib.sha256).hexdigest()
    assert chatwoot_signature("whsec_abcd", 1700000000, b'{"a":1}') == f"sha256={expected}"
