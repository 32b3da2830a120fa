"""What is known in brief of a run that is over, as a row of JSON and back."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any, Generic, TypeVar

from l2l_tui.experiments.claims import Verdict
from l2l_tui.runs.files import bare_judgement
from l2l_tui.runs.model import Request, Run, RunError, RunResult, RunStatus, State

Thing = TypeVar("Thing")


class _Form(Generic[Thing]):
    """A dataclass as a list of its fields' values.

    Args:
        kind: The dataclass.
        without: Fields that are left out, with what stands in their place.
    """

    def __init__(self, kind: type[Thing], **without: object) -> None:
        self._kind, self._without = kind, without
        fields = [one for one in dataclasses.fields(kind) if one.name not in without]  # type: ignore[arg-type]
        self.names = [one.name for one in fields]
        """The fields' names, in order."""
        self._moments = [n for n, one in enumerate(fields) if one.type == "datetime"]
        self._states = [n for n, one in enumerate(fields) if one.type == "State"]

    def pack(self, thing: Thing) -> list[Any]:
        """Return the fields' values."""
        values = [getattr(thing, name) for name in self.names]
        for at in self._moments:
            values[at] = values[at].isoformat()
        return values

    def unpack(self, values: list[Any]) -> Thing:
        """Return the dataclass."""
        values = list(values)
        for at in self._moments:
            values[at] = datetime.fromisoformat(values[at])
        for at in self._states:
            values[at] = State(values[at])
        return self._kind(**dict(zip(self.names, values, strict=True)), **self._without)


_REQUEST = _Form(Request, settings={})
_STATUS = _Form(RunStatus)
_RESULT = _Form(RunResult, figures={}, seeds=(), environment={}, cpu_s={}, claims=(), error=None)

SHAPE = [_REQUEST.names, _STATUS.names, _RESULT.names]
"""Which fields a row holds; rows of another shape are of no use."""


def pack(run: Run) -> list[Any]:
    """Return a run that is over as values that JSON has."""
    assert run.result is not None
    result = run.result
    return [
        _REQUEST.pack(run.request),
        None if run.status is None else _STATUS.pack(run.status),
        _RESULT.pack(result),
        [[claim.id, claim.verdict] for claim in result.claims],
        None if result.error is None else [result.error.type, result.error.message],
    ]


def unpack(values: list[Any]) -> Run:
    """Return the run that was packed, in brief.

    Raises:
        ValueError: The values are none that `pack` returns.
        TypeError: Likewise.
        LookupError: Likewise.
    """
    request, status, ended, claims, error = values
    result = _RESULT.unpack(ended)
    if claims or error:
        result = dataclasses.replace(
            result,
            claims=tuple(bare_judgement(id_, Verdict(verdict)) for id_, verdict in claims),
            error=None if error is None else RunError(error[0], error[1], ""),
        )
    return in_brief(
        _REQUEST.unpack(request), None if status is None else _STATUS.unpack(status), result
    )


def in_brief(request: Request, status: RunStatus | None, result: RunResult) -> Run:
    """Return a run that is over of which not everything was read."""
    job = None if status is None else status.job or None
    return Run(request, result.state, status, result, job, whole=False)
