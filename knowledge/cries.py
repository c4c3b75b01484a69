"""Cries for help that are over in a word, and such words as speech input and quick fingers spell them."""

import re
from collections.abc import Iterable

from knowledge.concepts import read_concepts
from knowledge.normal import normalise
from knowledge.sounds import sound

_MOST = 14  # letters of a cry; a longer text has more to go by
_content = read_concepts()
_cries = {normalise(word): str(kind) for kind, words in _content["alone"].items() for word in words.split()}
_misheard = {sound(word): word for word in map(normalise, _content["misheard"].split())}
_meant = frozenset(_content["meant"].split())


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _written(words: str) -> str:
    return _any(filter(None, map(normalise, words.split())))


_cry = re.compile(f"(?:{_written(_content['begins'])})*({_any(_cries)})(?:{_written(_content['ends'])})*")
_sounding = re.compile(_any(_misheard))


def alone(said: str) -> str:
    """The kind of emergency that a normalised text cries out and says nothing else; empty for none."""
    found = _cry.fullmatch(said) if len(said) <= _MOST else None
    return _cries[found[1]] if found else ""


def respelt(said: str) -> str:
    """The text with words of an emergency in the place of others that sound like them."""
    # One letter a syllable: a text and its sound have the same length.
    for match in _sounding.finditer(sound(said)):
        if said[match.start() : match.end()] not in _meant:
            said = said[: match.start()] + _misheard[match[0]] + said[match.end() :]
    return said
