"""Work and recovery within a run, found from its speed: nobody has to press a lap.

Speed is split by level (Otsu's threshold) and by time (the two-state path with the least cost, which a
cumulative sum finds in one pass); then each bout must stand out from what lies around it, with edges. That is
what tells repetitions from a progression, from rolling hills and from traffic lights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from coach.domain.activity import Floats
from coach.domain.metrics.effort_line import Line, Span, smoothed
from coach.domain.resample import Indices
from coach.domain.streams import STOP_SPEED_MPS, Samples

MIN_KNOWN_S = 300
BINS = 64
SWITCH_S = 8  # so many seconds fully on the other side make a change

MIN_BOUT_S = 10
MIN_WORK_MPS = 1.8  # slower is walking, whatever it is compared with
SEPARATION = 3.0  # (high − low) / spread; what is left of one level cut in two has up to 2.7
BRIEF_S = 25  # a low shorter than this, and than 8 % of the bouts beside it, interrupts nothing
BRIEF_SHARE = 0.08
SHORT_S = 40  # bouts shorter than this must stand out more: GPS noise makes short ones
CONTRAST, SHORT_CONTRAST = 1.12, 1.25
EDGE, SINGLE_EDGE = 1.10, 1.15
EDGE_S = 60
SKIP_S = 3
NEAR_S = 14
AROUND_S = 120
PER_GRADE = 2.0  # contrast asked for on top, per unit of gradient that the bouts are steeper
SINGLE_S = 300  # one bout alone is a tempo, not a sprint
PAIR_S = 60  # two bouts alone are long ones
MIN_STRIDES = 4  # fewer short ones are chance
EVEN = 0.1  # coefficient of variation of durations under which a session is regular
MIN_LOW_SHARE = 0.15  # an irregular session with less rest than this is a run with a few walks
PIECES, PIECE_M, PIECE_VARIATION = 4, 150.0, 0.03
REST_S = (20.0, 300.0)


@dataclass(frozen=True)
class Bout:
    """One stretch of work, from and to seconds since the start."""

    start_s: float
    end_s: float

    @property
    def time_s(self) -> float:
        return self.end_s - self.start_s


def find_bouts(samples: Samples, grade: Floats | None) -> tuple[Bout, ...]:
    """Return the bouts of work of a run in their order; none for a steady run.

    `grade` is the gradient per sample, None where the ground counts as flat.
    """
    line = Line(samples, grade)
    if not samples.has_speed or line.moved(0, len(line)) < MIN_KNOWN_S:
        return ()
    smooth = smoothed(line.speed_mps[line.moving])
    level = _threshold(smooth)
    # The lower threshold may tell walking from running; the work is then above the upper one.
    for above in (smooth, smooth[smooth > level]) if level else ():
        at = _threshold(above)
        if at is None:
            break
        spans = _standing_out(line, _split(line, smooth, at))
        if _is_session(line, spans) and _separation(line, smooth, spans) >= SEPARATION:
            return _bouts(line, _at_edges(line, spans))
    return _bouts(line, _even_pieces(line, samples))


def _bouts(line: Line, spans: Sequence[Span]) -> tuple[Bout, ...]:
    return tuple(Bout(float(line.t_s[i]), float(line.t_s[j - 1]) + 1.0) for i, j in spans)


def _threshold(speed: Floats) -> float | None:
    """Return the speed that parts two levels best (Otsu 1979), or None when they are too close."""
    if speed.size < MIN_BOUT_S:
        return None
    ordered = np.partition(speed, (speed.size // 200, speed.size - 1 - speed.size // 200))
    low, high = float(ordered[speed.size // 200]), float(ordered[speed.size - 1 - speed.size // 200])
    if high <= low * CONTRAST:
        return None
    counts, edges = np.histogram(np.clip(speed, low, high), BINS, (low, high))
    centre = (edges[1:] + edges[:-1]) / 2
    n, total = np.cumsum(counts)[:-1], np.cumsum(counts * centre)
    with np.errstate(divide="ignore", invalid="ignore"):
        below, above = total[:-1] / n, (total[-1] - total[:-1]) / (speed.size - n)
        between = np.nan_to_num(n * (speed.size - n) * (above - below) ** 2)
    best = int(np.argmax(between))
    return float(edges[best + 1]) if above[best] >= CONTRAST * below[best] else None


def _split(line: Line, smooth: Floats, level: float) -> list[Span]:
    """Return the stretches above a level, by the path that changes sides only for SWITCH_S of evidence.

    The midpoint is set anew between the two sides that the first pass found.
    """
    low, high = float(smooth[smooth <= level].mean()), float(smooth[smooth > level].mean())
    spans: list[Span] = []
    for _ in range(2):
        half = (high - low) / 2
        evidence = np.clip(np.nan_to_num(line.speed_mps - (low + high) / 2), -half, half)
        spans = _path(np.where(line.known, evidence, 0.0), half * SWITCH_S)
        if not spans:
            break
        inside = np.zeros(len(line), dtype=bool)
        for i, j in spans:
            inside[i:j] = True
        slow = line.speed_mps[~inside & line.moving]
        if slow.size < MIN_BOUT_S:
            break
        low, high = float(np.median(slow)), float(np.median(line.speed_mps[inside & line.known]))
        if high <= low:
            return []
    return spans


def _path(evidence: Floats, penalty: float) -> list[Span]:
    """Return where the two-state path of least cost is high; each change costs `penalty`.

    The sum of evidence rises by the penalty above its lowest point: the high state began there, and ends at
    the highest point from which the sum falls by the penalty.
    """
    spans: list[Span] = []
    is_high, turn, extreme, start = False, 0, 0.0, 0
    for k, total in enumerate(np.cumsum(evidence).tolist(), start=1):
        if is_high:
            if total > extreme:
                extreme, turn = total, k
            elif extreme - total >= penalty:
                spans.append((start, turn))
                is_high, extreme, turn = False, total, k
        elif total < extreme:
            extreme, turn = total, k
        elif total - extreme >= penalty:
            is_high, start, extreme, turn = True, turn, total, k
    if is_high:
        spans.append((start, turn))
    return spans


def _standing_out(line: Line, spans: Sequence[Span]) -> list[Span]:
    """Keep the bouts that are long enough, faster than what is around them, and have edges."""
    joined: list[Span] = []
    for i, j in spans:
        if joined:
            a, b = joined[-1]
            if i - b < min(BRIEF_S, max(SWITCH_S, BRIEF_SHARE * min(b - a, j - i))):
                joined[-1] = (a, j)
                continue
        joined.append((i, j))
    kept = [(i, j) for i, j in joined if j - i >= MIN_BOUT_S]
    kept = [
        s for s, around in zip(kept, _surroundings(line, kept), strict=True) if _is_fast(line, s, *around)
    ]
    if not kept:
        return []
    kept = [s for s in kept if not _is_cut_off(line, s, kept)]
    # A surge on the way is not one of the repetitions, unless there are several alike.
    usual = float(np.median([j - i for i, j in kept]))
    brief = [s for s in kept if s[1] - s[0] < min(SHORT_S, 0.25 * usual)]
    return [s for s in kept if s not in brief] if 0 < len(brief) < 3 else kept


def _is_cut_off(line: Line, span: Span, spans: Sequence[Span]) -> bool:
    """Tell whether a bout at either end of the run is unlike the others: then it is the running itself."""
    others = [s for s in spans if s != span]
    if not others or (span[0] >= MIN_BOUT_S and span[1] <= len(line) - MIN_BOUT_S):
        return False
    usual_s = float(np.median([j - i for i, j in others]))
    usual_mps = float(np.median([line.mean(i, j) or 0.0 for i, j in others]))
    alike = 0.4 * usual_s <= span[1] - span[0] <= 2 * usual_s
    return not (alike and (line.mean(*span) or 0.0) >= 0.9 * usual_mps)


def _surroundings(line: Line, spans: Sequence[Span]) -> Iterator[tuple[Span, Span, float]]:
    """Yield what lies before and after each bout, and the mean speed of all that is no bout."""
    ends = [0, *(k for span in spans for k in span), len(line)]
    gaps = list(zip(ends[::2], ends[1::2], strict=True))
    seconds = sum(line.moved(i, j) for i, j in gaps)
    metres = sum((line.mean(i, j) or 0.0) * line.moved(i, j) for i, j in gaps)
    slow = metres / seconds if seconds >= MIN_BOUT_S else np.inf
    yield from ((before, after, slow) for before, after in pairwise(gaps))


def _is_fast(line: Line, span: Span, before: Span, after: Span, slow: float) -> bool:
    i, j = span
    own = line.mean(i, j)
    near = (max(before[0], before[1] - AROUND_S), before[1]), (after[0], min(after[1], after[0] + AROUND_S))
    seconds = sum(line.moved(*n) for n in near)
    around = sum((line.mean(*n) or 0.0) * line.moved(*n) for n in near) / seconds if seconds >= 10 else slow
    if own is None or own < MIN_WORK_MPS or not around:
        return False
    steeper = line.steepness(i, j) - sum(line.steepness(*n) for n in near) / 2
    asked = (SHORT_CONTRAST if j - i < SHORT_S else CONTRAST) + PER_GRADE * max(0.0, steeper)
    if own < asked * around:
        return False
    return all(edge is None or edge >= EDGE for edge in edges_of(line, span, before, after, slow))


def edges_of(
    line: Line, span: Span, before: Span, after: Span, slow: float
) -> tuple[float | None, float | None]:
    """Return how many times faster a bout begins and ends than the run beside it.

    None where it lies at the start or the end of the run: nothing is beside it. Where one stands beside it,
    `slow`, the mean of all that is no bout, takes its place.
    """
    i, j = span

    def width(side: Span) -> int:
        return max(SKIP_S, min(EDGE_S, (j - i) // 2, side[1] - side[0]))

    def times(inner: Span, outer: Span) -> float:
        beside = line.mean(*outer) if outer[1] > outer[0] else None
        return (line.mean(*inner) or line.mean(i, j) or 0.0) / (slow if beside is None else beside)

    # The seconds of speeding up and slowing down belong to neither side.
    begins = ends = None
    if before[1] - before[0] >= MIN_BOUT_S:
        w = width(before)
        begins = times((i + SKIP_S, i + SKIP_S + w), (max(before[0], i - SKIP_S - w), i - SKIP_S))
    if after[1] - after[0] >= MIN_BOUT_S:
        w = width(after)
        ends = times((j - SKIP_S - w, j - SKIP_S), (j + SKIP_S, min(after[1], j + SKIP_S + w)))
    return begins, ends


def _at_edges(line: Line, spans: Sequence[Span]) -> list[Span]:
    """Move each edge to where the speed is half-way between the bout and what is just beside it.

    One level for a whole run cuts a bout beside standing at another height than one beside a jog.
    """
    graded, plain = np.nan_to_num(line.speed_mps), np.nan_to_num(line.plain_mps)

    def half_way(inner: Span, outer: Span, window: Span) -> Floats:
        """Return the running sum of how far speed is above half-way between the two sides."""
        # A gradient is known to within 50 m only, so the plain speed is sharper where it changes at all.
        for speed in (plain, graded):
            own, beside = float(speed[slice(*inner)].mean()), float(np.median(speed[slice(*outer)]))
            if own >= CONTRAST * beside:
                break
        # From standing, every step belongs to the bout; slowing down to a stand takes a watch some seconds.
        stood = beside < STOP_SPEED_MPS and outer < inner
        level = STOP_SPEED_MPS if stood else (own + beside) / 2
        return np.cumsum(np.append(0.0, speed[slice(*window)] - level))

    moved: list[Span] = []
    ends = [0, *(k for span in spans for k in span), len(line)]
    for n, (i, j) in enumerate(spans):
        start, end, after = i, j, ends[2 * n + 3]
        a = max(moved[-1][1] if moved else 0, i - NEAR_S)
        if i - a > SKIP_S:
            start = a + int(np.argmin(half_way((i, j), (a, i - SKIP_S), (a, min(j, i + NEAR_S)))))
        b = min(after, j + NEAR_S)
        if b - j > SKIP_S:
            a = max(start, j - NEAR_S)
            end = a + int(np.argmax(half_way((i, j), (j + SKIP_S, b), (a, b))))
        moved.append((start, end) if end - start >= MIN_BOUT_S else (i, j))
    return moved


def _is_session(line: Line, spans: Sequence[Span]) -> bool:
    """Tell whether bouts make a session with work and recovery, by their number, length and rest."""
    if not spans:
        return False
    lengths = np.array([j - i for i, j in spans], dtype=np.float64)
    if len(spans) == 1:
        (around,) = _surroundings(line, spans)
        edges = edges_of(line, spans[0], *around)
        return bool(lengths[0] >= SINGLE_S) and all(e is not None and e >= SINGLE_EDGE for e in edges)
    if len(spans) == 2 and float(lengths.min()) < PAIR_S:
        return False
    if len(spans) < MIN_STRIDES and float(np.median(lengths)) < SHORT_S:
        return False
    moved = line.moved(0, len(line))
    low_share = 1 - sum(line.moved(i, j) for i, j in spans) / moved
    # The ends may be cut: one may be warm from before, or stop with the last repetition.
    inner = lengths[1:-1] if lengths.size >= 4 else lengths
    regular = len(spans) > 2 and float(inner.std() / inner.mean()) <= EVEN
    return low_share >= MIN_LOW_SHARE or regular


def _separation(line: Line, smooth: Floats, spans: Sequence[Span]) -> float:
    """Return how far apart work and the rest lie, in their common standard deviation (Ashman's D)."""
    inside = np.zeros(len(line), dtype=bool)
    for i, j in spans:
        inside[i:j] = True
    fast, slow = smooth[inside[line.moving]], smooth[~inside[line.moving]]
    if slow.size < MIN_BOUT_S:
        return np.inf
    return float((fast.mean() - slow.mean()) / max(1e-9, np.sqrt((fast.var() + slow.var()) / 2)))


def _even_pieces(line: Line, samples: Samples) -> list[Span]:
    """Return the pieces of a run between stops when they are equally long: repetitions with standing rests.

    Traffic lights do not stand at equal distances.
    """
    if not samples.has_distance:
        return []
    edges: Indices = np.flatnonzero(np.diff(line.moving.astype(np.int8), prepend=0, append=0))
    runs = [(int(i), int(j)) for i, j in edges.reshape(-1, 2) if j - i >= MIN_BOUT_S]
    if len(runs) < PIECES:
        return []
    rests = [float(line.t_s[b[0]] - line.t_s[a[1] - 1]) for a, b in pairwise(runs)]
    if not all(REST_S[0] <= rest <= REST_S[1] for rest in rests):
        return []
    far = [
        float(np.diff(np.interp((line.t_s[i], line.t_s[j - 1]), samples.t_s, samples.distance_m))[0])
        for i, j in runs
    ]
    usual = float(np.median(far))
    even = usual >= PIECE_M and all(abs(m - usual) <= PIECE_VARIATION * usual for m in far)
    return runs if even else []
