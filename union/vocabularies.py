"""Words that mean something in a subject, found in what a worker writes."""

import re
from collections.abc import Iterable, Mapping


class Vocabulary:
    """Meanings with the words for each. Built once; looking is quick where nothing stands."""

    def __init__(self, meant: Mapping[str, Iterable[str]]) -> None:
        pairs = [(word, meaning) for meaning, words in meant.items() for word in words]
        self._longest_first = sorted(pairs, key=lambda pair: -len(pair[0]))
        self.pattern = "|".join(re.escape(word) for word, _ in self._longest_first)
        self._any = re.compile(self.pattern)
        self.letters = frozenset("".join(word for word, _ in pairs))

    def stands_in(self, text: str) -> bool:
        return self._any.search(text) is not None

    def take(self, text: str) -> tuple[tuple[str, ...], str]:
        """The meanings whose words stand in the text, longest words first, and the text without them."""
        if not self.stands_in(text):
            return (), text
        found: list[str] = []
        for word, meaning in self._longest_first:
            if word in text:
                text = text.replace(word, "")
                found.append(meaning)
        return tuple(dict.fromkeys(found)), text
