"""The records of export.xml, which are nearly all of it: taken from the raw bytes where that is sure.

An XML parser spends its time on records that nobody asks for. This filter gives it the rest of the document
and takes those records itself that are written exactly as the Health app writes them. It gives what the
parser alone would give, of damaged documents too: a record is only taken when it follows directly on one that
the parser has just seen as an element, so that nothing inside of a comment, a tag or a DTD is mistaken for a
record; and what the parser would change or refuse in one (entities, control characters, broken UTF-8) is left
to it.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Protocol
from xml.parsers import expat

from coach.providers.files import limits

# An incomplete record is waited for up to here. Those with a beat of every heart reach 100 KiB.
_LONGEST_BYTES = 4 * limits.MIB
_BEGIN = b"<Record "
# A record is read in two parts. The first says who measured what: of millions of records a few hundred
# differ in it, so each is understood once.
_MIDDLE = b' creationDate="'
_LONGEST_HEAD, _HEADS = 2048, 4096
# What is between quotes: no markup, no white space but blanks (a parser would change it), the five entities.
_TEXT = r'[^"<>&\x00-\x1f\ufffe\uffff]*+(?:&(?:lt|gt|amp|quot|apos);[^"<>&\x00-\x1f\ufffe\uffff]*+)*+'
_HEAD = re.compile(
    rf'<Record type="([A-Za-z0-9]+)" sourceName="({_TEXT})"(?: sourceVersion="{_TEXT}")?+'
    rf'(?: device="{_TEXT}")?+(?: unit="({_TEXT})")?+'
)
_STAMP = rb"[0-9 :+-]{25}"
_PLAIN = rb'[^"<>&\x00-\x1f\x80-\xff]*+'
_BLANK = rb"[ \t\r\n]*+"
_REST = re.compile(
    rb' creationDate="STAMP" startDate="(STAMP)" endDate="(STAMP)"(?: value="(PLAIN)")?+'
    rb'(?:/>|>(?:BLANK<MetadataEntry key="PLAIN" value="PLAIN"/>)*+'
    rb"(?:BLANK<HeartRateVariabilityMetadataList>"
    rb'(?:BLANK<InstantaneousBeatsPerMinute bpm="PLAIN" time="PLAIN"/>)*+'
    rb"BLANK</HeartRateVariabilityMetadataList>)?+BLANK</Record>)BLANK".replace(b"STAMP", _STAMP)
    .replace(b"PLAIN", _PLAIN)
    .replace(b"BLANK", _BLANK)
)
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


class Records(Protocol):
    """Who is told of the records. The parser's handlers keep `depth` and count every record in `records`."""

    depth: int
    records: int

    def record(
        self, kind: str, source: str, unit: str | None, start: str, end: str | None, value: str | None
    ) -> None: ...


class _Head(NamedTuple):
    wanted: bool
    kind: str = ""
    source: str = ""
    unit: str | None = None


class RecordFilter:
    """Stands before a parser: `feed` it the document in pieces, then `close`. Raises expat.ExpatError.

    `wanted` are the types of records that `records` hears of; of the others it only learns how many. None:
    everything is left to the parser.
    """

    def __init__(self, parser: expat.XMLParserType, records: Records, wanted: frozenset[str] | None) -> None:
        if hasattr(parser, "SetReparseDeferralEnabled"):
            parser.SetReparseDeferralEnabled(False)  # the parser must tell at once what it has seen
        self._parser, self._records, self._wanted = parser, records, wanted
        self._heads: dict[bytes, _Head | None] = {}
        self._pending = b""
        self._sure = False  # a record that begins right here is an element of the document

    def feed(self, piece: bytes) -> None:
        """Take the next bytes of the document."""
        if self._wanted is None:
            self._parser.Parse(piece, False)
            return
        data = self._pending + piece
        end = data.rfind(_BEGIN)  # the last record may be incomplete
        if end == 0 and len(data) < _LONGEST_BYTES:
            self._pending = data
            return
        end = end if end > 0 else len(data)
        self._pending = data[end:]
        self._take(data[:end])

    def close(self) -> None:
        """Take what is left, and end the document."""
        pending, self._pending = self._pending, b""
        self._take(pending)
        self._parser.Parse(b"", True)

    def _take(self, data: bytes) -> None:
        at = 0
        while at < len(data):
            if self._sure:
                at = self._take_records(data, at)
            # What follows is something else, or written in another way.
            begin = data.find(_BEGIN, at + 1)
            end = self._end(data, begin) if begin >= 0 else None
            if end is None:
                begin = begin if begin >= 0 else len(data)
                self._parser.Parse(data[at:begin], False)
                self._sure, at = False, begin
                continue
            self._sure = self._shown(data[at:begin], data[begin:end])
            at = end

    def _take_records(self, data: bytes, at: int) -> int:
        """Take the records that stand one behind the other from `at` on; return where they end."""
        rest, tell = _REST.match, self._records.record
        text, head = b"", None
        taken = 0
        while True:
            if head is None or not data.startswith(text, at):
                middle = data.find(_MIDDLE, at, at + _LONGEST_HEAD)
                text = data[at:middle] if middle > 0 else b""
                head = self._head(text)
                if head is None:
                    break
            match = rest(data, at + len(text))
            if match is None:
                if data.startswith(_MIDDLE, at + len(text)):
                    break
                head = None  # only the beginning was the same
                continue
            at = match.end()
            taken += 1
            if head.wanted:
                start, end, value = match.groups()
                tell(
                    head.kind,
                    head.source,
                    head.unit,
                    start.decode(),
                    end.decode(),
                    None if value is None else value.decode(),
                )
        self._records.records += taken
        return at

    def _end(self, data: bytes, begin: int) -> int | None:
        """Return where a record ends that is written in the usual way, or None."""
        middle = data.find(_MIDDLE, begin, begin + _LONGEST_HEAD)
        match = _REST.match(data, middle) if middle >= 0 and self._head(data[begin:middle]) else None
        return None if match is None else match.end()

    def _head(self, text: bytes) -> _Head | None:
        """Understand the first part of a record; None when it is written in another way."""
        if text in self._heads:
            return self._heads[text]
        try:
            match = _HEAD.fullmatch(text.decode())
        except UnicodeDecodeError:
            match = None
        head = None
        if match is not None and self._wanted is not None:
            kind, source, unit = match.groups()
            head = _Head(False)
            if kind in self._wanted:
                head = _Head(True, kind, _plain(source), None if unit is None else _plain(unit))
        if len(self._heads) >= _HEADS:
            self._heads.clear()
        self._heads[text] = head
        return head

    def _shown(self, before: bytes, record: bytes) -> bool:
        """Give a record to the parser; return whether it saw it as an element of the document."""
        records = self._records
        self._parser.Parse(before, False)
        count, depth = records.records, records.depth
        self._parser.Parse(record, False)
        return records.records == count + 1 and records.depth == depth > 0


def _plain(value: str) -> str:
    if "&" in value:
        for entity, character in _ENTITIES:
            value = value.replace(entity, character)
    return value
