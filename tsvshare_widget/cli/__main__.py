"""``python -m tsvshare_widget.cli`` is the command ``tsvshare``."""

import sys

from .main import main

sys.exit(main())
