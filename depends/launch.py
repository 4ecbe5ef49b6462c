"""Run `mpbitcoin` with the private environment's Python: `python -I launch.py PYTHON WORD...`.

PYTHON is the one that runs `bootstrap.py`. Isolated mode (-I) ignores variables and folders that
are meant for the user's own Python, so this script adds the path to our code.
"""

import os
import shlex
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
OURS = os.path.join(sys.prefix, "lib/python{}.{}".format(*sys.version_info))

# An upgrade may have replaced the environment's Python by one that does not find its packages.
if not os.path.isdir(OURS):
    words = [sys.argv[1], os.path.join(HERE, "bootstrap.py"), *sys.argv[2:]]
    os.execvp(words[0], words)

del sys.argv[1]
sys.path[:0] = [os.path.join(HERE, "src"), os.path.join(os.path.dirname(HERE), "src")]

try:
    from mpbitcoin_project.__main__ import main

    sys.exit(main())
except ImportError as error:
    if (error.name or "").startswith("mpbitcoin"):
        raise
    print(
        f"error: cannot import a package of the private Python environment: {error}\n"
        f"  hint: remove the environment, then run again: rm -rf {shlex.quote(sys.prefix)}",
        file=sys.stderr,
    )
    sys.exit(3)
