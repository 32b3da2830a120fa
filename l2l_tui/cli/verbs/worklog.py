"""``import`` and ``export``: worklogs come in, documents go out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.days import parse_day, today
from l2l_tui.cli.parser import add_verb
from l2l_tui.errors import RequestError
from l2l_tui.language import tr, trn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.plan.importing import Imported
    from l2l_tui.plan.model import Milestone


def add(verbs: Verbs) -> None:
    """Add the verbs."""
    import_parser = add_verb(
        verbs,
        "import",
        import_worklog,
        usage="WORKLOG.md [--year YYYY] [--into PLAN] | PAPERS.bib [--into PLAN] [--track ID]",
        about=tr(
            "Turn a Markdown worklog into a plan, or add a BibTeX file's papers to one; says "
            "what it understood and what it left."
        ),
        example="l2l-tui import worklog.md --year 2021",
    )
    import_parser.add_argument(
        "file", type=Path, metavar="FILE", help=tr("a worklog, or a .bib file")
    )
    import_parser.add_argument(
        "--year", type=int, metavar="YYYY", help=tr("of its dates; the nearest past one otherwise")
    )
    import_parser.add_argument(
        "--into", metavar="PLAN", help=tr("add to this plan, not to a new one")
    )
    import_parser.add_argument(
        "--track", default="paper", metavar="ID", help=tr("where papers of a .bib file go (paper)")
    )
    _add_export(verbs)


def _add_export(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "export",
        export,
        usage="[--meeting DATE] [--format html] [--language zh-TW] [-o FILE]",
        about=tr(
            "Write the week's summary for a meeting, with a picture of each run's curves; "
            "or another document. It is in the plan's language unless --language says another."
        ),
        example="l2l-tui export --meeting next --language en -o summary.md",
    )
    parser.add_argument(
        "--meeting", default="next", metavar="DATE", help=tr("a day, or next (default)")
    )
    parser.add_argument(
        "--format",
        choices=["markdown", "html", "ics", "bibtex", "csv"],
        default="markdown",
        metavar="FORMAT",
        help=tr(
            "markdown (default) or html: the summary; ics: due days and meetings; "
            "bibtex: the reading list; csv: every run's figures"
        ),
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help=tr("where to write it"))


def import_worklog(command: Command) -> int:
    """Read a worklog or a bibliography into a plan."""
    from l2l_tui.plan import importing

    args = command.args
    if args.year is not None and not 1900 <= args.year <= 9998:
        said = tr(
            "--year {year} is no year of a worklog; write e.g. {now}",
            year=args.year,
            now=today().year,
        )
        raise RequestError(said)
    is_bibliography = args.file.suffix.lower() == ".bib"
    if is_bibliography:
        imported = _bibliography(command)
    else:
        imported = importing.import_worklog(
            command.workspace, args.file, today=today(), year=args.year, into=args.into
        )
    if command.json:
        output.show_json(_document(imported))
    else:
        output.show(_said(imported))
    made_anew = args.into is None and not is_bibliography
    if made_anew and len(command.workspace.plan_files()) > 1:
        advice = command.workspace.choice()
        output.say(tr("there are several plans now; {advice}", advice=advice))
    return 0


def _bibliography(command: Command) -> Imported:
    from l2l_tui.cli import plans
    from l2l_tui.plan import bibliography

    into = command.args.into
    path = plans.plan_file(command) if into is None else command.workspace.plan_file(into)
    return bibliography.import_bibliography(path, command.args.file, track=command.args.track)


def export(command: Command) -> int:
    """Write the summary."""
    from l2l_tui.cli import plans
    from l2l_tui.cli.verbs.meeting import meeting_day
    from l2l_tui.report.export import export

    args = command.args
    if args.meeting != "next":
        parse_day(args.meeting, today())
    plan = plans.read_plan(command)
    file = export(
        command.workspace,
        plan,
        meeting=meeting_day(plan, args.meeting),
        language=command.language,
        output=args.output,
        today=today(),
        form=args.format,
    )
    figures = file.with_name(f"{file.stem}-figures").absolute()
    kept = figures if args.format == "markdown" and figures.is_dir() else None
    if command.json:
        output.show_json({"file": file.absolute(), "figures": kept})
    else:
        output.show([str(file)])
        if kept is not None:
            output.say(
                tr(
                    "its pictures are files in {folder}: drag them into HackMD, "
                    "or make one file of all with --format html",
                    folder=kept.name,
                )
            )
    return 0


def _document(imported: Imported) -> dict[str, object]:
    return {
        "plan": imported.plan.absolute(),
        "meeting": imported.meeting,
        "milestones": [_milestone(one) for one in imported.milestones],
        "problems": [
            {"text": one.text, "raised": one.raised, "solved": one.solved, "how": one.how}
            for one in imported.problems
        ],
        "links": [{"title": link.title, "url": link.url} for link in imported.links],
        "left_out": [{"line": left.line, "text": left.text} for left in imported.left_out],
        "kept": imported.kept,
    }


def _milestone(one: Milestone) -> dict[str, object]:
    return {
        "id": one.id,
        "track": one.track,
        "title": one.title,
        "due": one.due,
        "status": one.status,
        "links": one.links,
    }


def _said(imported: Imported) -> Iterator[str]:
    yield f"{imported.plan}"
    yield tr("meeting: {day}", day=imported.meeting or tr("none found"))
    for title, rows in _blocks(imported):
        yield ""
        yield title
        yield from output.table([(f"  {row[0]}", *row[1:]) for row in rows])


def _blocks(imported: Imported) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Yield what came in and what was left, each with its title."""
    yield (
        trn("{n} milestone", "{n} milestones", len(imported.milestones)),
        [(one.track, str(one.due or ""), one.title) for one in imported.milestones],
    )
    yield (
        trn("{n} problem", "{n} problems", len(imported.problems)),
        [(str(one.raised), one.text) for one in imported.problems],
    )
    yield (
        trn("{n} link", "{n} links", len(imported.links)),
        [(link.title, link.url) for link in imported.links],
    )
    left = len(imported.left_out)
    if not left:
        said = tr("nothing left out")
    elif imported.meeting:
        said = trn(
            "{n} left out, kept in the meeting's notes",
            "{n} left out, kept in the meeting's notes",
            left,
        )
    else:
        said = trn("{n} left out", "{n} left out", left)
    yield said, [(tr("line {n}", n=one.line), one.text) for one in imported.left_out]
    yield (
        trn(
            "{n} line of front matter and heading, kept in the meeting's notes as it is",
            "{n} lines of front matter and heading, kept in the meeting's notes as they are",
            len(imported.kept),
        ),
        [(tr("as it is"), line) for line in imported.kept],
    )
