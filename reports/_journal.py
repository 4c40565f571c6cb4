"""The journal of one suite: each line goes at once to `evidence/<suite>-<pid>.ndjson`, so a crash loses nothing."""

import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reports._model import Result
from reports._wire import result_to_json


class EvidenceError(Exception):
    """Evidence can't be written or a run folder can't be made; the harness could not judge."""

    exit_code = 3


class Journal:
    """Appends lines for one suite. Each line is one `write` to a file opened for appending, so threads need no lock;
    a forked child gets a file of its own. Files of several processes of one suite are read together.

    A suite calls `started`, then `result` for each judged thing, then `finished`; without the last it is broken.
    Worker processes may write results only, as long as one process says `started` and `finished`.
    """

    def __init__(self, run_dir: Path, suite: str) -> None:
        self._suite = suite
        self._folder = run_dir / "evidence"
        self._file: tuple[int, int] = (0, -1)

    def started(
        self,
        *,
        plan: int | None = None,
        target: str = "",
        seed: int | str | None = None,
        effort: str = "",
        versions: Mapping[str, str] | None = None,
        operations: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """What is to be judged: `plan` is the number of results to come (None: not known beforehand), `operations`
        the operationIds by service that the suite knows of."""
        self.write(
            "started",
            plan=plan,
            target=target,
            seed=seed,
            effort=effort,
            versions=dict(versions or {}),
            operations={service: list(ids) for service, ids in (operations or {}).items()},
        )

    def result(self, result: Result) -> None:
        """One judged thing."""
        if result.suite != self._suite:
            raise ValueError(f"a result of suite {result.suite!r} in the journal of {self._suite!r}")
        self.write("result", **result_to_json(result))

    def finished(self) -> None:
        """Everything that was planned has been judged."""
        self.write("finished")

    def write(self, kind: str, **fields: Any) -> None:
        """One line of any kind. Raises `EvidenceError` when the disk doesn't take it."""
        line = {"kind": kind, **fields, "suite": self._suite, "at": time.time()}
        data = json.dumps(line, default=str).encode() + b"\n"
        try:
            descriptor = self._descriptor()
            while data:
                data = data[os.write(descriptor, data) :]
        except OSError as error:
            raise EvidenceError(
                f"can't write evidence of {self._suite} to {self._folder}: {error.strerror}; "
                "free some space or choose another run folder, then run again"
            ) from error

    def close(self) -> None:
        """Gives the file descriptor back; a later line opens the file again."""
        pid, descriptor = self._file
        self._file = (0, -1)
        if pid == os.getpid():
            os.close(descriptor)

    def _descriptor(self) -> int:
        pid, descriptor = self._file
        if pid != os.getpid():
            pid = os.getpid()
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{self._suite}-{pid}.ndjson"
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
            self._file = (pid, descriptor)
        return descriptor
