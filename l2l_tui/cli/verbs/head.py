"""The plan's own few values, and its tracks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from l2l_tui.cli import edited, output
from l2l_tui.cli.days import parse_due, today
from l2l_tui.cli.parser import add_verb
from l2l_tui.errors import RequestError
from l2l_tui.language import LANGUAGES, tr, trn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from l2l_tui.cli.parser import Command, Verbs
    from l2l_tui.plan.edits import Edit
    from l2l_tui.plan.model import Plan

_LONGEST_DAYS = 366
_LOCALE = "locale"
"""What ``--interface`` takes for the language of wherever the plan is opened."""


def add(verbs: Verbs) -> None:
    """Add the verbs below ``plan``."""
    parser = add_verb(
        verbs,
        "head",
        head,
        usage="[--title TEXT] [--documents LANGUAGE] [--interface LANGUAGE] "
        "[--first-meeting DATE] [--meets-every-days N]",
        about=tr("Set the plan's own values: title, languages, meetings; without any, show them."),
        example="l2l-tui plan head --interface zh-TW --meets-every-days 7",
    )
    parser.add_argument("--title", metavar="TEXT", help=tr("what a person reads"))
    parser.add_argument(
        "--documents",
        choices=LANGUAGES,
        metavar="LANGUAGE",
        help=tr("zh-TW or en: of what is exported, unless told otherwise then"),
    )
    parser.add_argument(
        "--interface",
        choices=[*LANGUAGES, _LOCALE],
        metavar="LANGUAGE",
        help=tr("zh-TW or en: of the app and of what is said here; locale: as the system has it"),
    )
    parser.add_argument(
        "--first-meeting", metavar="DATE", help=tr("the day of the first meeting, or none")
    )
    parser.add_argument(
        "--meets-every-days", type=int, metavar="N", help=tr("days from one meeting to the next")
    )
    _add_track(verbs)


def _add_track(verbs: Verbs) -> None:
    parser = add_verb(
        verbs,
        "track",
        add_track,
        usage="ID TITLE [--parent ID]",
        about=tr("Add a track; it stands below another one with --parent."),
        example="l2l-tui plan track few-shot 'Few-shot learning' --parent paper",
    )
    parser.add_argument("id", metavar="ID", help=tr("its id, new"))
    parser.add_argument("title", metavar="TITLE", help=tr("what a person reads"))
    parser.add_argument("--parent", metavar="ID", help=tr("the track above it"))


def head(command: Command) -> int:
    """Change the plan's own values, or print them."""
    from l2l_tui.cli import plans

    plan = plans.read_plan(command)
    plan = edited.save(plan, list(_changes(plan, command)))
    plan = plans.spoken(command, plan)
    if command.json:
        output.show_json(
            {
                "title": plan.title,
                "language": plan.language,
                "interface": plan.interface or None,
                "first_meeting": plan.first_meeting,
                "meets_every_days": plan.meets_every_days,
                "skipped_meetings": plan.skipped_meetings,
                "plan": plan.path.absolute(),
            }
        )
    else:
        output.show(output.table(list(_rows(plan))))
    return 0


def _changes(plan: Plan, command: Command) -> Iterator[Edit]:
    from l2l_tui.plan import edits

    args = command.args
    if args.title is not None:
        yield edits.SetPlan("title", " ".join(args.title.split()), expected=plan.title)
    # A language that nobody wrote reads as English: what stood there is not known.
    if args.documents is not None:
        yield edits.SetPlan("language", args.documents)
    if args.interface is not None:
        interface = None if args.interface == _LOCALE else args.interface
        yield edits.SetPlan("interface", interface, expected=plan.interface or None)
    if args.first_meeting is not None:
        first = parse_due(args.first_meeting, today(), plan.first_meeting)
        yield edits.SetPlan("first_meeting", first, expected=plan.first_meeting)
    if args.meets_every_days is not None:
        if not 1 <= args.meets_every_days <= _LONGEST_DAYS:
            said = tr(
                "--meets-every-days takes 1 to {most}, e.g. 7; {n} is none",
                most=_LONGEST_DAYS,
                n=args.meets_every_days,
            )
            raise RequestError(said)
        yield edits.SetPlan("meets_every_days", args.meets_every_days)


def _rows(plan: Plan) -> Iterator[tuple[str, str]]:
    yield tr("title"), plan.title
    yield tr("documents"), plan.language
    yield tr("interface"), plan.interface or tr("as the system has it")
    yield tr("first meeting"), str(plan.first_meeting or tr("none"))
    yield tr("meets"), trn("every day", "every {n} days", plan.meets_every_days)
    if plan.skipped_meetings:
        yield tr("skipped"), ", ".join(map(str, plan.skipped_meetings))


def add_track(command: Command) -> int:
    """Add a track."""
    from l2l_tui.cli import plans
    from l2l_tui.plan import edits
    from l2l_tui.plan.model import Track

    args = command.args
    plan = plans.read_plan(command)
    id_, title = args.id.strip(), " ".join(args.title.split())
    if not (id_ and title):
        raise RequestError(tr("a track needs an id and a title"))
    if any(track.id == id_ for track in plan.tracks):
        raise RequestError(tr("the plan has a track {id!r} already; choose another id", id=id_))
    parent = "" if args.parent is None else edited.track_id(plan, args.parent)
    plan = edited.save(plan, [edits.AddTrack(Track(id_, title, parent))])
    if command.json:
        output.show_json({"id": id_, "title": title, "parent": parent or None})
    else:
        output.show([tr("new track {id}: {title}", id=id_, title=title)])
    return 0
