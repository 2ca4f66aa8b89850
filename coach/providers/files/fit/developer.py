"""Fields that an app on the watch defined (`field_description` messages)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coach.providers.files.fit.columns import STRING
from coach.providers.files.fit.scan import FieldShape, Segment

FIELD_DESCRIPTION = 206

_INDEX, _NUMBER, _BASE_TYPE, _NAME, _UNITS = 0, 1, 2, 3, 8
MAX_DESCRIPTIONS = 1_000


@dataclass(frozen=True)
class DeveloperField:
    """What a `field_description` says of a field; `unit` is "" when it says none."""

    base_type: int
    name: str
    unit: str


def read_developer_fields(data: bytes, segment: Segment) -> Mapping[tuple[int, int], DeveloperField]:
    """Return the described fields by (developer data index, field number); a later description wins.

    A missing `developer_data_id` is no obstacle: some bike computers leave it incomplete.
    """
    described: list[tuple[int, tuple[int, int], DeveloperField]] = []
    for group in segment.of(FIELD_DESCRIPTION):
        shapes = {shape.number: shape for shape in group.definition.fields if shape.index is None}
        if not {_INDEX, _NUMBER, _BASE_TYPE} <= shapes.keys():
            continue
        for position in group.positions().tolist()[:MAX_DESCRIPTIONS]:
            index, number, base_type = (
                data[position + 1 + shapes[n].offset] for n in (_INDEX, _NUMBER, _BASE_TYPE)
            )
            described.append(
                (
                    position,
                    (index, number),
                    DeveloperField(
                        base_type,
                        _text(data, position, shapes.get(_NAME)) or f"developer_{index}_{number}",
                        _text(data, position, shapes.get(_UNITS)),
                    ),
                )
            )
    return {key: described_field for _, key, described_field in sorted(described, key=lambda d: d[0])}


def _text(data: bytes, position: int, shape: FieldShape | None) -> str:
    if shape is None or shape.base_type != STRING:
        return ""
    start = position + 1 + shape.offset
    return data[start : start + shape.size].split(b"\0")[0].decode("utf-8", "replace").strip()
