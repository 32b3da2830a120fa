"""A plan with a comment wherever one can stand, and edits of every kind there is for it."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from l2l_tui.plan import edits
from l2l_tui.plan.edits import Edit
from l2l_tui.plan.model import (
    Change,
    CheckItem,
    DoneWhen,
    Every,
    Meeting,
    Milestone,
    Problem,
    Recurring,
    Result,
    Section,
    Status,
    Track,
)
from l2l_tui.plan.recurring import Mark

COMMENTED = """\
# plan:1 A plan in which everything is commented on.

[plan] # plan:2
title = "Commented"  # plan:3
# plan:4
language = "en"
first_meeting = 2021-07-07 # plan:5
skipped_meetings = [ # plan:6
    2021-07-28, # plan:7
    2021-08-11, # plan:8
] # plan:9
x-mine = { a = 1 }  # plan:10

# paper:1
[[track]] # paper:2
id = "paper" # paper:3
title = "PAPER"

[[track]]
id = "torch" # torch:1
title = "TORCH" # torch:2
parent = "paper" # torch:3
# torch:4

# free:1

# l2l:1
[[milestone]] # l2l:2
id = "l2l" # l2l:3
# l2l:4
track = "paper"
title = "Learning to learn" # l2l:5
due = 2021-07-28 # l2l:6
status = "todo"   # l2l:7
links = [ # l2l:8
  "arXiv:1606.04474", # l2l:9
  # l2l:10
]
notes = \"\"\"
Not a # comment.
\"\"\" # l2l:11
x-mine = [1,2] # l2l:12

[[milestone]]
id = "maml" # maml:1
track = "paper" # maml:2
title = "MAML" # maml:3
needs = ["l2l"] # maml:4
checklist = [ # maml:5
    "Read",  # maml:6
    { text = "Derive", done = 2021-07-08 }, # maml:7
]
# maml:8

# free:2

# resnet:1
[[milestone]]
id = "resnet"
track = "torch"
title = "ResNet" # resnet:2
[[milestone.history]] # resnet:3
on = 2021-07-08 # resnet:4
status = "doing"

# free:3

[[recurring]] # reading:1
id = "reading"
title = "Reading" # reading:2
first = 2021-07-31 # reading:3
track = "paper"
every = "week" # reading:4

[[meeting]] # meeting:1
date = 2021-07-14 # meeting:2
paper = "Read section 2." # meeting:3

# meeting:4
[[meeting.problem]] # meeting:5
text = "Why does it diverge?" # meeting:6
raised = 2021-07-07 # meeting:7

[x-own] # own:1
"a key" = '''
[[milestone]] # no comment
''' # own:2

[[result]] # result:1
run = "2021-07-20-1000-l2l-quadratic-abcd" # result:2
milestone = "l2l" # result:3
claims = { ahead = "holds" } # result:4
figures = { ratio = 0.31 }
# result:5
"""
"""Each comment has a name of its own: whose it is, and a number."""

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
said = words.filter(lambda text: text.strip() != "")
days = st.dates(date(2021, 7, 1), date(2021, 12, 31))
ids = st.sampled_from(["l2l", "maml", "resnet"])
tracks = st.sampled_from(["paper", "torch"])
items = st.sampled_from(["Read", "Derive"])
_day, _problem = st.just(date(2021, 7, 14)), st.just("Why does it diverge?")
_new = st.uuids().map(str)
_rhythms = st.sampled_from([(None, Every.WEEK), (None, Every.MONTH), (3, None)])

_milestones = st.builds(
    Milestone,
    id=_new,
    track=tracks,
    title=said,
    due=st.none() | days,
    status=st.sampled_from(Status),
    links=st.tuples(words),
    needs=st.tuples(ids),
    experiments=st.sampled_from([(), ("l2l-quadratic",)]),
    done_when=st.sampled_from(DoneWhen),
    checklist=st.tuples(st.builds(CheckItem, said, st.none() | days)),
    notes=words,
    history=st.tuples(st.builds(Change, days, st.sampled_from(Status))),
)
_recurring = st.builds(
    lambda id_, title, first, rhythm: Recurring(
        id_, title, first, "paper", every_days=rhythm[0], every=rhythm[1]
    ),
    *(_new, said, days, _rhythms),
)
_meetings = st.builds(
    Meeting,
    days,
    st.tuples(st.builds(Problem, said, days, st.none() | days, words)),
    st.dictionaries(st.sampled_from(Section), words, max_size=3),
)
_results = st.builds(
    Result,
    _new,
    ids,
    st.just("l2l-quadratic"),
    st.none() | days,
    st.dictionaries(words, st.sampled_from(["holds", "fails", "inconclusive"]), max_size=2),
    st.dictionaries(words, st.floats(allow_nan=False), max_size=9),
)
_texts = (
    st.builds(edits.SetText, ids, st.just("title"), said)
    | st.builds(edits.SetText, ids, st.just("notes"), words)
    | st.builds(edits.SetText, ids, st.just("track"), tracks)
    | st.builds(edits.SetText, ids, st.just("done_when"), st.sampled_from(["claims", "hand"]))
    | st.builds(edits.SetText, ids, st.just("links"), st.lists(words, max_size=2).map(tuple))
    | st.builds(edits.SetText, ids, st.just("needs"), st.lists(ids, max_size=2).map(tuple))
    | st.builds(edits.SetText, ids, st.just("experiments"), st.just(("l2l-quadratic",)))
)
_values = (
    st.builds(edits.SetPlan, st.just("title"), said)
    | st.builds(edits.SetPlan, st.just("language"), st.none() | st.sampled_from(["en", "zh-TW"]))
    | st.builds(edits.SetPlan, st.just("interface"), st.none() | st.sampled_from(["en", "zh-TW"]))
    | st.builds(edits.SetPlan, st.just("first_meeting"), st.none() | days)
    | st.builds(edits.SetPlan, st.just("meets_every_days"), st.none() | st.integers(1, 366))
)
_own = st.just("reading")
_other_items = st.builds(
    lambda title, first, rhythm, until, track: Recurring(
        "reading",
        title,
        first,
        track,
        meeting=not track,
        every_days=rhythm[0],
        every=rhythm[1],
        until=None if until is None else first + timedelta(weeks=until),
    ),
    *(said, days, _rhythms, st.none() | st.integers(0, 9), tracks | st.just("")),
)
_meeting_days = st.integers(0, 8).map(lambda week: date(2021, 7, 7) + timedelta(weeks=week))
_slots = st.integers(0, 8).map(lambda week: date(2021, 7, 31) + timedelta(weeks=week))

EVERY_EDIT: dict[str, st.SearchStrategy[Edit]] = {
    "AddCheck": st.builds(edits.AddCheck, ids, said),
    "AddMeeting": st.builds(edits.AddMeeting, _meetings),
    "AddMilestone": st.builds(edits.AddMilestone, _milestones),
    "AddProblem": st.builds(edits.AddProblem, days, said, st.none() | days),
    "AddRecurring": st.builds(edits.AddRecurring, _recurring),
    "AddResult": st.builds(edits.AddResult, _results),
    "AddTrack": st.builds(edits.AddTrack, st.builds(Track, _new, said, tracks)),
    "FinishMet": st.just(edits.FinishMet()),
    "MarkOccurrence": st.builds(edits.MarkOccurrence, _own, _slots, st.sampled_from(Mark)),
    "MoveMilestone": st.builds(edits.MoveMilestone, ids, st.none() | ids),
    "RemoveCheck": st.builds(edits.RemoveCheck, st.just("maml"), items),
    "RemoveMilestone": st.builds(edits.RemoveMilestone, ids),
    "RemoveRecurring": st.builds(edits.RemoveRecurring, _own),
    "ReopenProblem": st.builds(edits.ReopenProblem, _day, _problem),
    "SetCheckText": st.builds(edits.SetCheckText, st.just("maml"), items, said),
    "SetDue": st.builds(edits.SetDue, ids, st.none() | days, days),
    "SetPlan": _values,
    "SetProblemText": st.builds(edits.SetProblemText, _day, _problem, said),
    "SetRecurring": st.builds(edits.SetRecurring, _other_items),
    "SetSection": st.builds(edits.SetSection, days, st.sampled_from(Section), words),
    "SetStatus": st.builds(edits.SetStatus, ids, st.sampled_from(Status), days),
    "SetText": _texts,
    "SkipMeeting": st.builds(edits.SkipMeeting, _meeting_days),
    "SolveProblem": st.builds(edits.SolveProblem, _day, _problem, days, words),
    "TickCheck": st.builds(edits.TickCheck, st.just("maml"), items, days),
    "UnskipMeeting": st.builds(edits.UnskipMeeting, _meeting_days | st.just(date(2021, 8, 11))),
    "UntickCheck": st.builds(edits.UntickCheck, st.just("maml"), items),
}
"""By the name of its class; a kind of edit that is not here is tested by nobody."""

any_edit = st.one_of(*EVERY_EDIT.values())
