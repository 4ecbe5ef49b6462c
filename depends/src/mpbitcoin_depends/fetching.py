"""Fetches sources in parallel, in threads that can be abandoned."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from types import TracebackType

from mpbitcoin_depends.errors import SourceError
from mpbitcoin_depends.progress import Progress
from mpbitcoin_depends.sources import Fetched, Source, SourceStore

_THREADS = 4
_TICK = 0.05
#: Separates hints, one per line, aligned with the first.
_NEXT_HINT = "\n        "


class _Over(BaseException):
    """Raised in a thread whose download was abandoned."""


class Fetching:
    """Fetches `sources` inside the `with` block; leaving the block abandons running downloads.

    The next run continues an abandoned download. Only the block's thread may read the futures.
    """

    def __init__(self, store: SourceStore, sources: Iterable[Source], progress: Progress) -> None:
        self.futures: Mapping[Source, Future[Fetched]] = {source: Future() for source in sources}
        self._store = store
        self._progress = progress
        self._waiting: queue.SimpleQueue[Source] = queue.SimpleQueue()
        self._running: dict[Source, str] = {}
        self._over = False
        #: Held while a line is shown: no lines are shown after the block.
        self._lock = threading.Lock()

    def __enter__(self) -> Fetching:
        for source in self.futures:
            self._waiting.put(source)
        for _ in range(min(_THREADS, len(self.futures))):
            # Daemon threads: the interpreter does not wait for them at exit.
            threading.Thread(target=self._work, name="fetch", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._over = True

    def _work(self) -> None:
        while True:
            try:
                source = self._waiting.get_nowait()
            except queue.Empty:
                return
            try:
                fetched = self._fetch(source)
            except _Over:
                return
            except BaseException as error:
                self.futures[source].set_exception(error)
            else:
                self.futures[source].set_result(fetched)

    def _fetch(self, source: Source) -> Fetched:
        self._report(source, source.name)
        try:
            fetched = self._store.fetch(source, lambda line: self._report(source, line))
        finally:
            self._running.pop(source, None)
        if fetched.provider != "local":
            self._line(
                f"fetched {source.name} {source.version}: {fetched.path.name} ({fetched.detail})"
            )
        return fetched

    def _report(self, source: Source, line: str) -> None:
        with self._lock:
            if self._over:
                raise _Over
            self._running[source] = line

    def _line(self, text: str) -> None:
        with self._lock:
            if not self._over:
                self._progress.line(text)

    def status(self) -> list[str]:
        """The progress of each download."""
        return list(self._running.values())

    def check(self) -> None:
        """Raise errors so far; one SourceError names all sources that are not available."""
        done = [future for future in self.futures.values() if future.done()]
        faults = [fault for future in done if (fault := future.exception())]
        missing = [fault for fault in faults if isinstance(fault, SourceError)]
        if len(missing) > 1:
            raise SourceError(
                "\n".join(fault.message for fault in missing),
                _NEXT_HINT.join(fault.hint for fault in missing),
            )
        if faults:
            raise faults[0]

    def wait(self) -> list[Fetched]:
        """All sources, in order. Raises like `check` after all downloads have ended."""
        while not all(future.done() for future in self.futures.values()):
            self._progress.status(self.status())
            time.sleep(_TICK)
        self.check()
        return [future.result() for future in self.futures.values()]
