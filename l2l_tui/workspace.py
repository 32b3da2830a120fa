"""Where plans and runs are, and the settings file."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path

from l2l_tui.errors import RequestError, UnknownNameError
from l2l_tui.files import read_toml, what_is
from l2l_tui.language import tr

VARIABLE = "L2L_TUI_WORKSPACE"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A directory with ``plans/*.toml`` and ``runs/``."""

    root: Path
    """The directory; it need not exist yet."""

    @property
    def plans(self) -> Path:
        """The folder of plans."""
        return self.root / "plans"

    @property
    def runs(self) -> Path:
        """The folder of run directories."""
        return self.root / "runs"

    @property
    def settings(self) -> Path:
        """The settings file (queue, cluster, look)."""
        return self.root / "settings.toml"

    def check(self) -> None:
        """Refuse a workspace that can be none, before anything is made in it.

        Raises:
            RequestError: Its folder, or that of the plans, is a file.
        """
        for folder in (self.root, self.plans):
            if folder.exists() and not folder.is_dir():
                said = tr(
                    "{folder} is a file, not a folder; name another place with --workspace",
                    folder=folder,
                )
                raise RequestError(said)

    def plan_files(self) -> list[Path]:
        """Return the plan files, by name."""
        return sorted(path for path in self.plans.glob("*.toml") if path.is_file())

    def plan_file(self, name: str | None = None) -> Path:
        """Return the file of the plan called `name`, or of the only plan.

        Raises:
            RequestError: There is no plan, or several and no name.
            UnknownNameError: No plan is called so.
        """
        files = {path.stem: path for path in self.plan_files()}
        if name is not None:
            if name not in files:
                self.refuse_odd(name)
                raise UnknownNameError("plan", name, files)
            return files[name]
        if not files:
            self.refuse_odd()
            said = tr(
                "there is no plan in {folder}; make one with `l2l-tui init`", folder=self.plans
            )
            raise RequestError(said)
        if len(files) > 1:
            raise RequestError(tr("there are several plans; {advice}", advice=self.choice()))
        return next(iter(files.values()))

    def refuse_odd(self, name: str | None = None) -> None:
        """Refuse what stands in a plan's place and is no file: nothing may be put over it.

        Args:
            name: The plan that is looked for; any if not given.

        Raises:
            RequestError: There is a folder, a pipe or a link that leads nowhere.
        """
        for path in sorted(self.plans.glob("*.toml")):
            if not path.is_file() and name in {None, path.stem}:
                said = tr(
                    "{path} is {what}, not a plan's file; move it away, then try again",
                    path=path,
                    what=what_is(path),
                )
                raise RequestError(said)

    def choice(self) -> str:
        """Return the words that tell a person how to choose one of several plans."""
        options = [f"--plan {shlex.quote(path.stem)}" for path in self.plan_files()]
        return tr("choose one with {options}", options=tr(" or ").join(options))


def find(given: str | Path | None = None) -> Workspace:
    """Return the workspace to use.

    Looked for in this order: `given`, the environment's ``L2L_TUI_WORKSPACE``, the current
    directory if it has ``plans/``, the user data directory.

    Raises:
        RequestError: There is a file in its place.
    """
    workspace = _look_for(given)
    workspace.check()
    return workspace


def _look_for(given: str | Path | None) -> Workspace:
    chosen = given or os.environ.get(VARIABLE)
    if chosen:
        return Workspace(Path(chosen).expanduser().absolute())
    if Path("plans").is_dir():
        return Workspace(Path.cwd())
    from platformdirs import user_data_path

    return Workspace(user_data_path("l2l-tui"))


def read_settings(workspace: Workspace) -> dict[str, object]:
    """Return the settings file's values; none if there is no file.

    Raises:
        BrokenFileError: The file cannot be read as TOML.
    """
    try:
        return read_toml(workspace.settings)
    except FileNotFoundError:
        return {}
