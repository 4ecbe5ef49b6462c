"""The environment of builds: some variables of the user's, and no others.

Whatever else is set could change what compilers and CMake make of a source, and would not be seen
in the ids of packages.
"""

from __future__ import annotations

import os

#: Which programs run: what those are enters the ids of packages.
_PROGRAMS = ("PATH", "LD_LIBRARY_PATH", "DEVELOPER_DIR")
_PLACES = ("HOME", "LOGNAME", "USER", "TMPDIR", "TMP", "TEMP")
#: For remotes of packages; nothing is fetched during a build.
_NETWORK = (
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    *("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE"),
)
_KEPT = frozenset((*_PROGRAMS, *_PLACES, *_NETWORK))


def of_builds() -> dict[str, str | None]:
    """The changes that leave only these variables, as mpbitcoin.process takes them."""
    others = (name for name in os.environ if name not in _KEPT)
    return {**dict.fromkeys(others), "LC_ALL": "C.UTF-8"}
