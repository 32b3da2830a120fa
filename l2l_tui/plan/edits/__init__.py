"""What a person or the app may do to a plan, each as a value that says what it changes.

An edit is applied to the plan as it stands on disk at that moment. `expected` is what the
editor saw; if that very field says something else by now, the edit is refused. Changes
elsewhere in the file merge by themselves, for an edit touches its own spans only.
"""

from l2l_tui.plan.blocks import new_id
from l2l_tui.plan.edits.base import MILESTONE_KEYS, UNSET, Edit, Unset
from l2l_tui.plan.edits.checklists import (
    AddCheck,
    RemoveCheck,
    SetCheckText,
    TickCheck,
    UntickCheck,
)
from l2l_tui.plan.edits.head import SetPlan, SkipMeeting, UnskipMeeting
from l2l_tui.plan.edits.meetings import (
    AddMeeting,
    AddProblem,
    ReopenProblem,
    SetProblemText,
    SetSection,
    SolveProblem,
)
from l2l_tui.plan.edits.milestones import AddMilestone, AddTrack, SetDue, SetStatus, SetText
from l2l_tui.plan.edits.order import MoveMilestone, RemoveMilestone
from l2l_tui.plan.edits.recurring import (
    AddRecurring,
    MarkOccurrence,
    RemoveRecurring,
    SetRecurring,
)
from l2l_tui.plan.edits.results import AddResult, FinishMet, coalesced

__all__ = [
    "MILESTONE_KEYS",
    "UNSET",
    "AddCheck",
    "AddMeeting",
    "AddMilestone",
    "AddProblem",
    "AddRecurring",
    "AddResult",
    "AddTrack",
    "Edit",
    "FinishMet",
    "MarkOccurrence",
    "MoveMilestone",
    "RemoveCheck",
    "RemoveMilestone",
    "RemoveRecurring",
    "ReopenProblem",
    "SetCheckText",
    "SetDue",
    "SetPlan",
    "SetProblemText",
    "SetRecurring",
    "SetSection",
    "SetStatus",
    "SetText",
    "SkipMeeting",
    "SolveProblem",
    "TickCheck",
    "Unset",
    "UnskipMeeting",
    "UntickCheck",
    "coalesced",
    "new_id",
]
