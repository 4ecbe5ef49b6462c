"""Run `mpbitcoin` with the private environment's Python: `python -I launch.py PYTHON WORD...`.

PYTHON is the one that runs `bootstrap.py`. Isolated mode (-I) keeps variables and folders that
are meant for the user's own Python out, so the path to our code is added here.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
OURS = os.path.join(sys.prefix, "lib/python{}.{}".format(*sys.version_info))

# After an upgrade the environment's Python may be another one, which does not find its packages.
if not os.path.isdir(OURS):
    words = [sys.argv[1], os.path.join(HERE, "bootstrap.py"), *sys.argv[2:]]
    os.execvp(words[0], words)

del sys.argv[1]
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "src"))

from mpbitcoin.__main__ import main  # noqa: E402 (the path had to be set first)

sys.exit(main())
