"""What a run was made with: versions, threads, seed, git commit, machine."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import l2l_tui

if TYPE_CHECKING:
    from l2l_tui.runs.model import Request

_PACKAGES = ("torch", "numpy", "numba", "scikit-learn", "safetensors")


def describe(request: Request) -> dict[str, str | int]:
    """Return everything beside the settings that can move a figure."""
    facts: dict[str, str | int] = {
        "l2l-tui": l2l_tui.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "host": platform.node(),
        "cpus": os.cpu_count() or 0,
        "threads": request.threads,
        "seed": request.seed,
    }
    if request.ranks > 1:
        facts["ranks"] = request.ranks
    for package in _PACKAGES:
        try:
            facts[package] = version(package)
        except PackageNotFoundError:
            continue
    torch = sys.modules.get("torch")
    if torch is not None:
        facts["torch_threads"] = torch.get_num_threads()
    commit = git_commit(Path(l2l_tui.__file__).parent.parent)
    return facts if commit is None else {**facts, "git": commit}


def git_commit(checkout: Path) -> str | None:
    """Return the commit that our code stands at, with ``+`` if files differ; None without git."""
    if not (checkout / ".git").exists():
        return None
    head = _git(checkout, "rev-parse", "HEAD")
    changed = _git(checkout, "status", "--porcelain", "--untracked-files=no", "--", "l2l_tui")
    return None if not head else head + ("+" if changed else "")


def _git(checkout: Path, *words: str) -> str | None:
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(  # noqa: S603 (fixed words)
            ["git", *words],  # noqa: S607 (whichever git the user has)
            cwd=checkout,
            env=environment,
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
