"""``python -m l2l_tui`` is ``l2l-tui``."""

import sys

from l2l_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
