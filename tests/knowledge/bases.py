"""Knowledge bases as hypothesis draws them: any texts that the checks allow, and those that files like to spoil."""

from datetime import date, timedelta

from hypothesis import strategies as st

from knowledge.entries import Content, Entry, Fact, answer_faults, phrasing_fault
from knowledge.normal import normalise

TOPICS = ("join-how", "join-cost", "wage-arrears")
SPOILT = (
    *("=1+1", "+86", "-1", "@SUM(A1)", "0668", "1e5", "80%", "2026-11-01", "TRUE", "12367", "https://a.example/b"),
    *("_x0041_", "_x000D_", "<r>x</r>", "<b>&amp;", "~", "null", "a: b", "- x", "# x", "'", '"x', "|", ">", "?"),
    *("[x", "{x", "&x", "*x", "!x", "%x", "`x", "\tx\t", " x", "x ", "a\u2028b", "a\x85b", "\ufeffx", "𠀀😀", "0x1F"),
)  # fmt: skip
_LETTERS = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
_TEXTS = st.text(_LETTERS, max_size=12)
_LINES = st.one_of(st.sampled_from(SPOILT), _TEXTS, st.builds("{}{}".format, _TEXTS, st.sampled_from(SPOILT)))
_PARAGRAPHS = st.lists(_LINES, max_size=4).map("\n".join)
_DATES = st.dates(date(1, 1, 1), date(9000, 1, 1))

said = _PARAGRAPHS.filter(lambda text: bool(text.strip()))
named = said.map(lambda text: text.strip()[:64])  # what a column holds
phrasings = _LINES.filter(lambda text: bool(text.strip()) and not phrasing_fault(text))
# A brace that is open would take part of a fact's words for a name.
answers = _PARAGRAPHS.map(str.strip).filter(lambda text: not answer_faults(text) and "{" not in text)


@st.composite
def facts(draw: st.DrawFn, name: str) -> Fact:
    valued = draw(st.booleans())
    reviewed = draw(_DATES)
    return Fact(
        name,
        draw(said),
        draw(said) if valued else "",
        draw(st.just("") | st.just("示例")),
        draw(said) if not valued or draw(st.booleans()) else "",
        draw(said) if valued else "",
        draw(_DATES) if valued else None,
        reviewed if valued else None,
        reviewed + timedelta(days=1) if valued else None,
        draw(named),
    )


@st.composite
def bases(draw: st.DrawFn) -> Content:
    """One to four entries; an answer may name a fact whose words it can hold."""
    known = [draw(facts(f"fact-{number}")) for number in range(draw(st.integers(0, 2)))]
    tellable = [fact.name for fact in known if not answer_faults(f"x{fact.wording()}{fact.wording(True)}x")]
    count = draw(st.integers(1, 4))
    own = draw(st.lists(phrasings, min_size=count * 2, max_size=count * 4, unique_by=normalise))
    entries = []
    for number in range(count):
        topic = draw(st.sampled_from(TOPICS))
        reviewed = draw(_DATES)
        end = draw(st.sampled_from(["", *(f"{{{name}}}" for name in tellable)]))
        numbered = number > 0 or draw(st.booleans())
        entries.append(
            Entry(
                f"{topic}/{number}" if numbered else topic,
                topic,
                own[number],
                tuple(own[count + number :: count]),
                draw(answers) + end,
                draw(said),
                draw(_DATES),
                reviewed,
                reviewed + timedelta(days=draw(st.integers(1, 900))),
                draw(named),
                draw(named),
                draw(named),
                draw(st.sampled_from(("", "join"))),
            )
        )
    return Content(tuple(entries), tuple(known))
