"""Sealed values open with their key, in their place, and nowhere else."""

import base64
import multiprocessing
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.encryption import Keyring, WrongKey, key_file, parse_keys

OLD, NEW = bytes(range(32)), bytes(range(1, 33))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_sealed_value_opens_again(value: str) -> None:
    ring = Keyring([OLD])
    assert ring.unseal("members.phone", ring.seal("members.phone", value)) == value


def test_the_same_value_never_looks_the_same() -> None:
    ring = Keyring([OLD])
    assert len({ring.seal("members.phone", "13800138000") for _ in range(50)}) == 50


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    old = Keyring([OLD]).seal("t.c", "before")
    both = Keyring([NEW, OLD])
    assert both.unseal("t.c", old) == "before"
    sealed = both.seal("t.c", "after")
    assert Keyring([NEW]).unseal("t.c", sealed) == "after"
    with pytest.raises(WrongKey, match="not at hand"):
        Keyring([OLD]).unseal("t.c", sealed)


def test_a_value_that_was_moved_does_not_open() -> None:
    ring = Keyring([OLD])
    with pytest.raises(WrongKey, match="changed or moved"):
        ring.unseal("members.name", ring.seal("members.phone", "13800138000"))


def test_a_value_that_was_changed_does_not_open() -> None:
    ring = Keyring([OLD])
    sealed = ring.seal("t.c", "value")
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(WrongKey):
            ring.unseal("t.c", bytes(changed))
    for length in range(len(sealed)):
        with pytest.raises(WrongKey):
            ring.unseal("t.c", sealed[:length])


def test_names_give_nothing_away() -> None:
    ring = Keyring([NEW, OLD])
    assert len(ring.names) == len(set(ring.names)) == 2
    assert all(len(name) == 8 for name in ring.names)
    assert ring.names[1] == Keyring([OLD]).names[0]


def test_what_is_exported_can_be_read_again() -> None:
    assert parse_keys(",".join(Keyring([NEW, OLD]).export())) == [NEW, OLD]


@pytest.mark.parametrize("keys", [[], [b""], [OLD, NEW[:31]]])
def test_a_key_of_another_length_is_refused(keys: list[bytes]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring(keys)


@pytest.mark.parametrize(
    ("line", "position"),
    [("", 1), ("c2VjcmV0", 1), ("!!", 1), (base64.b64encode(OLD).decode() + ",", 2), ("密钥", 1)],
)
def test_a_bad_key_is_named_by_position_and_never_repeated(line: str, position: int) -> None:
    with pytest.raises(ValueError, match=f"data key {position} is not the base64 of 32 bytes"):
        parse_keys(line)


def test_a_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "deep/down/data.keys"
    assert key_file(path) == key_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    path = tmp_path / "keys/data.keys"
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        found = pool.map(key_file, [path] * 12, chunksize=1)
    assert len({tuple(keys) for keys in found}) == 1
    assert list(path.parent.iterdir()) == [path]


def test_a_key_file_takes_several_keys_newest_first(tmp_path: Path) -> None:
    path = tmp_path / "data.keys"
    path.write_text("\n".join(base64.b64encode(key).decode() for key in (NEW, OLD)) + "\n")
    assert key_file(path) == [NEW, OLD]
