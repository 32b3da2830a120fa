"""The names that worklogs give to their sections, and the words for no problem."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

from l2l_tui.plan.model import Section


class Kind(Enum):
    """What a stretch of a worklog is."""

    LAST = "last week's problems"
    """Problems of the meeting before."""
    PROBLEMS = "this week's problems"
    """Problems of this meeting."""
    PAPER = Section.PAPER
    """Notes on papers."""
    PROGRAMMING = Section.PROGRAMMING
    """Notes on code."""
    NEXT = Section.NEXT
    """Next steps."""
    NOTES = Section.NOTES
    """Anything else that a person headed so."""
    REFERENCES = "references"
    """A list of sources; it belongs to what it stands under."""
    SCHEDULE = "schedule"
    """Tracks and their lines."""
    UNPLACED = "unplaced"
    """Nothing that is known here."""

    @property
    def is_text(self) -> bool:
        """Whether its Markdown is kept to the letter."""
        return isinstance(self.value, Section)


_NAMES = {
    Kind.LAST: """
        上週問題 上周問題 上周问题 上週的問題 上次問題 上次的問題 上次问题
        last weeks problems|last week problems|last weeks questions|problems last week
        problems from last week|previous problems|last problems|last weeks problem|last week""",
    Kind.PROBLEMS: """
        本週問題 本周問題 本周问题 這週問題 這周問題 这周问题 本週的問題 本次問題 本次问题 問題 问题
        this weeks problems|this week problems|this weeks questions|problems this week
        new problems|current problems|this weeks problem|problems|questions|this week""",
    Kind.PAPER: """
        論文 论文 論文閱讀 论文阅读 閱讀 阅读 讀論文
        paper|papers|paper reading|reading""",
    Kind.PROGRAMMING: """
        程式 程式設計 程序 编程 編程 實作 实作 實驗 实验
        programming|program|coding|code|implementation""",
    Kind.NEXT: """
        未來進度 未来进度 未來規劃 未來計畫 未來計劃 下週進度 下周進度 下周进度 下週計畫 下一步
        next steps|next step|next|next week|future work|future plan|future plans|future progress
        plan|plans|to do|todo""",
    Kind.NOTES: "筆記 笔记 備註 备注 其他 notes|note|remarks|misc|others",
    Kind.REFERENCES: "參考 参考 參考資料 参考资料 參考文獻 refer|reference|references|refs",
    Kind.SCHEDULE: "時程 时程 時程表 排程 進度表 进度表 時間表 日程 schedule|timeline",
}
_KIND_OF = {
    name.strip(): kind
    for kind, listed in _NAMES.items()
    for name in re.split(r"\||\n|(?<=[^\x00-\x7f])\s+", listed)
    if name.strip()
}
_WEAK = {Kind.NOTES, Kind.REFERENCES, Kind.SCHEDULE}
_SPOKEN = ("問題", "问题", "problem", "question", "進度", "进度", "steps", "future", "schedule")
_NONE = {
    *("無", "无", "沒有", "没有", "無問題", "无问题", "沒問題", "没问题", "沒有問題"),
    *("暫無", "暂无", "目前沒有", "目前無", "none", "na", "n/a", "nil", "nothing", "no"),
    *("no problem", "no problems", "none yet", "nothing yet"),
}
TRACKS = ("paper", "torch", "recap")
"""Tracks known without a schedule around them."""


def section(heading: str) -> tuple[Kind | None, str]:
    """Return the kind that a heading names, and what stands behind its colon."""
    kind = _KIND_OF.get(folded(heading))
    if kind is not None:
        return kind, ""
    head, colon, rest = _at_colon(heading)
    return (_KIND_OF.get(folded(head)), rest) if colon else (None, "")


def plain_section(line: str, *, any_name: bool) -> Kind | None:
    """Return the kind that a line without heading signs names: ``schedule:``.

    Args:
        line: The line; it must end with a colon.
        any_name: Whether short names count, which may be part of a text otherwise.
    """
    name = line.strip().strip("*_ ")
    if not name or name[-1] not in ":：":
        return None
    kind = _KIND_OF.get(folded(name))
    spoken = kind is Kind.SCHEDULE or any(word in folded(name) for word in _SPOKEN)
    long = folded(name) not in {"problems", "questions", "問題", "问题"}
    return kind if any_name or (spoken and long) else None


def is_deeper_part(kind: Kind | None, level: int, around: int) -> bool:
    """Whether a heading of a common name stands below the section around it."""
    return kind in _WEAK and kind is not Kind.SCHEDULE and level > around


def is_none(text: str) -> bool:
    """Whether a text says that there is no problem."""
    word = unicodedata.normalize("NFKC", text).casefold().strip(" \t.。!()[]-~*_,:;")
    return word in _NONE or text.strip() in {"", "-", "--", "—", "/", "."}


def folded(name: str) -> str:
    """Return a name without the differences that people do not mean."""
    text = unicodedata.normalize("NFKC", name).casefold().replace("'", "").replace("’", "")
    return re.sub(r"\s+", " ", text.strip(" \t#*_:：`[]()"))


def _at_colon(text: str) -> tuple[str, str, str]:
    match = re.search(r"[:：]", text)
    if match is None:
        return text, "", ""
    return text[: match.start()], match.group(), text[match.end() :].strip()
