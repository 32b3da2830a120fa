"""A BibTeX file's papers become milestones."""

from __future__ import annotations

from pathlib import Path

import pytest

from l2l_tui.errors import RequestError
from l2l_tui.plan import store
from l2l_tui.plan.bibliography import import_bibliography

PLAN = """[plan]
title = "Study"      # kept

[[track]]
id = "torch"
title = "TORCH"

[[milestone]]
id = "l2l"
track = "torch"
title = "L2L"
links = ["https://arxiv.org/pdf/1606.04474v2"]
"""
BIB = r"""@string{icml = "ICML"}
@inproceedings{finn2017maml,
  title = {{MAML}: Model-Agnostic Meta-Learning \& {\"u}ber $k$-shot},
  booktitle = icml, eprint = {1703.03400}, archiveprefix = {arXiv}}
@article{andry, title={Learning to learn}, journal={arXiv preprint arXiv:1606.04474}}
@article{res, title={Deep Residual Learning}, doi={https://doi.org/10.1109/CVPR.2016.90}}
@article{res2, title={deep residual  learning.}}
@misc{page, title={學習}, url={https://example.org/a_b%20c}}
@misc{untitled, year={2020}}
@misc{page, title={The same key}}
@article{open, title={never closed
"""


@pytest.fixture
def paths(tmp_path: Path) -> tuple[Path, Path]:
    """Return a plan's file and a bibliography."""
    plan, bib = tmp_path / "study.toml", tmp_path / "papers.bib"
    plan.write_text(PLAN, encoding="utf-8")
    bib.write_text(BIB, encoding="utf-8")
    return plan, bib


def test_papers_become_milestones_with_links(paths: tuple[Path, Path]) -> None:
    """Titles without LaTeX, numbers as links, in a track that is made for them."""
    import_bibliography(*paths)
    plan = store.load(paths[0])
    assert plan.faults == ()
    assert [track.id for track in plan.tracks] == ["torch", "paper"]
    found = [(one.title, one.links) for one in plan.milestones if one.track == "paper"]
    assert found == [
        ("MAML: Model-Agnostic Meta-Learning & über $k$-shot", ("arXiv:1703.03400",)),
        ("Deep Residual Learning", ("doi:10.1109/CVPR.2016.90",)),
        ("學習", ("https://example.org/a_b%20c",)),
    ]
    assert "# kept" in paths[0].read_text(encoding="utf-8")


def test_what_is_left_out_is_said_by_line(
    paths: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Known by number or title, without one, with a key of another, not closed."""
    left = import_bibliography(*paths).left_out
    assert [one.line for one in left] == [5, 7, 9, 10, 11]
    assert "'l2l'" in left[0].text
    assert "no title" in left[2].text
    assert "there is 'page' already" in left[3].text
    assert "not read" in left[4].text
    assert capsys.readouterr().err == ""


def test_a_second_import_changes_nothing(paths: tuple[Path, Path]) -> None:
    """Every paper is known by then."""
    import_bibliography(*paths)
    before = paths[0].read_bytes()
    assert import_bibliography(*paths).milestones == ()
    assert paths[0].read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"only words", b"\xff\xfe"])
def test_what_is_no_bibliography_is_refused(paths: tuple[Path, Path], content: bytes) -> None:
    """And the plan stays as it was."""
    paths[1].write_bytes(content)
    with pytest.raises(RequestError, match=r"papers\.bib"):
        import_bibliography(*paths)
    assert paths[0].read_text(encoding="utf-8") == PLAN
