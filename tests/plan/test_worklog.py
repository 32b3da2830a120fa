"""A worklog as people write it becomes a plan; what has no place is said and kept."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.plan import meetings, store
from l2l_tui.plan.importing import Imported, import_worklog
from l2l_tui.plan.model import Plan, Section, Status
from l2l_tui.plan.worklog import Asked, LeftOut, Link, Worklog, dates, read
from l2l_tui.plan.worklog.names import is_none, section
from l2l_tui.workspace import Workspace

TODAY = date(2022, 5, 20)

CHINESE = """\
---
tags: worklog, 元學習
robots: noindex
---

# 週會 5月18日

### 上週問題:
無

### 本週問題：
為什麼 outer loop 不收斂？
學習率太大嗎？

> 見圖三

* 記憶體

### 論文：Reptile
公式 $\\phi \\leftarrow \\phi + \\epsilon(W - \\phi)$
***
* 一階
    * 巢狀
![圖](a.png)

```python
# 上週問題：
---
```

#### 參考資料
[](https://openai.com/research/reptile)
[沒有關上](https://example.org/a_(b)
見 https://arxiv.org/pdf/1803.02999.pdf。

### 實作
SGD 與 Adam
***

### 雜記
不知道放哪裡

### 未來進度：
先讀完
PyTorch：
* autograd

### 時程
Paper：
* ～5/25 [Reptile](https://arxiv.org/abs/1803.02999)
* [x] ~4/20 MAML
    * 重讀附錄
        * 兩次
- 6/1～6/15 **ANIL**
* ～2/30 不存在的日子
這些日期可能會變
RL：
1. ～2023/1/5 PPO
2. 今年：策略梯度
"""

ENGLISH = """\
# Meeting 03-04
Attendees: the two of us

## Last week's problems
- [x] Where is the data?
- Why NaN?
  It starts at step 40.

## This week's problems:
1) None.

## Paper
Read [it](<https://example.org/it> "title") and <https://example.org/auto>.

## Programming
Done.

## Next steps
More.

schedule:
torch:
- 3/18: Linear Regression
- LeNet ～4/08
RECAP:
VGG
BERT
"""


def log(text: str, today: date = TODAY, year: int | None = None) -> Worklog:
    """Read a worklog."""
    return read(text, today=today, year=year)


def items(worklog: Worklog) -> list[tuple[str, str, date | None]]:
    """Return track, title and date of each line of the schedule."""
    return [(track.title, item.title, item.due) for track in worklog.tracks for item in track.items]


@pytest.fixture
def imported(workspace: Workspace, tmp_path: Path) -> Callable[..., tuple[Imported, Plan]]:
    """Import a text and load what became of it."""

    def import_(text: str, name: str = "log.md", into: str | None = None) -> tuple[Imported, Plan]:
        file = tmp_path / name
        file.write_bytes(text.encode())
        result = import_worklog(workspace, file, today=TODAY, into=into)
        return result, store.load(result.plan)

    return import_


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("# Personal meeting 3-4", date(2022, 3, 4)),
        ("# Personal meeting 3/4", date(2022, 3, 4)),
        ("## Meeting 03-04", date(2022, 3, 4)),
        ("#週會 3月4日", date(2022, 3, 4)),
        ("# 週會 ３／４", date(2022, 3, 4)),
        ("# 12/24 meeting", date(2021, 12, 24)),
        ("# Meeting 5-20", TODAY),
        ("# Meeting 5-21", date(2021, 5, 21)),
        ("# Meeting 2-29", date(2020, 2, 29)),
        ("# Meeting 2019-03-04", date(2019, 3, 4)),
        ("# Meeting 2019/3/4 (Mon)", date(2019, 3, 4)),
        ("# 2019年3月4日", date(2019, 3, 4)),
        ("# 20190304 meeting", date(2019, 3, 4)),
        ("# 民國 110.3.4 會議", date(2021, 3, 4)),
        ("# March 4, 2019", date(2019, 3, 4)),
        ("# Meeting of 4th Mar", date(2022, 3, 4)),
        ("Meeting 3-4\n=====", date(2022, 3, 4)),
        ("---\ndate: 2019-03-04\n---\n# Meeting", date(2019, 3, 4)),
        ("# Meeting 13-4", None),
        ("# Meeting no. 7", None),
        ("# 5-shot learning", None),
    ],
)
def test_the_headings_date_is_found(heading: str, expected: date | None) -> None:
    """In any of the ways people write it; without a year it is the nearest past one."""
    assert log(f"{heading}\n## Paper\nx\n").meeting == expected


def test_a_given_year_decides() -> None:
    """It counts where the heading has none, and a day that it lacks is a wrong request."""
    assert log("# Meeting 3-4", year=2017).meeting == date(2017, 3, 4)
    assert log("# Meeting 2019-3-4", year=2017).meeting == date(2019, 3, 4)
    with pytest.raises(RequestError, match="2017 has no 2-29"):
        log("# Meeting 2-29", year=2017)


@pytest.mark.parametrize(
    ("meeting", "line", "expected"),
    [
        ("2021-03-04", "～3/18 x", date(2021, 3, 18)),
        ("2021-03-04", "～2/25 x", date(2021, 2, 25)),
        ("2021-03-04", "～12/20 x", date(2021, 12, 20)),
        ("2021-12-20", "～1/10 x", date(2022, 1, 10)),
        ("2021-11-01", "～3/18 x", date(2022, 3, 18)),
        ("2021-01-07", "～12/20 x", date(2020, 12, 20)),
        ("2021-01-07", "～11/20 x", date(2021, 11, 20)),
        ("2023-12-01", "～2/29 x", date(2024, 2, 29)),
        ("2021-03-04", "～2020/12/20 x", date(2020, 12, 20)),
    ],
)
def test_a_schedules_date_is_near_its_meeting(meeting: str, line: str, expected: date) -> None:
    """It looks ahead, and keeps what is late."""
    text = f"# {meeting}\n## schedule\nPAPER:\n* {line}\n"
    assert items(log(text)) == [("PAPER", "x", expected)]


def test_a_chinese_worklog_is_understood() -> None:
    """Sections, problems, links and tracks; notes to the letter."""
    worklog = log(CHINESE)
    assert (worklog.title, worklog.meeting) == ("週會", date(2022, 5, 18))
    assert worklog.front_matter == "tags: worklog, 元學習\nrobots: noindex"
    assert worklog.last_problems == ()
    question = "為什麼 outer loop 不收斂？\n學習率太大嗎？\n> 見圖三"
    assert worklog.problems == (Asked(question), Asked("記憶體"))
    paper = CHINESE[CHINESE.index("公式") : CHINESE.index("\n\n### 實作")]
    assert worklog.sections == {
        Section.PAPER: f"Reptile\n{paper}",
        Section.PROGRAMMING: "SGD 與 Adam\n***",
        Section.NEXT: "先讀完\nPyTorch：\n* autograd",
    }
    assert items(worklog) == [
        ("Paper", "Reptile", date(2022, 5, 25)),
        ("Paper", "MAML", date(2022, 4, 20)),
        ("Paper", "ANIL", date(2022, 6, 15)),
        ("RL", "PPO", date(2023, 1, 5)),
        ("RL", "今年：策略梯度", None),
    ]
    assert [left.text for left in worklog.left_out] == [
        "### 雜記",
        "不知道放哪裡",
        "* ～2/30 不存在的日子",
        "這些日期可能會變",
    ]
    numbered = dict(enumerate(CHINESE.split("\n"), 1))
    assert all(numbered[left.line] == left.text for left in worklog.left_out)
    assert worklog.links == (
        Link("", "https://openai.com/research/reptile"),
        Link("沒有關上", "https://example.org/a_(b)"),
        Link("", "https://arxiv.org/pdf/1803.02999.pdf"),
        Link("Reptile", "https://arxiv.org/abs/1803.02999"),
    )


def test_an_english_worklog_is_understood() -> None:
    """The same in English, with a box that is ticked and lines without bullets."""
    worklog = log(ENGLISH)
    assert worklog.last_problems == (
        Asked("Where is the data?", solved=True),
        Asked("Why NaN?\nIt starts at step 40."),
    )
    assert worklog.problems == ()
    assert worklog.sections[Section.NEXT] == "More."
    assert items(worklog) == [
        ("torch", "Linear Regression", date(2022, 3, 18)),
        ("torch", "LeNet", date(2022, 4, 8)),
        ("RECAP", "VGG", None),
        ("RECAP", "BERT", None),
    ]
    assert [link.url for link in worklog.links] == [
        "https://example.org/it",
        "https://example.org/auto",
    ]
    assert worklog.left_out == (LeftOut(2, "Attendees: the two of us"),)


@pytest.mark.parametrize(
    "word", ["無", "- 無", "沒有。", "1. None", "N/A", "no problems!", "*none*", "- [ ] 無", "-"]
)
def test_the_word_for_none_is_no_problem(word: str) -> None:
    """In either language, as a paragraph or as an item."""
    assert log(f"# 3-4\n## 本週問題：\n{word}\n\n---\n## Paper\n").problems == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.org/x.", "https://a.org/x"),
        ("（見https://a.org/x）", "https://a.org/x"),
        ("[t](https://a.org/x", "https://a.org/x"),
        ("[t](https://a.org/x 然後", "https://a.org/x"),
        ("[t](https://a.org/x，然後", "https://a.org/x"),
        (
            "[t](https://en.wikipedia.org/wiki/Adam_(name))",
            "https://en.wikipedia.org/wiki/Adam_(name)",
        ),
        ("[t]( https://a.org/x )", "https://a.org/x"),
        ("[t](notes.md)", "notes.md"),
        ("![t](https://a.org/x.png)", None),
        ("[t]()", None),
        ("[1] (siehe oben)", None),
        ("[1](see above)", None),
    ],
)
def test_links_are_found_whole_or_broken(text: str, expected: str | None) -> None:
    """Pictures and brackets that hold no address are no links."""
    found = log(f"# 3-4\n## Paper\n{text}\n").links
    assert [link.url for link in found] == ([] if expected is None else [expected])


def test_a_schedule_without_its_name_begins_at_a_dated_track() -> None:
    """PAPER: with a dated line below it is a schedule; a colon in the notes is none."""
    text = "# 3-4\n## Next steps\nfew-shot:\n* read\nPAPER:\n\n* ～3/18 MAML\nTorch：\n* LeNet\n"
    worklog = log(text)
    assert worklog.sections == {Section.NEXT: "few-shot:\n* read"}
    assert items(worklog) == [("PAPER", "MAML", date(2022, 3, 18)), ("Torch", "LeNet", None)]


def test_headings_inside_the_schedule_are_tracks() -> None:
    """Deeper ones are; one of the schedule's level is a section again."""
    text = "# 3-4\n## Schedule\n### PAPER\n- a\n### Robots\n- b\n## Paper\n### Notes\nc\n"
    worklog = log(text)
    assert items(worklog) == [("PAPER", "a", None), ("Robots", "b", None)]
    assert worklog.sections == {Section.PAPER: "### Notes\nc"}


def test_a_worklog_without_headings_is_cut_at_names_with_a_colon() -> None:
    """All names count then."""
    text = "3-4\n上週問題：\n無\n本週問題：\n- a\nPaper:\nb\nProgramming:\nc\n"
    worklog = log(text)
    assert worklog.problems == (Asked("a"),)
    assert worklog.sections == {Section.PAPER: "b", Section.PROGRAMMING: "c"}


def test_a_second_meeting_in_the_file_is_left_out_and_kept(
    imported: Callable[..., tuple[Imported, Plan]],
) -> None:
    """Its sections do not run into the first one's; its lines are reported and in the notes."""
    later = "# Meeting 3-11\n## 本週問題\n- second\n\n## Paper\nmore\n"
    result, plan = imported(f"# Meeting 3-4\n## Paper\nfirst\n{later}")
    assert plan.meetings[0].sections[Section.PAPER] == "first\n"
    assert [left.line for left in result.left_out] == [4, 5, 6, 8, 9]
    assert "# Meeting 3-11\n## 本週問題\n- second" in plan.meetings[0].sections[Section.NOTES]


def test_an_import_makes_a_plan_named_after_the_file(
    imported: Callable[..., tuple[Imported, Plan]],
) -> None:
    """Title, language, meetings from the heading's day on; no fault; problems with their day."""
    result, plan = imported(CHINESE, "元學習.md")
    assert plan.faults == ()
    assert (plan.name, plan.title, plan.language) == ("元學習", "週會", "zh-TW")
    assert (plan.first_meeting, result.meeting) == (date(2022, 5, 18), date(2022, 5, 18))
    assert [track.id for track in plan.tracks] == ["paper", "rl"]
    assert result.milestones == plan.milestones
    maml = plan.milestone("maml")
    assert (maml.status, maml.notes) == (Status.DONE, "* 重讀附錄\n    * 兩次")
    assert plan.milestone("reptile").links == ("arXiv:1803.02999",)
    assert "6/1～6/15 **ANIL**" in plan.milestone("anil").notes
    assert meetings.view(plan, date(2022, 5, 18)).problems == result.problems
    assert "robots: noindex" in plan.meetings[0].sections[Section.NOTES]


def test_last_weeks_problems_are_a_week_older(
    imported: Callable[..., tuple[Imported, Plan]],
) -> None:
    """They stand under this meeting and were raised at the one before."""
    result, plan = imported(ENGLISH)
    assert plan.language == "en"
    view = meetings.view(plan, date(2022, 3, 4))
    assert view.last_problems == result.problems
    assert {problem.raised for problem in view.last_problems} == {date(2022, 2, 25)}
    assert [problem.solved for problem in result.problems] == [date(2022, 3, 4), None]


def test_a_taken_name_is_refused_with_advice(
    imported: Callable[..., tuple[Imported, Plan]],
) -> None:
    """The message says how to add to the plan instead; an unknown plan is an unknown name."""
    result, _ = imported(CHINESE)
    before = result.plan.read_bytes()
    with pytest.raises(RequestError, match="--into log"):
        imported(ENGLISH)
    with pytest.raises(UnknownNameError, match="did you mean 'log'"):
        imported(ENGLISH, into="logs")
    assert result.plan.read_bytes() == before


def test_importing_twice_changes_nothing(imported: Callable[..., tuple[Imported, Plan]]) -> None:
    """Nothing is doubled: no milestone, problem or section."""
    for text, name in ((CHINESE, "a.md"), (ENGLISH, "b.md")):
        first, _ = imported(text, name)
        before = first.plan.read_bytes()
        again, plan = imported(text, name, into=name[0])
        assert first.plan.read_bytes() == before
        assert again.milestones == plan.milestones


def test_merging_overwrites_nothing(imported: Callable[..., tuple[Imported, Plan]]) -> None:
    """The plan keeps its date and text; what the worklog says otherwise is reported and kept."""
    first, _ = imported("# 5-4\n## Paper\nmine\n## schedule\nPAPER:\n* ～5/25 MAML\n")
    later = "# Second 5-4\n## Paper\ntheirs\n## schedule\npaper:\n* ～6/25 maml\n* ANIL\n"
    result, plan = imported(later, "other.md", into="log")
    assert result.plan == first.plan
    assert [(item.id, item.due) for item in plan.milestones] == [
        ("maml", date(2022, 5, 25)),
        ("anil", None),
    ]
    assert plan.meetings[0].sections[Section.PAPER] == "mine\n\ntheirs\n"
    assert result.left_out == (LeftOut(6, "～6/25 maml"),)
    assert "～6/25 maml" in plan.meetings[0].sections[Section.NOTES]
    assert "Second 5-4" in plan.meetings[0].sections[Section.NOTES]


def test_a_problem_repeated_week_after_week_keeps_its_age(
    imported: Callable[..., tuple[Imported, Plan]],
) -> None:
    """The next worklog lists it as last week's; it is the same problem."""
    imported("# 5-4\n## 本週問題\n- why?\n")
    result, plan = imported("# 5-18\n## 上週問題\n- why?\n", "b.md", into="log")
    assert [problem.raised for problem in result.problems] == [date(2022, 5, 4)]
    assert [len(meeting.problems) for meeting in plan.meetings] == [1, 0]


def test_a_worklog_that_cannot_be_read_is_a_wrong_request(
    workspace: Workspace, tmp_path: Path
) -> None:
    """It is not there, a folder, or no text; the line is named."""
    missing, bad = tmp_path / "no.md", tmp_path / "bad.md"
    bad.write_bytes(b"# 3-4\n\xff\n")
    for file, message in (
        (missing, "there is no"),
        (tmp_path, "cannot"),
        (bad, ":2 is"),
    ):
        with pytest.raises(RequestError, match=message):
            import_worklog(workspace, file, today=TODAY)
    assert workspace.plan_files() == []


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
        words = re.sub(r"[\s#]+$", "", words).strip("：:* ")
        assert words in whole or _is_structure(line) or _is_a_date_and_words(words, whole), line


def _is_a_date_and_words(line: str, whole: str) -> bool:
    """Whether a line has a date, which became one of the plan's, and all its words are there."""
    words = re.findall(r"[^\W\d_]+", line)
    return dates.find(line) is not None and all(word in whole for word in words)


def test_a_line_given_twice_keeps_what_stands_below_it(
    imported: Callable[..., tuple[Imported, Plan]],
) -> None:
    """One milestone; the second line and those below it are reported and kept."""
    result, plan = imported("# 3-4\n## schedule\nPAPER:\n* a\n* a\n    * more\n###\n")
    assert [item.id for item in plan.milestones] == ["a"]
    assert [left.text for left in result.left_out] == ["a", "    * more", "###"]


def test_signs_alone_are_no_word_for_none() -> None:
    """Whoever writes them as a problem finds them again."""
    assert log("# 3-4\n## 本週問題\n?!\n").problems == (Asked("?!"),)


def test_the_lent_sample_is_understood_whole(workspace: Workspace) -> None:
    """Five dated milestones and three undated, one old and two new problems, both links."""
    data = os.environ.get("L2L_TUI_DATA")
    sample = Path(data or ".").resolve().parent / "worklog-sample.md"
    if data is None or not sample.is_file():
        pytest.skip("needs the worklog beside the data that L2L_TUI_DATA names")
    result = import_worklog(workspace, sample, today=date(2021, 3, 10))
    plan = store.load(result.plan)
    assert (plan.faults, result.left_out, result.meeting) == ((), (), date(2021, 3, 4))
    tracks = [(item.track, item.due is not None) for item in plan.milestones]
    dated, undated = True, False
    assert tracks == [
        *[("paper", dated)] * 3,
        ("paper", undated),
        *[("torch", dated)] * 2,
        *[("recap", undated)] * 2,
    ]
    view = meetings.view(plan, date(2021, 3, 4))
    assert (len(view.last_problems), len(view.problems), len(result.links)) == (1, 2, 2)
    assert {"few-shot：", "PyTorch："} <= set(view.sections[Section.NEXT].split("\n"))
    assert view.sections[Section.PAPER] in sample.read_text(encoding="utf-8")
