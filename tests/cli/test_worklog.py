"""``import``, ``export``, ``init`` and ``doctor``."""

from __future__ import annotations

from pathlib import Path

import pytest

from l2l_tui.cli.days import today
from l2l_tui.report.export import FORMATS
from l2l_tui.runs.model import State
from l2l_tui.workspace import Workspace
from tests.cli.conftest import Cli
from tests.cli.made import make_run

WORKLOG = """# Personal meeting 3-4
## 上週問題：
- 為什麼？

## 本週問題：
無

## Paper：
[Meta-SGD](https://arxiv.org/abs/1707.09835)

## 未來進度：
schedule:
PAPER：
* ～3/18 Meta-SGD
Torch：
* ～4/08 LeNet
"""


@pytest.fixture
def worklog(tmp_path: Path) -> Path:
    """Return a small worklog."""
    path = tmp_path / "week.md"
    path.write_text(WORKLOG, encoding="utf-8")
    return path


def test_a_worklog_becomes_a_plan_that_is_described(cli: Cli, worklog: Path) -> None:
    """Objects in lists, the plan's path, the meeting's day."""
    document = cli("import", worklog, "--year", "2021", "--json").document
    assert Path(document["plan"]).is_file()
    assert document["meeting"] == "2021-03-04"
    assert [(one["track"], one["due"]) for one in document["milestones"]] == [
        ("paper", "2021-03-18"),
        ("torch", "2021-04-08"),
    ]
    assert [one["text"] for one in document["problems"]] == ["為什麼？"]
    assert document["links"] == [{"title": "Meta-SGD", "url": "https://arxiv.org/abs/1707.09835"}]
    assert document["left_out"] == []


def test_an_import_says_what_it_understood_and_what_it_left(cli: Cli, worklog: Path) -> None:
    """Line by line."""
    worklog.write_text(WORKLOG.replace("# Personal", "stray words\n# Personal"), encoding="utf-8")
    out = cli("import", worklog, "--year", "2021").out
    assert "2 milestones" in out
    assert "1 left out" in out
    assert "stray words" in out


@pytest.mark.parametrize("words", [["--year", "0"], ["--into", "learning-to-lean"]])
def test_an_import_that_cannot_be_meant_is_refused(
    cli: Cli, worklog: Path, words: list[str]
) -> None:
    """Exit code 2, and no new plan."""
    done = cli("import", worklog, *words)
    assert done.code == 2
    assert done.err.strip()


def test_a_worklog_that_is_not_there_is_a_wrong_request(cli: Cli, tmp_path: Path) -> None:
    """Its name is in the message."""
    done = cli("import", tmp_path / "none.md")
    assert done.code == 2
    assert "none.md" in done.err


def test_an_export_lands_in_the_workspace_with_its_pictures(cli: Cli, workspace: Workspace) -> None:
    """Named after plan and meeting, in the plan's language."""
    run = make_run(workspace).id
    document = cli("export", "--json").document
    file = Path(document["file"])
    assert Path(document["figures"]) == file.with_name(f"{file.stem}-figures")
    assert "drag them into HackMD" in cli("export").err
    assert "HackMD" not in cli("export", "--format", "html").err
    assert file == workspace.root / "exports" / f"learning-to-learn-{today()}.md"
    assert "## 上週問題" in file.read_text(encoding="utf-8")
    assert (file.with_name(f"{file.stem}-figures") / f"{run}.svg").is_file()


def test_an_export_goes_where_and_in_the_language_that_was_asked_for(
    cli: Cli, tmp_path: Path
) -> None:
    """And says where."""
    done = cli("export", "--language", "en", "-o", tmp_path / "week.md")
    assert done.out.strip() == str(tmp_path / "week.md")
    assert "## Last week's problems" in (tmp_path / "week.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("html", "<!DOCTYPE html>"),
        ("ics", "BEGIN:VCALENDAR"),
        ("bibtex", "@misc{l2l,"),
        ("csv", "\ufeffrun,experiment,"),
    ],
)
def test_an_export_takes_the_form_that_was_asked_for(cli: Cli, form: str, begins: str) -> None:
    """And names its file accordingly."""
    file = Path(cli("export", "--format", form, "--json").document["file"])
    assert file.read_text(encoding="utf-8").startswith(begins)
    assert file.suffix == FORMATS[form]


@pytest.mark.parametrize("output", [".", "none/week.md"])
def test_an_export_to_a_place_that_is_none_is_refused(
    cli: Cli, tmp_path: Path, output: str
) -> None:
    """A folder is no file, and a folder that is missing is not made."""
    done = cli("export", "-o", tmp_path / output)
    assert done.code == 2
    assert str(tmp_path) in done.err


def test_init_fills_a_workspace_for_a_first_meeting(cli: Cli, tmp_path: Path) -> None:
    """And never writes over a plan."""
    words = ["init", "--first-meeting", "2030-01-02", "--json"]
    done = cli(*words, at=tmp_path / "new")
    assert done.document["workspace"] == str(tmp_path / "new")
    plan = Path(done.document["plan"])
    assert "first_meeting = 2030-01-02" in plan.read_text(encoding="utf-8")
    before = plan.read_bytes()
    assert cli(*words, at=tmp_path / "new").code != 0
    assert plan.read_bytes() == before


@pytest.mark.slow
def test_doctor_finds_a_healthy_workspace_healthy(cli: Cli, workspace: Workspace) -> None:
    """Every check with a detail, exit code 0."""
    make_run(workspace)
    done = cli("doctor", "--json")
    checks = {one["name"]: one for one in done.document["checks"]}
    assert done.code == 0, done.out
    assert {"python", "torch", "torch imports", "engine", "workspace", "runs", "disk"} <= set(
        checks
    )
    assert all(one["detail"] for one in checks.values())


def test_doctor_finds_what_is_ill(
    cli: Cli, workspace: Workspace, plan_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken plan, a broken run, a data folder that is none."""
    from l2l_tui.cli.verbs import health

    monkeypatch.setattr(health, "_torch", lambda: health.Check("torch imports", True, "spared"))
    monkeypatch.setattr(health, "_engine", lambda: health.Check("engine", True, "spared"))
    monkeypatch.setenv("L2L_TUI_DATA", str(workspace.root / "none"))
    plan_path.write_text("[plan\n", encoding="utf-8")
    make_run(workspace, state=State.FINISHED).request.write_text("x = [", encoding="utf-8")
    done = cli("doctor", "--json")
    ill = {one["name"] for one in done.document["checks"] if not one["ok"]}
    assert done.code == 1
    assert ill == {"plan learning-to-learn", "runs", "data sets"}


def test_a_bibliography_goes_into_the_plan(cli: Cli, tmp_path: Path) -> None:
    """What the plan has already is left out, by line."""
    bib = tmp_path / "papers.bib"
    bib.write_text(
        "@misc{a, title={Prototypical Networks}, eprint={1703.05175}, archiveprefix={arXiv}}\n"
        "@misc{b, title={Anything}, eprint={1703.03400}, archiveprefix={arXiv}}\n",
        encoding="utf-8",
    )
    document = cli("import", bib, "--json").document
    assert [(one["track"], one["links"]) for one in document["milestones"]] == [
        ("paper", ["arXiv:1703.05175"])
    ]
    assert [one["line"] for one in document["left_out"]] == [2]
    assert "2 left out\n" in cli("import", bib).out


def test_front_matter_is_said_to_be_kept(cli: Cli, worklog: Path) -> None:
    """Line by line, and not among what was left out."""
    worklog.write_text(f"---\ntags: weekly\n---\n{WORKLOG}", encoding="utf-8")
    document = cli("import", worklog, "--year", "2021", "--json").document
    assert "tags: weekly" in document["kept"]
    assert document["left_out"] == []
    worklog = worklog.rename(worklog.with_name("again.md"))
    out = cli("import", worklog, "--year", "2021").out
    assert "1 line of front matter" in out
    assert "  as it is  tags: weekly" in out


def test_an_import_beside_another_plan_says_how_to_choose(cli: Cli, worklog: Path) -> None:
    """Both by the words to type; the next command would be refused without them."""
    done = cli("import", worklog, "--year", "2021")
    assert "--plan learning-to-learn or --plan week" in done.err
    assert "--plan learning-to-learn or --plan week" in cli("plan").err
    assert cli("import", worklog, "--year", "2021", "--into", "week").err == ""


def test_an_import_into_an_empty_workspace_says_nothing_of_choosing(
    cli: Cli, worklog: Path, tmp_path: Path
) -> None:
    """There is one plan."""
    done = cli("import", worklog, "--year", "2021", at=tmp_path / "new")
    assert (done.code, done.err) == (0, "")
