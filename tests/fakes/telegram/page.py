"""A chat as a page that needs nothing else: bubbles, pictures, buttons, by day or by night."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from datetime import tzinfo
from html import escape
from itertools import pairwise

from fakes.telegram.chats import Json, Message

_TAGS = {
    "bold": "b",
    "italic": "i",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "bot_command": "span class=command",
}
# Where Korean is not two columns wide, as in most fonts, columns would not stand below each other.
_WIDE = re.compile(r"[\u1100-\u11ff\u3000-\u9fff\uac00-\ud7a3\uff00-\uff60]")
_STYLE = """
:root { color-scheme: light dark; --ground: #dfe7d8; --theirs: #fff; --mine: #e3fdd0; --ink: #111;
  --faint: #6b7a6b; --button: #0000001a; --accent: #2a7fbf; }
@media (prefers-color-scheme: dark) { :root { --ground: #0f1a14; --theirs: #1d2733; --mine: #2b5a42;
  --ink: #f1f3f4; --faint: #93a3a0; --button: #ffffff1f; --accent: #6db7ee; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); line-height: 1.4;
  font: 16px/1.4 system-ui, "Noto Sans KR", "Noto Sans CJK KR", sans-serif; }
main { max-width: 34rem; margin: 0 auto; padding: 1rem .75rem 3rem;
  display: flex; flex-direction: column; gap: .4rem; }
h1 { font-size: 1.1rem; margin: .25rem 0 .75rem; text-align: center; }
h2 { font-size: .8rem; font-weight: 500; color: var(--faint); text-align: center; margin: .9rem 0 .2rem; }
article { max-width: 88%; align-self: flex-start; }
article.mine { align-self: flex-end; }
.bubble { background: var(--theirs); border-radius: 14px 14px 14px 4px;
  padding: .5rem .75rem; overflow: hidden; }
.mine .bubble { background: var(--mine); border-radius: 14px 14px 4px 14px; }
.words { white-space: pre-wrap; overflow-wrap: anywhere; }
.bubble img { display: block; width: calc(100% + 1.5rem); margin: -.5rem -.75rem .5rem; }
.bubble img:last-child { margin-bottom: -.5rem; }
pre, code { font: .8rem/1.45 ui-monospace, "Noto Sans Mono CJK KR", "D2Coding", monospace; }
pre { display: block; margin: .25rem 0; padding: .5rem; background: var(--button); border-radius: 8px;
  overflow-x: auto; white-space: pre; }
pre i { display: inline-block; width: 2ch; font-style: normal; text-align: center; }
blockquote { margin: .25rem 0; padding: .1rem .6rem; border-left: 3px solid var(--accent); }
.command { color: var(--accent); }
.reply { border-left: 3px solid var(--accent); padding-left: .5rem; margin-bottom: .3rem; font-size: .85rem;
  color: var(--faint); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.file { font-weight: 600; }
.row { display: flex; gap: .3rem; margin-top: .3rem; }
.row span { flex: 1; background: var(--button); border-radius: 10px; padding: .4rem .5rem; text-align: center;
  font-size: .9rem; }
time { display: block; text-align: right; font-size: .7rem; color: var(--faint); margin-top: .15rem; }
"""


def page(title: str, messages: Sequence[Message], zone: tzinfo) -> str:
    """Return messages, in order, as an HTML page."""
    shown, day = [], ""
    by_id = {m.id: m for m in messages}
    for message in messages:
        at = message.sent_at.astimezone(zone)
        if f"{at:%Y-%m-%d}" != day:
            day = f"{at:%Y-%m-%d}"
            shown.append(f"<h2>{day}</h2>")
        changed = " · edited" if message.edits else ""
        replied = by_id.get(message.reply_to or 0)
        parts = [
            f'<div class="reply">{escape(_begin(replied))}</div>' if replied else "",
            _picture(message),
            f'<div class="file">↑ {escape(name)}</div>' if (name := _file(message.file)) else "",
            f'<div class="words">{formed(message.text, message.entities)}</div>' if message.text else "",
        ]
        rows = "".join(
            f'<div class="row">{"".join(f"<span>{escape(b['text'])}</span>" for b in row)}</div>'
            for row in message.rows
        )
        side = "theirs" if message.by_bot else "mine"
        shown.append(
            f'<article class="{side}"><div class="bubble">{"".join(parts)}'
            f"<time>{at:%H:%M}{changed}</time></div>{rows}</article>"
        )
    return (
        '<!doctype html><html><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{''.join(shown)}</main></body></html>"
    )


def formed(text: str, entities: Sequence[Json]) -> str:
    """Return a text with its form as HTML. What crosses is closed and opened again."""
    raw = text.encode("utf-16-le")
    cuts = sorted(
        {0, len(raw) // 2, *(p for e in entities for p in (e["offset"], e["offset"] + e["length"]))}
    )
    blocks = [e for e in entities if e["type"] in ("pre", "blockquote")]
    made, open_block = "", None
    for first, last in pairwise(cuts):
        piece = escape(raw[2 * first : 2 * last].decode("utf-16-le"))
        here = [e for e in entities if e["offset"] <= first and e["offset"] + e["length"] >= last]
        block = next((e for e in blocks if e in here), None)
        if block is not open_block:
            made += f"</{open_block['type']}>" if open_block else ""
            made = made.removesuffix("\n") if block else made
            made += f"<{block['type']}>" if block else ""
            # The line ends with the block.
            piece = piece.removeprefix("\n") if open_block and not block else piece
            open_block = block
        if block and block["type"] == "pre":
            piece = _WIDE.sub(r"<i>\g<0></i>", piece)
        for e in here:
            tag = _TAGS.get(e["type"])
            if tag and e not in blocks:
                piece = f"<{tag}>{piece}</{tag.split()[0]}>"
        made += piece
    return made + (f"</{open_block['type']}>" if open_block else "")


def _picture(message: Message) -> str:
    if message.photo is None:
        return ""
    kind = "png" if message.photo.startswith(b"\x89PNG") else "jpeg"
    return f'<img alt="" src="data:image/{kind};base64,{base64.b64encode(message.photo).decode()}">'


def _file(file: Json) -> str:
    if "document" in file:
        return str(file["document"]["file_name"])
    return next(iter(file), "")


def _begin(message: Message) -> str:
    return message.text[:60] or "…"
