"""How a page looks: plain HTML without scripts, every text escaped."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

import segno

from dialogue.pages import Allowable, AnyPage, ConsentPage, File, FormPage, PageField, PageWords, Sheet, View

_FOLDER = Path(__file__).parent / "page"
_FRAME = Template((_FOLDER / "frame.html").read_text(encoding="utf-8"))
STYLE = (_FOLDER / "page.css").read_text(encoding="utf-8")

CONSENT = "consent"
ACCEPTED, SHOWING = "accepted", "showing"
CONSENT_SCRIPT = (_FOLDER / "consent.js").read_text(encoding="utf-8")
PROOF = "proof"
WAY, SEE = "way", "see"


@dataclass(frozen=True, slots=True)
class Signed:
    """What the platform's script wants to know of a page, and where it is."""

    sdk: str
    appid: str
    nonce: str
    timestamp: int
    signature: str


def message(words: PageWords, said: tuple[str, str], back: str = "") -> str:
    """A page that only says something."""
    title, text = said
    ends = f'<p class="back">{escape(back)}</p>' if back else ""
    return framed(words, title, f'<div class="card">{_lines(text)}</div>{ends}')


def late(words: PageWords, page: AnyPage) -> tuple[str, str]:
    """What is typed on a form that is over is lost, which is said of nothing else."""
    if not isinstance(page, FormPage):
        return words.past
    title, text = words.late
    return title, text.format(title=page.title)


def asked(
    words: PageWords, page: AnyPage, proof: str, typed: Mapping[str, str], wrong: Mapping[str, str]
) -> str:
    """The page with its form, with what was typed and what is wrong with it beside the field."""
    fields = page.fields if isinstance(page, FormPage) else ()
    inputs = "".join(_input(one, typed.get(one.name, ""), wrong.get(one.name, "")) for one in fields)
    summary = f'<p class="error summary" role="alert">{escape(words.look_again)}</p>' if wrong else ""
    return framed(
        words,
        page.title,
        f'<div class="notice">{_lines(page.notice)}</div>{summary}'
        '<form class="card" method="post" autocomplete="off" novalidate>'
        f'<input type="hidden" name="{PROOF}" value="{escape(proof)}">'
        f"{inputs}{_consent(page, CONSENT in typed, wrong.get(CONSENT, ''))}"
        f"<button>{escape(page.button)}</button>{_second(words, page)}<p></p></form>",
    )


def consent(
    words: PageWords,
    page: ConsentPage,
    proof: str,
    showing: str,
    templates: Sequence[Allowable],
    signed: Signed,
) -> str:
    """The platform's own button, which its script shows, and a form that takes what it was answered."""
    if not templates:
        return message(words, (page.title, page.none), words.back)
    ids = ",".join(one.id for one in templates)
    what = "".join(f"<li>{escape(one.label)}</li>" for one in templates)
    # Inside the tag no style sheet of ours holds.
    style = "width:100%;height:54px;border:0;border-radius:12px;background:#b8141e;color:#fff;font-size:19px"
    return framed(
        words,
        page.title,
        f'<div class="notice">{_lines(page.notice)}<ul>{what}</ul></div>'
        f'<wx-open-subscribe template="{escape(ids)}"><script type="text/wxtag-template">'
        f'<button style="{style}">{escape(page.button)}</button></script></wx-open-subscribe>'
        f'<p class="error" id="trouble" role="alert" hidden>{escape(page.trouble)}</p>'
        f'<form method="post"><input type="hidden" name="{PROOF}" value="{escape(proof)}">'
        f'<input type="hidden" name="{SHOWING}" value="{escape(showing)}">'
        f'<input type="hidden" name="{ACCEPTED}" value=""></form>'
        f'<p id="sdk" hidden data-appid="{escape(signed.appid)}" data-nonce="{escape(signed.nonce)}" '
        f'data-timestamp="{signed.timestamp}" data-signature="{escape(signed.signature)}"></p>'
        f'<script src="{escape(signed.sdk)}"></script><script src="/m/consent.js"></script>',
    )


def shown(words: PageWords, page: AnyPage, file: File) -> str:
    """What the file holds, to be read on the page: some telephones cannot keep a file from within WeChat."""
    return framed(words, page.title, "".join(_sheet(sheet) for sheet in file.sheets))


def viewed(words: PageWords, view: View, address: str) -> str:
    """What the page shows; `address` is what its QR code says."""
    parts = []
    if view.picture is not None:
        content = base64.b64encode(view.picture.content).decode()
        source = f"data:image/{escape(view.picture.kind)};base64,{content}"
        parts.append(f'<img class="picture" src="{source}" alt="{escape(view.picture.words)}">')
    if view.code is not None:
        # Medium: a scratched or dim screen is still read.
        drawn = segno.make(address, error="m", micro=False).svg_data_uri(scale=8, border=4, light="#fff")
        words_beneath = escape(view.code.words)
        parts.append(f'<figure class="code"><img src="{escape(drawn)}" alt="{words_beneath}">')
        parts.append(f"<figcaption>{words_beneath}</figcaption></figure>")
    told = _lines(view.text)
    rows = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in view.rows)
    table = f"<dl>{rows}</dl>" if rows else ""
    parts.append(f'<div class="card">{told}{table}</div>' if told or rows else "")
    after = f'<p class="back">{escape(view.after)}</p>' if view.after else ""
    return framed(words, view.title, "".join(parts) + after)


def _sheet(sheet: Sheet) -> str:
    rows = "".join(
        "<dl>"
        + "".join(
            f"<dt>{escape(heading)}</dt><dd>{escape(value)}</dd>"
            for heading, value in zip(sheet.headings, row, strict=True)
            if value
        )
        + "</dl>"
        for row in sheet.rows
    )
    return f'<h2>{escape(sheet.title)}</h2><div class="card">{rows}</div>'


def _second(words: PageWords, page: AnyPage) -> str:
    if isinstance(page, FormPage):
        return ""
    return f'<button class="second" name="{WAY}" value="{SEE}">{escape(words.see)}</button>'


def framed(words: PageWords, title: str, content: str) -> str:
    return _FRAME.substitute(house=escape(words.house), title=escape(title), content=content)


def _input(field: PageField, typed: str, wrong: str) -> str:
    name = escape(field.name)
    said = f"{name}-hint {name}-error" if wrong else f"{name}-hint"
    return (
        f'<div class="field"><label for="{name}">{escape(field.label)}</label>'
        f'<p class="hint" id="{name}-hint">{escape(field.hint)}</p>'
        f'<input type="text" id="{name}" name="{name}" value="{escape(typed)}" inputmode="{field.keyboard}" '
        f'maxlength="{field.longest}" autocomplete="off" autocapitalize="characters" spellcheck="false" '
        f'aria-describedby="{said}" aria-invalid="{"true" if wrong else "false"}">'
        f"{_error(name, wrong)}</div>"
    )


def _consent(page: AnyPage, given: bool, wrong: str) -> str:
    if not page.consent:
        return ""
    return (
        f'<label class="consent" for="{CONSENT}"><input type="checkbox" id="{CONSENT}" name="{CONSENT}" value="yes"'
        f'{" checked" if given else ""} aria-describedby="{CONSENT}-error"><span>{escape(page.consent)}</span></label>'
        f"{_error(CONSENT, wrong)}"
    )


def _error(name: str, wrong: str) -> str:
    return f'<p class="error" id="{name}-error">{escape(wrong)}</p>' if wrong else ""


def _lines(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())
