"""The only place that spells a run directory's file names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RunDirectory:
    """One run's directory; its name is the run's id.

    Each file has one writer: the launcher writes `request`, whoever submits the run to a
    cluster writes `cluster`, whoever steers writes `control`, the trainer writes all the
    others, the child's stdout and stderr are `log`.
    """

    path: Path
    """The directory."""

    @property
    def id(self) -> str:
        """The run's id."""
        return self.path.name

    @property
    def request(self) -> Path:
        """What was asked for; written once."""
        return self.path / "request.toml"

    @property
    def control(self) -> Path:
        """One word: ``pause``, ``resume`` or ``stop``."""
        return self.path / "control"

    @property
    def cluster(self) -> Path:
        """The job that has the run in hand; not there unless it was submitted to a cluster."""
        return self.path / "cluster.toml"

    @property
    def status(self) -> Path:
        """The trainer's heartbeat."""
        return self.path / "status.toml"

    @property
    def metrics(self) -> Path:
        """One measurement a line."""
        return self.path / "metrics.jsonl"

    @property
    def checkpoint(self) -> Path:
        """The procedure's whole state; its JSON part is in the file's own header."""
        return self.path / "checkpoint.safetensors"

    @property
    def weights(self) -> Path:
        """What was trained and is worth keeping."""
        return self.path / "weights.safetensors"

    @property
    def pictures(self) -> Path:
        """The folder of what is to be looked at; not there in most runs."""
        return self.path / "pictures"

    def picture(self, name: str) -> Path:
        """One picture of that folder."""
        return self.pictures / f"{name}.png"

    @property
    def result(self) -> Path:
        """How it ended; written once."""
        return self.path / "result.toml"

    @property
    def log(self) -> Path:
        """The child's stdout and stderr."""
        return self.path / "log.txt"

    @property
    def lock(self) -> Path:
        """Held by the trainer as long as it lives, so that there is never a second one."""
        return self.path / "trainer.lock"
