"""The processes that do the work of one run together: one alone, or ranks of torch.distributed.

The first rank writes everything and decides everything; the others follow its word, which is
passed round at every safe point. Only here is torch.distributed used, by runs of several ranks.
"""

from __future__ import annotations

import contextlib
import re
from datetime import timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from l2l_tui.errors import L2LError
from l2l_tui.lab.ranks import Ranks, share
from l2l_tui.trainer import packing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from torch import Tensor

    from l2l_tui.trainer.place import Place

PATIENCE = timedelta(minutes=30)
"""How long a rank waits for another that is there and says nothing."""


class Word(IntEnum):
    """What is done at a safe point. Of several ranks' words the greatest counts."""

    GO = 0
    KEEP = 1
    """Keep the state, then go on."""
    PAUSE = 2
    """Keep the state, once, and ask again."""
    STOP = 3
    """Keep the state and end."""


class LostError(L2LError):
    """Another rank is gone or cannot be reached; the run can be resumed."""


class Team(Ranks):
    """Those who do a run's work; this class is one process that does all of it."""

    def agree(self, word: Word) -> Word:
        """Return the greatest of all ranks' words."""
        return word

    def hand_out(self, content: bytes | None) -> bytes | None:
        """Return what the first rank gives."""
        return content

    def report(self, failure: str) -> None:
        """Leave word of why this rank ends, for the first one."""

    def failures(self) -> dict[int, str]:
        """Return why ranks ended, of those that left word."""
        return {}

    def leave(self) -> None:
        """Part from the others; nothing is shared any more."""


class Group(Team):
    """One of several ranks, which all come together here.

    Args:
        place: Which one this is.

    Raises:
        LostError: They did not come together.
    """

    def __init__(self, place: Place) -> None:
        import torch.distributed as dist
        from torch.distributed.distributed_c10d import PrefixStore
        from torch.distributed.rendezvous import rendezvous

        self.rank, self.size = place
        with _reaching("the ranks did not come together"):
            store, _, _ = next(rendezvous("env://", *place, timeout=PATIENCE))
            dist.init_process_group(
                "gloo", store=store, rank=self.rank, world_size=self.size, timeout=PATIENCE
            )
        self._notes = PrefixStore("l2l-tui", store)
        self._dist = dist

    def mean(self, *parts: Tensor) -> tuple[Tensor, ...]:
        """Return the means over ranks; all of them are one vector on the way."""
        import torch

        flat = torch.cat([part.detach().reshape(-1) for part in parts])
        with _reaching():
            self._dist.all_reduce(flat)
        found = torch.split(flat.div_(self.size), [part.numel() for part in parts])
        return tuple(
            mean.view(part.shape).to(part.dtype) for mean, part in zip(found, parts, strict=True)
        )

    def whole(self, part: Tensor, count: int, dim: int) -> Tensor:
        """Return a tensor with so many entries along an axis, of which each rank has its share."""
        import torch

        if count < self.size:
            return part  # everybody has everything
        shares = [share(rank, self.size, count) for rank in range(self.size)]
        lengths = [one.stop - one.start for one in shares]
        mine = part.movedim(dim, 0)
        padded = mine.new_zeros((max(lengths), *mine.shape[1:]))
        padded[: len(mine)] = mine
        found = [torch.empty_like(padded) for _ in shares]
        with _reaching():
            self._dist.all_gather(found, padded)
        pairs = zip(found, lengths, strict=True)
        return torch.cat([one[:length] for one, length in pairs]).movedim(0, dim).contiguous()

    def collected(self, mine: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Return the state of every rank, in their order; any but the first gets its own alone."""
        found = self._gathered(packing.to_bytes(mine))
        return [packing.from_bytes(content) for content in found] or [mine]

    def _gathered(self, content: bytes) -> Sequence[bytes]:
        """Return what every rank gives, in their order; nothing but to the first."""
        import torch

        length = torch.tensor([len(content)])
        lengths = [torch.empty_like(length) for _ in range(self.size)]
        with _reaching():
            self._dist.all_gather(lengths, length)
            padded = torch.zeros(int(torch.stack(lengths).max()), dtype=torch.uint8)
            padded[: len(content)] = _tensor(content)
            found = [torch.empty_like(padded) for _ in lengths] if self.rank == 0 else None
            self._dist.gather(padded, found)
        pairs = zip(found or [], lengths, strict=bool(found))
        return [one[: int(length)].numpy().tobytes() for one, length in pairs]

    def agree(self, word: Word) -> Word:
        """Return the greatest of all ranks' words."""
        import torch

        said = torch.tensor([int(word)])
        with _reaching():
            self._dist.all_reduce(said, op=self._dist.ReduceOp.MAX)
        return Word(int(said))

    def hand_out(self, content: bytes | None) -> bytes | None:
        """Return what the first rank gives; what the others give does not matter."""
        import torch

        length = torch.tensor([-1 if content is None else len(content)])
        with _reaching():
            self._dist.broadcast(length, 0)
            if int(length) < 0:
                return None
            data = torch.empty(int(length), dtype=torch.uint8)
            if self.rank == 0 and content:
                data = _tensor(content)
            self._dist.broadcast(data, 0)
        return data.numpy().tobytes()

    def report(self, failure: str) -> None:
        """Leave word of why this rank ends, for the first one."""
        with contextlib.suppress(RuntimeError):  # whoever keeps the notes may be gone too
            self._notes.set(str(self.rank), failure)

    def failures(self) -> dict[int, str]:
        """Return why ranks ended, of those that left word."""
        with contextlib.suppress(RuntimeError):
            return {
                rank: self._notes.get(str(rank)).decode()
                for rank in range(self.size)
                if self._notes.check([str(rank)])
            }
        return {}

    def leave(self) -> None:
        """Part from the others; nothing is shared any more."""
        self._dist.destroy_process_group()


@contextlib.contextmanager
def _reaching(trouble: str = "another rank was lost") -> Iterator[None]:
    """Tell ranks that cannot be reached from a procedure's own mistakes.

    Raises:
        LostError: They cannot.
    """
    try:
        yield
    except RuntimeError as error:  # what torch.distributed raises, of whatever kind
        # Before what happened stands a place in its source, after it advice to its developers.
        said = re.sub(r"^\[\S+\] ", "", str(error)).partition(". ")[0]
        raise LostError(f"{trouble}: {said}") from error


def _tensor(content: bytes) -> Tensor:
    import torch

    return torch.frombuffer(bytearray(content), dtype=torch.uint8)
