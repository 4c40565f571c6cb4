"""What becomes of the local stack during a check: started where none was, watched, told as evidence, stopped again."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reports._journal import Journal
from reports._model import Failure, Result, Status
from reports.plan import ROOT, WrongCall

PATIENCE = 120.0  # seconds for one command of the stack
KEPT = 262_144  # bytes of a dead part's log that are copied


class StackDown(Exception):
    """No stack to judge against; the message says why."""


@dataclass(slots=True)
class StackWatch:
    """The stack whose state is in `home`; parts are remembered from every look, since a suite may replace a stack."""

    home: Path
    program: tuple[str, ...] = (sys.executable, "-m", "fixtures.stack")
    since: float = field(default_factory=time.time)
    ours: bool = False
    seconds: float = 0.0
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    deaths: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    stack: object = None  # when the one that was last looked at had been started; None: none was there
    losses: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def standing(self) -> Iterator[None]:
        """A whole stack for the length of the block; one that was up before is used and left up.

        Raises `WrongCall` (a port is held) or `StackDown`.
        """
        if self._look():
            ill = [name for name, part in self.parts.items() if not part.get("alive")]
            if ill:
                raise StackDown(f"{', '.join(ill)} of the running stack is not alive; `make down`, then run again")
        try:
            self._ensure()
            self._look()
            yield
        finally:
            if self.ours:
                self._command("down")

    def look(self, suite: str) -> None:
        """After a suite: remembers who has died by now, and whether this is still the stack of the look before."""
        before = self.stack
        self._look()
        if self.stack is None or self.stack != before:
            fate = "another one was started" if self.stack is not None else "it is gone"
            self.losses.append(f"by the end of {suite} {fate}")

    def report(self, run_dir: Path, trouble: str = "") -> None:
        """Every part as one result of the suite `stack`; a part that died is broken, and its log is copied.
        `trouble` says why there was no stack at all."""
        journal = Journal(run_dir, "stack")
        failures = tuple(self._troubles(trouble))
        journal.started(plan=max(len(self.parts) + bool(failures), 1), target=self.home.name)
        if failures:
            journal.result(Result("stack", "stack", "the local stack", Status.BROKEN, failures=failures))
        for name, part in self.parts.items():
            journal.result(self._judged(name, part))
            if self.deaths.get(name):
                self._copy_log(name, run_dir)
        journal.finished()
        journal.close()

    def _troubles(self, trouble: str) -> Iterator[Failure]:
        cure = "make down; make up; make status"
        if trouble:
            yield Failure(trouble.splitlines()[0], "", "every part is up", trouble, cure)
        # Where a part had died, that is why there is another stack.
        if self.losses and not any(self.deaths.values()):
            lost = f"{'; '.join(self.losses)}; its supervisor ended: killed, stopped, or out of memory (see dmesg)"
            yield Failure("The stack is not the one of the beginning", "", "one stack to the end", lost, cure)

    def _judged(self, name: str, part: dict[str, Any]) -> Result:
        deaths = self.deaths.get(name, [])
        alive = bool(part.get("alive"))
        details = {"kind": "part", "url": part.get("url", ""), "deaths": [str(d.get("how")) for d in deaths]}
        if alive and not deaths:
            return Result("stack", f"part:{name}", name, Status.PASSED, details=details)
        lines = [str(line) for line in (deaths[-1].get("last_lines") or [])] if deaths else []
        how = f"{name} {deaths[-1].get('how')}" if deaths else f"{name} was stopped and not started again"
        failure = Failure(
            f"{name} died while suites ran", "", "alive to the end", how, "make status", logs=tuple(lines)
        )
        told = {**details, "last_lines": lines}
        return Result("stack", f"part:{name}", name, Status.BROKEN, service=name, failures=(failure,), details=told)

    def _look(self) -> bool:
        done = self._command("report")
        try:
            found = json.loads(done.stdout.strip().splitlines()[-1])
        except (ValueError, IndexError):
            found = []
        self.stack = found[0].get("stack_since", "") if found else None
        for part in found:
            self.parts[part["name"]] = part
            known = self.deaths.setdefault(part["name"], [])
            known.extend(d for d in part.get("deaths", []) if d.get("at", self.since) >= self.since and d not in known)
        return bool(found)

    def _ensure(self) -> None:
        began = time.monotonic()
        done = self._command("ensure", "--owner-pid", str(os.getpid()))
        self.seconds = time.monotonic() - began
        told = done.stderr.strip() or f"fixtures.stack ensure ended with exit {done.returncode}"
        if done.returncode == 2:
            raise WrongCall(told.splitlines()[-1])
        if done.returncode:
            raise StackDown(told)
        self.ours = bool(json.loads(done.stdout.strip().splitlines()[-1])["started"])

    def _command(self, name: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [*self.program, name, "--offset", self.home.name, *arguments]
        try:
            # Its own session: Ctrl-C is for the check, which then stops the stack in order.
            return subprocess.run(
                command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False, start_new_session=True
            )
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(command, 3, "", f"the stack did not answer within {PATIENCE:g} s")

    def _copy_log(self, name: str, run_dir: Path) -> None:
        source = self.home / "logs" / f"{name}.log"
        target = run_dir / "logs" / "stack" / source.name
        with contextlib.suppress(OSError):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes()[-KEPT:])
