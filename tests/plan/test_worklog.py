"""A worklog as people write it becomes a plan; what has no place is said and kept."""

from __future__ import annotations

from datetime import date

import pytest

from l2l_tui.errors import RequestError
from l2l_tui.plan.model import Section
from l2l_tui.plan.worklog import Asked, LeftOut, Link, Worklog, read

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


def test_signs_alone_are_no_word_for_none() -> None:
    """Whoever writes them as a problem finds them again."""
    assert log("# 3-4\n## 本週問題\n?!\n").problems == (Asked("?!"),)
