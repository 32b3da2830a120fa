"""``python -m l2l_tui.trainer DIR`` does the work of one run directory."""

import faulthandler
import sys
from pathlib import Path

from l2l_tui.trainer.child import main

if __name__ == "__main__":
    faulthandler.enable()
    sys.exit(main(Path(sys.argv[1])))
