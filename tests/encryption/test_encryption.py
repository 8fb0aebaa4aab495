"""Ciphertexts can be decrypted with the same key and associated data only, and stored ones stay readable."""

import base64

import pytest

from encryption import Cipher, InvalidTag, derive_key

SECRET = "a secret of sixteen or more"


def test_what_was_encrypted_is_decrypted() -> None:
    cipher = Cipher.derive(SECRET, "test")
    assert cipher.decrypt(cipher.encrypt("大米".encode())) == "大米".encode()


def test_every_ciphertext_has_a_nonce_of_its_own() -> None:
    cipher = Cipher.derive(SECRET, "test")
    assert cipher.encrypt(b"rice") != cipher.encrypt(b"rice")


@pytest.mark.parametrize("other", [Cipher.derive("another secret of sixteen", "test"), Cipher.derive(SECRET, "other")])
def test_another_secret_or_purpose_does_not_decrypt(other: Cipher) -> None:
    with pytest.raises(InvalidTag):
        other.decrypt(Cipher.derive(SECRET, "test").encrypt(b"rice"))


@pytest.mark.parametrize("associated_data", [None, b"", b"another request"])
def test_other_associated_data_does_not_decrypt(associated_data: bytes | None) -> None:
    cipher = Cipher.derive(SECRET, "test")
    with pytest.raises(InvalidTag):
        cipher.decrypt(cipher.encrypt(b"rice", b"one request"), associated_data)


def test_a_changed_ciphertext_does_not_decrypt() -> None:
    cipher = Cipher.derive(SECRET, "test")
    ciphertext = cipher.encrypt(b"rice")
    with pytest.raises(InvalidTag):
        cipher.decrypt(ciphertext[:-1] + bytes([ciphertext[-1] ^ 1]))


@pytest.mark.parametrize(
    ("purpose", "ciphertext", "associated_data", "plaintext"),
    [
        ("registry phone", "FUQey5z20DQR7fHigbR/73bJFKbmIkzxhBwUPV7OlcoitZXCGWsX", None, b"13812345678"),
        ("exchange webhooks", "Xihe/w0XlxHOPK0YUd136fuwn/sof47P8V5gFXhkK5rlWOLJJw==", None, b"whsec_abc"),
        ("merchant signing", "AAAAAAAAAAAAAAAAZDsIblW1zuH+cXXLGPaSgyqX0dizkqc=", None, b"szs_abc"),
        (
            "gateway told once",
            "AAAAAAAAAAAAAAAACZCt9SIGCIC2xzIGrU2qF4CwLO/A+eJXnBx2blyGC9A=",
            b'["per_1", "k", "d"]',
            b'{"code": "1234"}',
        ),
    ],
)
def test_stored_ciphertexts_stay_readable(
    purpose: str, ciphertext: str, associated_data: bytes | None, plaintext: bytes
) -> None:
    assert Cipher.derive(SECRET, purpose).decrypt(base64.b64decode(ciphertext), associated_data) == plaintext


def test_derived_keys_stay_the_same() -> None:
    assert derive_key(SECRET, "gateway told once").hex().startswith("7fb80b02100120c45fc5c4235b514376")
