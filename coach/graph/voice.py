"""What the athlete reads while a turn runs: text through the proof of numbers, and the events it becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import uuid4

from markdown_it import MarkdownIt
from markdown_it.token import Token

from coach.domain.fact import Fact
from coach.graph.numbers import scan
from coach.graph.opened import opened
from coach.graph.proof import UNVERIFIED, Piece, Proof, ProofStream

Emit = Callable[[str, dict[str, Any]], None]

# No addresses: one that a model makes up can carry data away at a click. No entities: the numbers they stand
# for were not seen by the proof.
_markdown = MarkdownIt("js-default", {"html": False}).disable(
    ["image", "link", "autolink", "reference", "entity", "html_inline", "html_block"]
)
# Halves of characters and controls, which neither a database nor a stream takes; what is invisible or turns
# the direction of what follows, by which a number can be hidden from the proof.
_UNSEEN = {
    code: None
    for first, last in (
        (0x00, 0x08),
        (0x0B, 0x1F),
        (0x7F, 0x9F),
        (0xD800, 0xDFFF),
        (0xAD, 0xAD),
        (0x61C, 0x61C),
        (0x200B, 0x200C),
        (0x200E, 0x200F),
        (0x202A, 0x202E),
        (0x2060, 0x206F),
        (0xFEFF, 0xFEFF),
        (0xFFF9, 0xFFFB),
        (0xE0000, 0xE007F),
    )
    for code in range(first, last + 1)
}


def clean(text: str) -> str:
    """Return a model's text without what is not there to be read."""
    return text.translate(_UNSEEN)


def parse(text: str) -> list[Token]:
    """Return what Markdown consists of, for those who draw it elsewhere than on a page."""
    return _markdown.parse(text)


def to_html(text: str) -> str:
    """Return Markdown as HTML that holds no foreign markup, no images and no links."""
    return str(_markdown.render(text))


class Voice:
    """One message of the coach in the making.

    A turn speaks in stretches: a model's words before and after its tools, or sentences of code. `withdraw`
    takes back what a failed model said; what follows is then sent as one correction at the end.
    """

    def __init__(self, proof: Proof, emit: Emit) -> None:
        self.proof = proof
        self.message_id = uuid4().hex
        self.sent = ""  # what the athlete has on the screen
        self._emit = emit
        self._stretches: list[ProofStream] = []
        self._open = False
        self._withdrawn = False

    @property
    def raw(self) -> str:
        """What was said, with references instead of values."""
        return "".join(stretch.text for stretch in self._stretches)

    @property
    def heard(self) -> list[str]:
        """What a model said itself, without what code worded."""
        return [s.text.strip() for s in self._stretches if not s.trusted and s.text.strip()]

    def hear(self, chunk: str) -> None:
        """Take a piece of a model's text."""
        self._take(clean(chunk), trusted=False)

    def say(self, sentence: str) -> None:
        """Take a paragraph that code worded; its references are rendered, its numbers are its own."""
        if sentence:
            self._break()
            self._take(sentence, trusted=True)

    def hear_trusted(self, chunk: str) -> None:
        """Take a piece of the offline coach's text, which code worded."""
        self._take(chunk, trusted=True)

    def pause(self) -> None:
        """End a stretch: the model turned to its tools."""
        self._break()

    def withdraw(self) -> None:
        """Take back everything said so far; the rest of the message is sent at the end."""
        self._stretches.clear()
        self._open = False
        self.proof.numbering.clear()
        self._withdrawn = bool(self.sent)

    def close(self) -> dict[str, Any]:
        """Finish the message: correct what was sent too early, send its HTML and the facts it used.

        Returns what the stored message keeps: text, html, refs and facts.
        """
        self._finish()
        text, refs = _join(piece for stretch in self._stretches for piece in stretch.proven())
        text = text.rstrip()
        html = to_html(text)
        if text and not self.sent:
            self._send([Piece(text)])
        elif text != self.sent.rstrip():
            self._emit(
                "CUSTOM",
                {
                    "name": "replace",
                    "value": {"messageId": self.message_id, "text": text, "html": html, "refs": refs},
                },
            )
        facts = self._facts({ref["ref"] for ref in refs})
        if facts:
            self._emit("CUSTOM", {"name": "facts", "value": facts})
        if self.sent:
            self._emit("TEXT_MESSAGE_END", {"messageId": self.message_id, "html": html})
        return {"text": text, "html": html, "refs": refs, "facts": facts, "raw": self.raw}

    def without(self, gone: Callable[[Fact], bool], mark: str, told: Sequence[str]) -> dict[str, Any]:
        """Return the message without some facts: `mark` where they stood, `told` for what code worded."""
        said = [(text, False) for text in self.heard]
        if any(stretch.trusted and stretch.text.strip() for stretch in self._stretches):
            said += [(text, True) for text in told]
        pieces: list[Piece] = []
        for text, trusted in said:
            stream = ProofStream(self.proof, trusted=trusted)
            stream.feed(self._marked(text, gone, mark))
            pieces += [Piece("\n\n")] * bool(pieces) + stream.proven()
        text, refs = _join(pieces)
        facts = self._facts({ref["ref"] for ref in refs})
        return {"text": text, "html": to_html(text), "refs": refs, "facts": facts}

    def plain(self, text: str) -> dict[str, Any]:
        """Return a sentence of code as a whole message."""
        return {"text": text, "html": to_html(text), "refs": [], "facts": {}}

    def _marked(self, text: str, gone: Callable[[Fact], bool], mark: str) -> str:
        parts, at = [], 0
        for token in scan(text, final=True)[0]:
            fact = self.proof.ledger.get(token.ref) if token.kind == "ref" else None
            if fact is not None and gone(fact):
                parts += [text[at : token.start], mark]
                at = token.end
        return "".join([*parts, text[at:]])

    def _take(self, chunk: str, *, trusted: bool) -> None:
        if not chunk:
            return
        if not self._open or self._stretches[-1].trusted != trusted:
            self._finish()
            self._stretches.append(ProofStream(self.proof, trusted=trusted))
            self._open = True
        self._send(self._stretches[-1].feed(chunk))

    def _break(self) -> None:
        self._finish()
        if self.raw.strip():
            gap = ProofStream(self.proof, trusted=True)
            self._stretches.append(gap)
            self._send(gap.feed("\n" * (2 - min(2, len(self.raw) - len(self.raw.rstrip("\n"))))))

    def _finish(self) -> None:
        if self._open:
            self._send(self._stretches[-1].finish())
            self._open = False

    def _send(self, pieces: list[Piece]) -> None:
        delta, refs = _join(pieces)
        if not delta or self._withdrawn:
            return
        if not self.sent:
            delta = delta.lstrip("\n")
            if not delta:
                return
            self._emit("TEXT_MESSAGE_START", {"messageId": self.message_id, "role": "assistant"})
        self.sent += delta
        payload: dict[str, Any] = {"messageId": self.message_id, "delta": delta}
        self._emit("TEXT_MESSAGE_CONTENT", {**payload, "refs": refs} if refs else payload)

    def _facts(self, refs: set[str]) -> dict[str, Any]:
        found = {ref: opened(self.proof, ref) for ref in sorted(refs - {UNVERIFIED})}
        return {ref: source for ref, source in found.items() if source is not None}


def _join(pieces: Iterable[Piece]) -> tuple[str, list[dict[str, Any]]]:
    """Return the text of `pieces` and where its references stand, in UTF-16 code units."""
    text: list[str] = []
    refs: list[dict[str, Any]] = []
    at = 0
    for piece in pieces:
        width = len(piece.text.encode("utf-16-le")) // 2
        if piece.ref:
            refs.append({"ref": piece.ref, "start": at, "end": at + width})
        text.append(piece.text)
        at += width
    return "".join(text), refs
