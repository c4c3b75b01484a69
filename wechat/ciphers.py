"""The AES packet of safe mode: base64(AES-256-CBC(16 random bytes, length, message, AppID, padding))."""

import re
import secrets
from base64 import b64decode
from binascii import Error, a2b_base64, b2a_base64

from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

BLOCK = 32  # WeChat pads to 32 bytes, twice the block of AES
_KEY = re.compile(r"[A-Za-z0-9]{43}")
_HEAD = 20  # the random bytes and the length


class Undecipherable(Exception):
    """Not a packet under this key and for this AppID."""


class Cipher:
    def __init__(self, key: str, appid: str) -> None:
        """Raises `ValueError` for a key that is not the 43 letters and digits of an EncodingAESKey."""
        if not _KEY.fullmatch(key):
            raise ValueError("a WeChat AES key (EncodingAESKey) must be 43 letters and digits")
        secret = b64decode(key + "=")
        self._cipher = BlockCipher(AES(secret), CBC(secret[:16]))
        self._appid = appid.encode()

    def open(self, sealed: str) -> bytes:
        """Raises `Undecipherable`; padding, length and AppID are checked in full."""
        try:
            packet = a2b_base64(sealed.encode("ascii"), strict_mode=True)
        except (Error, UnicodeEncodeError):
            raise Undecipherable from None
        if not packet or len(packet) % 16:
            raise Undecipherable
        decryptor = self._cipher.decryptor()
        clear = decryptor.update(packet) + decryptor.finalize()
        pad = clear[-1]
        if not 1 <= pad <= BLOCK or not clear.endswith(bytes((pad,)) * pad):
            raise Undecipherable
        end = _HEAD + int.from_bytes(clear[16:_HEAD], "big")
        if clear[end : len(clear) - pad] != self._appid:
            raise Undecipherable
        return clear[_HEAD:end]

    def seal(self, message: bytes) -> str:
        head = secrets.token_bytes(16) + len(message).to_bytes(4, "big")
        clear = head + message + self._appid
        pad = BLOCK - len(clear) % BLOCK
        encryptor = self._cipher.encryptor()
        packet = encryptor.update(clear + bytes((pad,)) * pad) + encryptor.finalize()
        return b2a_base64(packet, newline=False).decode()
