"""Every phrase of a document, in English and in Chinese as written in Taiwan."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from l2l_tui.errors import UnknownNameError
from l2l_tui.language import LANGUAGES, catalogue
from l2l_tui.plan.model import Section

if TYPE_CHECKING:
    from datetime import date

    from l2l_tui.experiments.sentence import Sentence


class Phrase(Enum):
    """A phrase: English, then Chinese; what stands in braces is filled in."""

    TAGS = ("l2l-tui, meeting, {plan}", "l2l-tui, meeting, {plan}")
    TITLE = ("{title}: meeting {day}", "{title}：{day}會議")
    DAY = ("{date} ({weekday})", "{date}（{weekday}）")
    ABOUT = (
        "Week {week} of the study plan “{title}”. {since} "
        "Every figure below comes from a run, named by its id, whose request, measurements "
        "and result are kept in the workspace's `runs/` folder under that id.",
        "讀書計畫「{title}」第 {week} 週。{since}"
        "以下每個數字都出自一次實驗（run）並附上其編號，該次實驗的設定、量測與結果都存在工作區的 "
        "`runs/` 資料夾中同名的目錄。",
    )
    SINCE = (
        "It covers {since} (the meeting before) to {until}.",
        "涵蓋 {since}（上次會議）至 {until}。",
    )
    FROM_START = ("It covers everything up to {until}.", "涵蓋計畫開始至 {until}。")

    GLANCE = ("At a glance", "重點")
    GLANCE_MILESTONES = (
        "Milestones: {done} of {all} done, {doing} being worked on{late}.",
        "里程碑：{all} 項中完成 {done} 項，進行中 {doing} 項{late}。",
    )
    GLANCE_LATE = ("; **{n} late**: {titles}", "；**延遲 {n} 項**：{titles}")
    GLANCE_RUNS = (
        "Runs: {finished} finished, {other} not finished; verdicts on the papers' claims: "
        "{holds} × holds, {fails} × fails, {inconclusive} × inconclusive.",
        "實驗：完成 {finished} 次，未完成 {other} 次；所檢驗的論文主張中，成立 {holds} 項、"
        "不成立 {fails} 項、未定 {inconclusive} 項。",
    )
    GLANCE_NO_RUNS = ("Runs: none since the last meeting.", "實驗：上次會議以來沒有。")
    GLANCE_PROBLEMS = (
        "Problems: {open} open{oldest}, {solved} solved, {new} new this week.",
        "問題：未解決 {open} 個{oldest}，已解決 {solved} 個，本週新增 {new} 個。",
    )
    GLANCE_OLDEST = (" (the oldest for {age})", "（最久 {age}）")

    MOVED = ("Progress since the last meeting", "上次會議以來的進展")
    NOTHING_MOVED = ("No milestone changed.", "里程碑沒有變動。")
    NOTES = ("Notes", "其他")
    EXPERIMENTS = ("Experiments", "實驗結果")
    NO_RUNS = ("No runs since the last meeting.", "上次會議以來沒有實驗。")
    DUE_NEXT = (
        "Due by the meeting after this one ({day})",
        "下次會議 {day}前到期",
    )
    NOTHING_DUE = ("Nothing is due by then.", "沒有到期的項目。")
    SCHEDULE = ("Schedule", "schedule")
    TIMELINE = ("The schedule over the weeks", "各週時程")
    TIMELINE_TODAY = ("today {day}", "今天 {day}")
    TIMELINE_KEY = (
        "Vertical lines: one a week, on the day of the meeting. ◆ due; ◇ due before it was "
        "moved; filled bar: worked on; hatched bar: late; dashed line: time left; ● finished; "
        "▷ forecast at this pace.",
        "直線：每週一條，為會議日。◆ 期限；◇ 變更前的期限；實心條：進行中；斜線條：延遲；"
        "虛線：剩餘時間；● 完成；▷ 依目前步調的預測。",
    )
    MEETING = ("Meeting: {title}", "會議：{title}")
    PICTURE_ELSEWHERE = ("picture: {title}", "圖片：{title}")
    READING = ("How to read this", "閱讀說明")
    NONE = ("None.", "無")
    NOTHING_WRITTEN = ("Nothing written.", "（未填）")

    PROBLEM_AGE = ("raised {raised}, {age}", "{raised} 提出，{age}")
    PROBLEM_NEW = ("raised {raised}", "{raised} 提出")
    PROBLEM_OPEN = ("**open**", "**未解決**")
    PROBLEM_SOLVED = ("solved {day}", "{day} 已解決")

    COLUMN_MILESTONE = ("Milestone", "里程碑")
    COLUMN_CHANGE = ("Change", "變動")
    COLUMN_DUE = ("Due", "期限")
    COLUMN_STATUS = ("Status", "狀態")
    COLUMN_TIME = ("Time", "時程")
    COLUMN_EVIDENCE = ("Evidence", "佐證")
    COLUMN_CLAIM = ("The paper's claim", "論文的主張")
    COLUMN_VERDICT = ("Verdict", "結論")
    COLUMN_OURS = ("Ours", "我們的結果")
    COLUMN_PAPER = ("Where the paper says it", "論文出處")
    COLUMN_WHY = ("Why", "依據")
    COLUMN_FIGURE = ("Figure", "數值")
    COLUMN_VALUE = ("Value", "結果")
    COLUMN_SETTING = ("Setting", "設定")
    COLUMN_PRESET = ("Preset's", "預設組的值")
    COLUMN_USED = ("Used", "使用值")

    CHANGE_STATUS = ("{on}: {status}", "{on} {status}")
    CHANGE_DUE = ("{on}: due {was} → {due}", "{on} 期限 {was} → {due}")
    CHANGE_EVIDENCE = ("{on}: run {run} ({verdicts})", "{on} 實驗 {run}（{verdicts}）")
    CHANGE_SWEEP = ("{on}: sweep {sweep}, {runs}", "{on} 參數掃描 {sweep}，{runs}")
    NO_VERDICT = ("no claim tested", "未檢驗主張")
    NO_DATE = ("no date", "未定")

    TESTS = ("It tests, after {paper}:", "檢驗的主張（出自 {paper}）：")
    UNKNOWN_EXPERIMENT = (
        "This experiment is no longer in the catalogue.",
        "此實驗已不在目錄中。",
    )
    RUN = ("Run {run}", "實驗 {run}")
    RUN_ABOUT = (
        "{state}{day}; preset `{preset}`, seed {seed}; {time} of computing.",
        "{state}{day}；預設組 `{preset}`，隨機種子 {seed}，計算時間 {time}。",
    )
    RUN_GONE = (
        "Finished{day}; its directory is gone, so what follows is what the plan kept of it.",
        "完成{day}；實驗目錄已不存在，以下為計畫檔所記錄的結果。",
    )
    RUN_DAY = (" on {day}", "（{day}）")
    RUN_STEP = ("It stands at step {step} of {steps}.", "目前進度：第 {step} 步，共 {steps} 步。")
    RUN_ERROR = ("It failed with {error}.", "失敗原因：{error}")
    SWEEP = ("Sweep {sweep}", "參數掃描 {sweep}")
    SWEEP_ABOUT = (
        "{settings} settings × {seeds} seeds, one run each: {finished} of {runs} runs finished"
        "{others}; preset `{preset}`; {time} of computing.",
        "{settings} 組設定 × {seeds} 個隨機種子，各執行一次：共 {runs} 次實驗，完成 {finished} 次"
        "{others}；預設組 `{preset}`，計算時間 {time}。",
    )
    SWEEP_OTHERS = (", {n} {state}", "，{state} {n} 次")
    SWEEP_SPREAD = (
        "After ±: the standard deviation over the seeds of the runs.",
        "± 之後為各次實驗隨機種子之間的標準差。",
    )
    SWEEP_LOWER = (
        "Best by {figure}, lower is better: {setting}.",
        "依 {figure}（越低越好），最佳者為 {setting}。",
    )
    SWEEP_HIGHER = (
        "Best by {figure}, higher is better: {setting}.",
        "依 {figure}（越高越好），最佳者為 {setting}。",
    )
    SWEEP_ONLY_SEEDS = ("the preset's", "預設組的值")
    COLUMN_SEEDS = ("Seeds", "隨機種子數")
    BEST = ("best", "最佳")
    CHANGED = ("Settings that differ from the preset:", "與預設組不同的設定：")
    PICTURE = (
        "{title}: {y} against {x}{scale}",
        "{title}（縱軸 {y}，橫軸 {x}{scale}）",
    )
    BARS = ("{title}: {y}, as bars", "{title}：{y}（長條圖）")
    INTERVALS = ("After ±: half the width of {interval}.", "± 之後為{interval}的半寬。")
    CURVE_ENDS = ("last {value}", "末值 {value}")
    CURVE_NOWHERE = ("no finite value", "沒有有限的值")
    LOG_AXIS = ("{y} (log)", "{y}（對數）")
    LOG_SCALE = (", logarithmic axis", "，對數軸")
    SEEDS = ("{mean} ± {spread} ({n} meta-seeds)", "{mean} ± {spread}（{n} 個 meta-seed）")
    ONE_SEED = ("{mean} (1 meta-seed)", "{mean}（1 個 meta-seed）")
    DIVERGED = ("diverged", "發散")

    EVIDENCE = ("{runs}, {held} of {claims} claims hold", "{runs}，{claims} 項主張中成立 {held} 項")
    ALL_HOLD = (
        "{runs}; all claims hold; not yet marked done",
        "{runs}；主張全部成立，尚未標為完成",
    )
    ONE_RUN = ("1 run", "1 次實驗")
    RUNS = ("{n} runs", "{n} 次實驗")
    LATE = ("**{days} late**", "**延遲 {days}**")
    WAS_LATE = ("{days} late", "晚 {days}完成")
    LEFT = ("{days} left", "還有 {days}")
    TODAY = ("due today", "今天到期")
    ONE_DAY = ("1 day", "1 天")
    DAYS = ("{n} days", "{n} 天")
    NEW = ("new", "新")
    ONE_WEEK = ("1 week", "1 週")
    WEEKS = ("{n} weeks", "{n} 週")
    SECONDS = ("{s} s", "{s} 秒")
    MINUTES = ("{m} min {s:02} s", "{m} 分 {s:02} 秒")
    HOURS = ("{h} h {m:02} min", "{h} 小時 {m:02} 分")
    CHECKLIST = ("checklist {done} of {all}", "清單 {done}/{all}")
    BY_RUN = ("by run {run}", "依實驗 {run}")
    BY_HAND = ("by hand", "人工標記")
    CONTRADICTED = (
        "**contradicted**: {claims} in run {run}",
        "**與結果矛盾**：實驗 {run} 的 {claims}",
    )
    EXPECTED = ("at this pace {day}", "依目前步調 {day}")
    EXPECTED_LATE = ("at this pace {day}, {days} late", "依目前步調 {day}，晚 {days}")
    PACE = (
        "Forecast: {n} milestones were finished so far, one every {days} days; at this pace the "
        "last one is done on {day}.",
        "預測：目前已完成 {n} 項，平均每 {days} 天一項；依此步調，最後一項將於 {day} 完成。",
    )
    NO_PACE = (
        "Forecast: none yet; {n} milestones were finished on a known day, and a pace needs "
        "{enough}.",
        "預測：資料不足；有完成日期的里程碑為 {n} 項，需要 {enough} 項才能估計步調。",
    )
    BLOCKED = ("waits for {needs}", "需先完成 {needs}")

    OFFER_RUN = ("{experiment}, run {run}{about}", "{experiment}，實驗 {run}{about}")
    OFFER_SWEEP = ("{experiment}, sweep {sweep}{about}", "{experiment}，參數掃描 {sweep}{about}")
    OFFER_SWEPT = (
        " (preset `{preset}`, {settings} settings × {seeds} seeds)",
        "（預設組 `{preset}`，{settings} 組設定 × {seeds} 個隨機種子）",
    )
    OFFER_DONE = ("{finished} of {runs} runs finished", "{runs} 次實驗中完成 {finished} 次")
    OFFER_BEST = ("best {setting}: {figure} {ours}", "最佳為 {setting}：{figure} {ours}")
    OFFER_SETTINGS = (" (preset `{preset}`, seed {seed})", "（預設組 `{preset}`，隨機種子 {seed}）")
    OFFER_STEP = ("step {step} of {steps}", "第 {step} 步，共 {steps} 步")
    OFFER_BY_RUN = (" (by run {run})", "（依據實驗 {run}）")

    READ_RUN = (
        "A *run* is one execution of an experiment with fixed settings and a fixed random seed.",
        "*實驗*（run）：以固定的設定與隨機種子執行一次的實驗。",
    )
    READ_CLAIM = (
        "A *claim* is a statement of the paper that the run can test. It **holds** where our "
        "mean clears the stated bound by more than its standard error, it **fails** where it "
        "lies as clearly on the other side or diverged, and it is **inconclusive** where there "
        "are too few meta-seeds or the difference is within the standard error. That is over the "
        "meta-seeds and, where a run measures it, over the test classes that it was judged by.",
        "*主張*：論文中可由實驗檢驗的敘述。平均值優於門檻且差距超過標準誤為**成立**；"
        "同樣明顯地落在另一側或發散為**不成立**；meta-seed 數不足或差距在標準誤之內為**未定**。"
        "標準誤涵蓋各 meta-seed；若實驗有量測，也涵蓋測試所用的類別。",
    )
    READ_OURS = (
        "*Ours* is the mean ± standard deviation over the run's *meta-seeds*: independent "
        "repetitions inside that run, all drawn from the run's one seed.",
        "*我們的結果*：該次實驗中各 *meta-seed*（同一次實驗內彼此獨立的重複，"
        "皆由該次實驗的種子產生）的平均值 ± 標準差。",
    )

    TODO = ("to do", "未開始")
    DOING = ("being worked on", "進行中")
    DONE = ("done", "完成")
    DROPPED = ("dropped", "放棄")
    HOLDS = ("holds", "成立")
    FAILS = ("fails", "不成立")
    INCONCLUSIVE = ("inconclusive", "未定")
    QUEUED = ("Queued", "等待中")
    RUNNING = ("Running", "執行中")
    PAUSED = ("Paused", "暫停")
    FINISHED = ("Finished", "完成")
    FAILED = ("Failed", "失敗")
    STOPPED = ("Stopped", "已停止")
    INTERRUPTED = ("Interrupted", "中斷")


_SECTIONS = {
    Section.PAPER: ("Paper", "Paper"),
    Section.PROGRAMMING: ("Programming", "Programming"),
    Section.NEXT: ("Next steps", "未來進度"),
    Section.NOTES: Phrase.NOTES.value,
}
_PROBLEMS = (("Last week's problems", "上週問題"), ("This week's problems", "本週問題"))
_WEEKDAYS = (("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "一二三四五六日")


class Words:
    """One language.

    Args:
        language: ``en`` or ``zh-TW``.

    Raises:
        UnknownNameError: It is neither.
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise UnknownNameError("language", language, LANGUAGES)
        self.language = language
        self._index = LANGUAGES.index(language)
        self._catalogue = catalogue(language)
        self.list_comma = ", " if language == "en" else "、"
        self.colon = ": " if language == "en" else "："
        self.semicolon = "; " if language == "en" else "；"
        self.last_problems, self.problems = (titles[self._index] for titles in _PROBLEMS)

    def say(self, phrase: Phrase, **values: object) -> str:
        """Return a phrase with its braces filled in."""
        template: str = phrase.value[self._index]
        return template.format(**values)

    def translated(self, message: str) -> str:
        """Return what the catalogue declares in English; in English where nobody translated it."""
        return self._catalogue.gettext(message) if message else ""

    def told(self, sentence: Sentence) -> str:
        """Return a sentence of the catalogue's."""
        return sentence.told(self.translated)

    def named(self, name: str) -> str:
        """Return the word for a status, state or verdict by its English name in the files."""
        return self.say(Phrase[name.upper()])

    def section(self, section: Section) -> str:
        """Return a section's heading; in Chinese the one that worklogs use."""
        return _SECTIONS[section][self._index]

    def day(self, day: date) -> str:
        """Return a day with its weekday."""
        weekday = _WEEKDAYS[self._index][day.weekday()]
        return self.say(
            Phrase.DAY, date=day, weekday=weekday if self.language == "en" else f"週{weekday}"
        )

    def days(self, n: int) -> str:
        """Return a number of days."""
        return self.say(Phrase.ONE_DAY) if n == 1 else self.say(Phrase.DAYS, n=n)

    def weeks(self, n: int) -> str:
        """Return an age in weeks."""
        if n == 0:
            return self.say(Phrase.NEW)
        return self.say(Phrase.ONE_WEEK) if n == 1 else self.say(Phrase.WEEKS, n=n)

    def runs(self, n: int) -> str:
        """Return a number of runs."""
        return self.say(Phrase.ONE_RUN) if n == 1 else self.say(Phrase.RUNS, n=n)

    def time(self, seconds: float) -> str:
        """Return a length of time."""
        whole = max(0, round(seconds))
        minutes, hours = whole // 60, whole // 3600
        if hours:
            return self.say(Phrase.HOURS, h=hours, m=minutes % 60)
        if minutes:
            return self.say(Phrase.MINUTES, m=minutes, s=whole % 60)
        return self.say(Phrase.SECONDS, s=whole)
