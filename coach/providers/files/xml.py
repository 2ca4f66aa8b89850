"""Reading XML from strangers: no DTD, no entities, no external references, bounded depth.

Works on expat's events directly: a tree of a day's track takes a gigabyte, events take nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from xml.parsers import expat

from coach.errors import UnreadableFile
from coach.providers.files.limits import XML_DEPTH

_ENCODING = re.compile(rb"^<\?xml[^>]*?encoding\s*=\s*[\"']([\w.\-]+)[\"']")
_EXPAT_ENCODINGS = {"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "us-ascii", "ascii"}

OnStart = Callable[[dict[str, str]], None]
OnEnd = Callable[[str], None]


class _ByLocalName[T](dict[str, T | None]):
    """Finds what is declared for `hr` under `gpxtpx:hr` and `ns3:hr` too; each prefix is cut off once."""

    def __init__(self, declared: Mapping[str, T]) -> None:
        super().__init__()
        self._declared = declared

    def __missing__(self, tag: str) -> T | None:
        found = self[tag] = self._declared.get(tag.rpartition(":")[2])
        return found


class XmlScanner:
    """Reads a document of many equal records (points) in one pass.

    `starts` and `ends` map an element's local name to a function of its attributes or of its text. While
    `row` is set, the text of an element named in `columns` is written into that place of it instead.
    """

    def __init__(
        self,
        name: str,
        *,
        starts: Mapping[str, OnStart],
        ends: Mapping[str, OnEnd],
        columns: Mapping[str, int],
    ) -> None:
        self.row: list[str] | None = None
        self._name = name
        self._starts = _ByLocalName(starts)
        self._ends = _ByLocalName(ends)
        self._columns = _ByLocalName(columns)

    def scan(self, data: bytes) -> bool:
        """Read the whole document; return whether it was complete.

        A document that breaks off or is malformed has been read up to that place. Raises
        UnreadableFile("xml_doctype") for a DTD and UnreadableFile("xml_too_deep").
        """
        # Strava writes ten spaces before the declaration, which XML does not allow.
        data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
        try:
            self._parser(data).Parse(_transcoded(data), True)
        except expat.ExpatError:
            return False
        return True

    def _parser(self, data: bytes) -> expat.XMLParserType:
        parser = expat.ParserCreate(None if _transcoded(data) is data else "utf-8")
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        starts, ends, columns, file_name = self._starts, self._ends, self._columns, self._name
        parts: list[str] = []
        depth = 0

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > XML_DEPTH:
                raise UnreadableFile("xml_too_deep", name=file_name)
            parts.clear()
            on_start = starts[tag]
            if on_start is not None:
                on_start(attributes)

        def end(tag: str) -> None:
            nonlocal depth
            depth -= 1
            row = self.row
            if row is not None:
                column = columns[tag]
                if column is not None:
                    row[column] = "".join(parts)
                    return
            on_end = ends[tag]
            if on_end is not None:
                on_end("".join(parts))

        def refuse(*_: object) -> int:
            raise UnreadableFile("xml_doctype", name=file_name)

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = parts.append
        parser.StartDoctypeDeclHandler = refuse
        parser.EntityDeclHandler = refuse
        parser.ExternalEntityRefHandler = refuse
        return parser


def _transcoded(data: bytes) -> bytes:
    """Return `data` itself when expat knows its encoding, else its text as UTF-8 (some write EUC-KR)."""
    match = _ENCODING.match(data[:200])
    if match is None:
        return data
    encoding = match.group(1).decode().lower()
    if encoding in _EXPAT_ENCODINGS:
        return data
    try:
        return data.decode(encoding, errors="replace").encode()
    except LookupError:  # no such encoding: the declaration itself is damaged
        return data.decode("utf-8", errors="replace").encode()
