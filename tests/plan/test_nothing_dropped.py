"""Nothing that stands in a worklog is dropped: a property of every worklog there is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l2l_tui.plan import store
from l2l_tui.plan.importing import import_worklog
from l2l_tui.plan.worklog import dates
from l2l_tui.plan.worklog.names import is_none, section
from l2l_tui.workspace import Workspace
from tests.plan.test_worklog import TODAY

_words = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=15),
    st.text(st.sampled_from("ab 3/4-～~：:*_[]()#`無>|x年月日12.!\\\"'"), max_size=14),
)
_shapes = (
    *("{}", "* {}", "- [x] {}", "3. {}", "    * {}", "\t{}", "> {}", "### {}", "{}：", "**{}**: x"),
    *("～3/18 {}", "* ~13/45 {}", "* ～4/1～5/1 {}", "{} ～4/01", "[{}](https://a.org/x", "`{}`"),
    *("[{}](https://a.org/x)", "# {} 5-5", "| {} |", "```{}", "$${}$$", "~~{}~~"),
)
_known = (
    *("---", "***", "", "```", "## 上週問題：", "## 本週問題:", "# Paper：", "## refer", "Torch："),
    *(
        "## Programming：",
        "## 未來進度：",
        "schedule:",
        "PAPER：",
        "RECAP：",
        "## Notes",
        "無",
        "====",
    ),
    *("# Personal meeting 3-4", "## Last week's problems", "THIS YEAR:", "<!-- x -->"),
)
_lines = st.one_of(
    st.sampled_from(_known),
    st.builds(lambda shape, words: shape.format(words), st.sampled_from(_shapes), _words),
)


def _held(value: object) -> Iterator[str]:
    """Yield every string in a plan."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from (key, *_held(item))
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _held(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _held(getattr(value, name))


def _is_structure(line: str) -> bool:
    """Whether a line is a name, a rule, the word for none or an underline, and nothing else."""
    words = re.sub(r"^[\s#*+>-]*(\d+\.)?\s*(\[x\]\s*)?", "", line).strip()
    known = words in {name.lstrip("# ") for name in _known} or not words
    return known or is_none(words) or section(words)[0] is not None


@settings(max_examples=150, deadline=None)
@given(st.lists(_lines, max_size=25), st.sampled_from(["", "# Log 3-4", "---\nt: x\n---"]))
def test_nothing_is_dropped(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], head: str
) -> None:
    """Every line's words stand somewhere in the plan, or the line is pure structure."""
    place = tmp_path_factory.mktemp("log")
    (place / "log.md").write_text("\n".join([head, *lines]), encoding="utf-8", newline="")
    result = import_worklog(Workspace(place), place / "log.md", today=TODAY)
    plan = store.load(result.plan)
    assert plan.faults == ()
    whole = "\n".join(_held(plan))
    for line in "\n".join([head, *lines]).split("\n"):
        words = re.sub(r"^\s*(#+|[*+-](?=\s)|\d+\.(?=\s))?\s*(\[x\]\s)?\s*", "", line)
        words = re.sub(r"[\s#]+$", "", words).strip("：:*_ ")
        assert words in whole or _is_structure(line) or _is_a_date_and_words(words, whole), line


def _is_a_date_and_words(line: str, whole: str) -> bool:
    """Whether a line has a date, which became one of the plan's, and all its words are there."""
    words = re.findall(r"[^\W\d_]+", line)
    return dates.find(line) is not None and all(word in whole for word in words)
