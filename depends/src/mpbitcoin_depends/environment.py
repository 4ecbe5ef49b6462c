"""The environment of builds: a fixed list of the user's variables.

Other variables could change the results of compilers and CMake without changing the ids of
packages.
"""

from __future__ import annotations

import os

#: They select programs, whose identities are part of the ids of packages.
_PROGRAMS = ("PATH", "LD_LIBRARY_PATH", "DEVELOPER_DIR")
_PLACES = ("HOME", "LOGNAME", "USER", "TMPDIR", "TMP", "TEMP")
#: For remotes of packages; builds fetch nothing.
_NETWORK = (
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    *("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE"),
)
_KEPT = frozenset((*_PROGRAMS, *_PLACES, *_NETWORK))


def of_builds() -> dict[str, str | None]:
    """The changes, for mpbitcoin_depends.process, that leave only these variables."""
    others = (name for name in os.environ if name not in _KEPT)
    return {**dict.fromkeys(others), "LC_ALL": "C.UTF-8"}
