"""``import`` and ``export``: worklogs come in, documents go out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from l2l_tui.cli import output
from l2l_tui.cli.days import parse_day, today
from l2l_tui.cli.parser import add_verb
from l2l_tui.errors import RequestError

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
        about="Turn a Markdown worklog into a plan, or add a BibTeX file's papers to one; says "
        "what it understood and what it left.",
        example="l2l-tui import worklog.md --year 2021",
    )
    import_parser.add_argument("file", type=Path, metavar="FILE", help="a worklog, or a .bib file")
    import_parser.add_argument(
        "--year", type=int, metavar="YYYY", help="of its dates; the nearest past one otherwise"
    )
    import_parser.add_argument("--into", metavar="PLAN", help="add to this plan, not to a new one")
    import_parser.add_argument(
        "--track", default="paper", metavar="ID", help="where papers of a .bib file go (paper)"
    )
    _add_export(verbs)


def _add_export(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "export",
        export,
        usage="[--meeting DATE] [--format html] [--language zh-TW] [-o FILE]",
        about="Write the week's summary for a meeting, with a picture of each run's curves; "
        "or another document.",
        example="l2l-tui export --meeting next --language en -o summary.md",
    )
    parser.add_argument(
        "--meeting", default="next", metavar="DATE", help="a day, or next (default)"
    )
    parser.add_argument(
        "--format",
        choices=["markdown", "html", "ics", "bibtex", "csv"],
        default="markdown",
        metavar="FORMAT",
        help="markdown (default) or html: the summary; ics: due days and meetings; "
        "bibtex: the reading list; csv: every run's figures",
    )
    parser.add_argument(
        "--language",
        choices=["zh-TW", "en"],
        metavar="LANGUAGE",
        help="zh-TW or en; the plan's own otherwise",
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write it")


def import_worklog(command: Command) -> int:
    """Read a worklog or a bibliography into a plan."""
    from l2l_tui.plan import importing

    args = command.args
    if args.year is not None and not 1900 <= args.year <= 9998:
        raise RequestError(f"--year {args.year} is no year of a worklog; write e.g. {today().year}")
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
        output.say(f"there are several plans now; {command.workspace.choice()}")
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
        language=args.language,
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
                f"its pictures are files in {kept.name}: drag them into HackMD, "
                "or make one file of all with --format html"
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
    yield f"meeting: {imported.meeting or 'none found'}"
    for title, rows in (
        (
            "milestones",
            [(one.track, str(one.due or ""), one.title) for one in imported.milestones],
        ),
        ("problems", [(str(one.raised), one.text) for one in imported.problems]),
        ("links", [(link.title, link.url) for link in imported.links]),
        (
            "left out, kept in the meeting's notes" if imported.meeting else "left out",
            [(f"line {left.line}", left.text) for left in imported.left_out],
        ),
        (
            "lines of front matter and heading, kept in the meeting's notes as they are",
            [("as it is", line) for line in imported.kept],
        ),
    ):
        yield ""
        yield f"{len(rows)} {title}"
        yield from output.table([(f"  {row[0]}", *row[1:]) for row in rows])
