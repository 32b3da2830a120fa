"""Every declared experiment keeps the catalogue's promises."""

from __future__ import annotations

import subprocess
import sys

import pytest

from l2l_tui import experiments
from l2l_tui.errors import RequestError, UnknownNameError

NAMES = experiments.names()


def test_the_first_two_experiments_are_there() -> None:
    """The catalogue lists what the files declare."""
    assert {"l2l-quadratic", "logistic-regression"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_declaration_is_whole(name: str) -> None:
    """Its name is its file's, it has both presets with their cost, claims and charts."""
    experiment = experiments.get(name)
    assert experiment.name == name
    assert [preset.name for preset in experiment.presets] == ["quick", "paper"]
    assert all("cores" in preset.cost for preset in experiment.presets)
    ids = [claim.id for claim in experiment.claims]
    assert ids
    assert len(ids) == len(set(ids))
    assert len({chart.family for chart in experiment.charts}) == len(experiment.charts) > 0


@pytest.mark.parametrize("name", NAMES)
def test_its_presets_are_valid_settings(name: str) -> None:
    """Both presets parse, every field says what it means, and a wrong name is refused."""
    experiment = experiments.get(name)
    for preset in experiment.presets:
        values = experiment.configure(preset.name).values()
        assert set(preset.values) <= set(values)
    assert all(info.doc for info in experiment.settings.fields())
    with pytest.raises(UnknownNameError):
        experiment.configure("quick", {"no_such_field": 1})


def test_a_value_out_of_range_names_field_value_and_range() -> None:
    """The message says what was wrong and what is allowed."""
    with pytest.raises(RequestError, match=r"unroll_length = 0 .* 1 to 10000"):
        experiments.get("l2l-quadratic").configure("quick", {"unroll_length": 0})


def test_the_catalogue_loads_no_torch() -> None:
    """A fresh interpreter that reads every declaration has loaded nothing heavy."""
    code = (
        "import sys\n"
        "from l2l_tui import experiments\n"
        "for experiment in experiments.catalogue():\n"
        "    experiment.configure('quick').values()\n"
        "heavy = {'torch', 'numpy', 'sklearn', 'scipy', 'matplotlib'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
