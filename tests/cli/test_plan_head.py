"""``plan head`` and ``plan track``: the plan's own values, and its tracks."""

from __future__ import annotations

from pathlib import Path

import pytest

from l2l_tui.plan import store
from tests.cli.conftest import Cli


def test_without_options_the_values_are_shown(cli: Cli, plan_path: Path) -> None:
    """Nothing is written."""
    before = plan_path.read_bytes()
    document = cli("plan", "head", "--json").document
    assert document["title"] == "Learning to learn"
    assert (document["language"], document["interface"]) == ("zh-TW", None)
    assert document["meets_every_days"] == 7
    assert "every 7 days" in cli("plan", "head").out
    assert plan_path.read_bytes() == before


def test_values_are_set_in_one_step(cli: Cli, plan_path: Path) -> None:
    """One undo takes them back."""
    before = plan_path.read_bytes()
    words = ["--title", "Study 學習", "--documents", "en", "--interface", "en"]
    words += ["--first-meeting", "2027-01-06", "--meets-every-days", "14"]
    document = cli("plan", "head", *words, "--json").document
    assert document["first_meeting"] == "2027-01-06"
    plan = store.load(plan_path)
    assert (plan.title, plan.language, plan.interface) == ("Study 學習", "en", "en")
    assert plan.meets_every_days == 14
    cli("plan", "undo")
    assert plan_path.read_bytes() == before


def test_what_can_be_left_out_is_taken_away(cli: Cli, plan_path: Path) -> None:
    """The locale decides again, and no meeting is the first."""
    cli("plan", "head", "--interface", "en")
    document = cli(
        "plan", "head", "--interface", "locale", "--first-meeting", "none", "--json"
    ).document
    assert (document["interface"], document["first_meeting"]) == (None, None)
    assert "interface" not in plan_path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--documents", "zh-tw"], "'zh-TW'"),
        (["--interface", "locall"], "'locale'"),
        (["--meets-every-days", "0"], "1 to 366"),
        (["--meets-every-days", "x"], "whole number"),
        (["--first-meeting", "2027-02-30"], "'2027-02-30'"),
        (["--title", " "], "title"),
    ],
)
def test_a_bad_value_is_refused(cli: Cli, plan_path: Path, words: list[str], named: str) -> None:
    """Nothing is written."""
    before = plan_path.read_bytes()
    done = cli("plan", "head", *words)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert named in done.err
    assert plan_path.read_bytes() == before


def test_a_track_is_added_below_another(cli: Cli) -> None:
    """Named as it is read or by its id."""
    document = cli(
        "plan", "track", "few", "Few-shot 小樣本", "--parent", "PAPER", "--json"
    ).document
    assert document == {"id": "few", "title": "Few-shot 小樣本", "parent": "paper"}
    tracks = cli("plan", "--json").document["tracks"]
    assert [one["parent"] for one in tracks if one["id"] == "few"] == ["paper"]
    assert "  Few-shot 小樣本\n    nothing yet\n" in cli("plan").out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["paper", "Papers"], "'paper' already"),
        (["few", "Few", "--parent", "papr"], "'paper'"),
        (["few", " "], "title"),
    ],
)
def test_a_track_that_cannot_be_is_refused(
    cli: Cli, plan_path: Path, words: list[str], named: str
) -> None:
    """Nothing is written."""
    before = plan_path.read_bytes()
    done = cli("plan", "track", *words)
    assert (done.code, done.out) == (2, "")
    assert named in done.err
    assert plan_path.read_bytes() == before
