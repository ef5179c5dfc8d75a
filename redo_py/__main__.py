"""`python -m redo_py`: the same as the command `redun`."""

import sys

from redo_py.cli.fastlane import main

sys.exit(main())
