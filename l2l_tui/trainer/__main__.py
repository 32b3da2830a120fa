"""``python -m l2l_tui.trainer DIR`` does the work of one run directory, or a rank's part of it."""

import faulthandler
import os
import sys
from pathlib import Path

from l2l_tui.errors import L2LError
from l2l_tui.files import BrokenFileError
from l2l_tui.runs import files
from l2l_tui.runs.directory import RunDirectory
from l2l_tui.trainer import child, place


def main(path: Path) -> int:
    """Return the exit code: see `child.main`, which also says what is wrong with a directory."""
    directory = RunDirectory(path.absolute())
    try:
        ranks = files.read_request(directory).ranks
        mine = place.told(os.environ, ranks) if ranks > 1 else None
    except BrokenFileError:
        return child.main(path)
    except L2LError as error:
        sys.stderr.write(f"{directory.id}: {error}\n")
        return error.exit_code
    if ranks == 1:
        return child.main(path)
    if mine is None:
        from l2l_tui.trainer.launcher import launch

        return launch(directory, ranks)
    if mine.rank == 0:
        return child.main(path, mine)
    from l2l_tui.trainer import following

    return following.main(path, mine)


if __name__ == "__main__":
    faulthandler.enable()
    sys.exit(main(Path(sys.argv[1])))
