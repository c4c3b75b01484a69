"""Sealed values: AES-256-GCM under keys that live outside the database."""

import base64
import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.hmac import HMAC

_KEY_BYTES = 32
_NAME_BYTES = 4
_NONCE_BYTES = 12
_BLIND_BYTES = 16


class WrongKey(Exception):
    """None of the keys opens a sealed value."""


class Keyring:
    """Seals with the newest key (the first) and opens with any of them, so that keys can be rotated."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Keys are 32 random bytes each, newest first; ValueError otherwise."""
        if not keys or any(len(key) != _KEY_BYTES for key in keys):
            raise ValueError("a data key is 32 bytes")
        self._raw = list(keys)
        self._keys = {_name(key): AESGCM(key) for key in keys}
        self._newest = _name(keys[0])
        # A key of its own: whoever learns an index must not learn anything about a seal.
        self._blinding = _digest(b"unionbot blind index" + keys[0])

    @property
    def newest(self) -> bytes:
        """How each value begins that the newest key sealed."""
        return self._newest

    @property
    def names(self) -> list[str]:
        """Which keys these are, without giving them away."""
        return [name.hex() for name in self._keys]

    def export(self) -> list[str]:
        """The keys in the form `parse_keys` reads."""
        return [base64.b64encode(key).decode() for key in self._raw]

    def seal(self, place: str, value: str) -> bytes:
        """`place` ("table.column") is bound to the value: a sealed value copied elsewhere does not open."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._keys[self._newest].encrypt(nonce, value.encode(), place.encode())
        return self._newest + nonce + sealed

    def unseal(self, place: str, sealed: bytes) -> str:
        name, nonce = sealed[:_NAME_BYTES], sealed[_NAME_BYTES : _NAME_BYTES + _NONCE_BYTES]
        cipher = self._keys.get(name)
        if cipher is None:
            raise WrongKey(f"{place} was sealed with a key that is not at hand")
        try:
            return cipher.decrypt(nonce, sealed[_NAME_BYTES + _NONCE_BYTES :], place.encode()).decode()
        except (InvalidTag, ValueError):  # the latter for a value that was cut short
            raise WrongKey(f"{place} cannot be opened: it was changed or moved") from None

    def blind(self, place: str, value: str) -> bytes:
        """The same 16 bytes for the same value in the same place, under the newest key alone; to look it up by."""
        made = HMAC(self._blinding, SHA256())
        made.update(f"{place}\0{value}".encode())
        return made.finalize()[:_BLIND_BYTES]


def parse_keys(line: str) -> list[bytes]:
    """Comma-separated base64 of 32 bytes each, newest first; ValueError names the position of a bad one."""
    keys = []
    for position, part in enumerate(line.split(","), start=1):
        try:
            key = base64.b64decode(part.strip(), validate=True)
        except ValueError:
            key = b""
        if len(key) != _KEY_BYTES:
            raise ValueError(f"data key {position} is not the base64 of {_KEY_BYTES} bytes")
        keys.append(key)
    return keys


def key_file(path: Path) -> list[bytes]:
    """The keys in the file (one a line, newest first), which is made with one new key where there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = path.with_name(f"{path.name}.{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(base64.b64encode(os.urandom(_KEY_BYTES)).decode() + "\n")
        # A link never overwrites: of several processes that start at once one wins, and no key is lost.
        with contextlib.suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    return parse_keys(",".join(path.read_text().split()))


def _name(key: bytes) -> bytes:
    return _digest(b"unionbot key name" + key)[:_NAME_BYTES]


def _digest(content: bytes) -> bytes:
    digest = Hash(SHA256())
    digest.update(content)
    return digest.finalize()
