"""When an endpoint is left alone, and by whom it is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from coach.domain.circuit import FAILURES, FIRST_PAUSE, LONGEST_PAUSE, PROBE, SETUP_PAUSE, Circuit

NOW = datetime(2026, 11, 21, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


def broken(times: int = FAILURES) -> Circuit:
    circuit = Circuit()
    for _ in range(times):
        assert circuit.enter(NOW)
        circuit.failed("down", NOW)
    return circuit


def test_failures_in_a_row_open_it() -> None:
    circuit = broken(FAILURES - 1)
    assert circuit.state(NOW) == "closed"
    circuit.succeeded()
    assert not circuit.failed("down", NOW), "counted from the beginning again"
    circuit = broken(FAILURES - 1)
    assert circuit.failed("down", NOW)
    assert not circuit.enter(NOW + FIRST_PAUSE - MOMENT)


def test_one_probe_after_the_pause_decides_for_all() -> None:
    circuit = broken()
    later = NOW + FIRST_PAUSE
    assert circuit.state(later) == "probing"
    assert [circuit.enter(later) for _ in range(3)] == [True, False, False]
    assert circuit.succeeded()
    assert circuit.state(later) == "closed"
    assert not circuit.succeeded(), "it closes once"


def test_the_pause_grows_up_to_a_limit() -> None:
    circuit, now, pauses = broken(), NOW, []
    for _ in range(12):
        assert circuit.open_until is not None
        pauses.append(circuit.open_until - now)
        now = circuit.open_until
        assert circuit.enter(now)
        assert not circuit.failed("down", now), "it was open already"
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE
    assert pauses == sorted(pauses)


def test_wrong_settings_open_it_at_once() -> None:
    circuit = Circuit()
    assert circuit.failed("setup", NOW, setup=True)
    assert circuit.open_until == NOW + SETUP_PAUSE
    assert circuit.why == "setup"


def test_calls_that_were_under_way_say_nothing_new() -> None:
    circuit = broken()
    until = circuit.open_until
    circuit.failed("slow", NOW + MOMENT)
    assert circuit.open_until == until


def test_a_probe_never_heard_of_again_makes_room() -> None:
    circuit = broken()
    later = NOW + FIRST_PAUSE
    assert circuit.enter(later)
    assert not circuit.enter(later + PROBE - MOMENT)
    assert circuit.enter(later + PROBE)
    circuit.leave()
    assert circuit.enter(later + PROBE), "given back unused"
