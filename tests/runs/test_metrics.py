"""Measurements as lines and back."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from l2l_tui.lab.measurement import Measurement
from l2l_tui.runs import metrics
from l2l_tui.runs.metrics import Series
from tests.runs.conftest import MakeRun


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), st.integers(0, 2**40), st.floats(allow_nan=False, allow_infinity=False))
def test_a_measurement_comes_back_to_the_last_bit(name: str, step: int, value: float) -> None:
    """Any name, step and finite value survive the file."""
    measurement = Measurement(name, step, value)
    line = metrics.encode(measurement)
    assert line.count(b"\n") == 1
    assert metrics.parse(line) == [measurement]


def test_what_is_not_finite_becomes_null() -> None:
    """NaN and infinity are null in the file and NaN in memory."""
    for value in (math.nan, math.inf, -math.inf):
        line = metrics.encode(Measurement("loss", 1, value))
        assert line == b'{"name": "loss", "step": 1, "value": null}\n'
        assert math.isnan(metrics.parse(line)[0].value)


def test_series_are_read_by_name(make_run: MakeRun) -> None:
    """Measurements come grouped; a torn last line does not count."""
    directory = make_run("run")
    assert metrics.read(directory) == {}
    made = [Measurement("a", 1, 0.5), Measurement("b", 1, 9.0), Measurement("a", 2, 0.25)]
    directory.metrics.write_bytes(b"".join(map(metrics.encode, made)) + b'{"name": "a", "st')
    assert metrics.read(directory) == {"a": Series([1, 2], [0.5, 0.25]), "b": Series([1], [9.0])}
    assert metrics.read(directory, "b") == {"b": Series([1], [9.0])}
    assert metrics.read(directory, "c") == {}


def test_a_damaged_line_costs_that_line_only() -> None:
    """Lines that are no measurement are left out, whatever they hold."""
    good = metrics.encode(Measurement("a", 1, 0.5))
    damaged = [b"\x00\xff\n", b"{}\n", b"7\n", b'{"name": 1}\n', b"\n", b'{"name": "a", "step": 1']
    assert (
        metrics.parse(b"".join([good, *damaged[:-1], good, damaged[-1]]))
        == [Measurement("a", 1, 0.5)] * 2
    )


@pytest.mark.parametrize(
    "line",
    [
        b'{"name": {}, "step": 1, "value": 1}',
        b'{"name": [], "step": 1, "value": 1}',
        b'{"name": 5, "step": 1, "value": 1}',
        b'{"name": null, "step": 1, "value": 1}',
        b'{"name": "a", "step": true, "value": 1}',
        b'{"name": "a", "step": "1", "value": 1}',
        b'{"name": "a", "step": Infinity, "value": 1}',
        b'{"name": "a", "step": 1' + b"0" * 400 + b', "value": 1}',
        b'{"name": "a", "step": 1' + b"0" * 5000 + b', "value": 1}',
        b'{"name": "a", "step": 1, "value": 1' + b"0" * 400 + b"}",
        b'{"name": "a", "step": 1, "value": "1"}',
        b'{"name": "a", "step": 1, "value": false}',
        b'{"name": "a", "step": 1, "value": {}}',
        b'"name"',
        b"[" * 100_000,
        b'{"name":' * 100_000,
        b"[" * 500 + b"]" * 500,
        b'{"name": "a", "step": [',
        b"],[",
    ],
    ids=lambda line: line[:40].decode(),
)
def test_a_line_of_the_wrong_kind_costs_that_line_only(line: bytes) -> None:
    """Names are strings, steps whole numbers, values numbers; nothing is too deep or too big."""
    good = metrics.encode(Measurement("a", 1, 0.5))
    for lines in (good + line + b"\n" + good, good + good + line + b"\n"):
        assert metrics.parse(lines) == [Measurement("a", 1, 0.5)] * 2


def test_a_line_that_opens_what_another_closes_swallows_none_between() -> None:
    """Lines are read together for speed, yet each stands for itself."""
    good = metrics.encode(Measurement("a", 1, 0.5))
    assert metrics.parse(b"[\n" + good + b"]\n") == [Measurement("a", 1, 0.5)]


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999", "null"])
def test_what_is_not_finite_is_nan_however_it_is_written(word: str) -> None:
    """Another program may write JSON's customary extensions."""
    (made,) = metrics.parse(f'{{"name": "a", "step": 1, "value": {word}}}\n'.encode())
    assert math.isnan(made.value)


def test_ten_thousand_lines_are_read_quickly() -> None:
    """A long run's measurements are there at once."""
    lines = b"".join(metrics.encode(Measurement("meta/train", i, i / 7)) for i in range(10_000))
    before = time.process_time()
    assert len(metrics.parse(lines)) == 10_000
    assert time.process_time() - before < 0.1
