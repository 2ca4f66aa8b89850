"""Tables of an archive hold no formula, whoever named what stands in them."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from coach.domain.activity import Streams
from coach.pipeline.archive_views import samples


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\n=1", "＝1"])
def test_a_device_names_no_column_by_a_formula(name: str) -> None:
    found = Streams(np.arange(2.0), {}, developer={name: ("w", np.arange(2.0))})
    body = b"".join(samples(found)).decode()
    head = next(csv.reader(io.StringIO(body, newline="")))
    assert head == ["t_s", f"'{name} [w]"]
