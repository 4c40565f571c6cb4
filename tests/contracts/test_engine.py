"""A run that crashes or hangs ends as such, and takes nothing else with it."""

import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from contracts.fuzzing import Fuzzing
from contracts.plan import Plan, Run
from tests.contracts.conftest import SECRETS, SPEC


@pytest.fixture
def start(target_file: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Fuzzing]:
    """Starts runs, given as arguments after `run SPEC` and a bound in seconds, by the name of a service."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)

    def started(**runs: tuple[list[str], float]) -> Fuzzing:
        planned = []
        for service, (arguments, bound) in runs.items():
            folder = tmp_path / service
            folder.mkdir()
            planned.append(Run(service, ("run", str(SPEC), *arguments), str(folder), bound, 1))
        return Fuzzing(Plan(str(target_file()), str(tmp_path), 2, tuple(planned)), tmp_path)

    return started


def test_a_call_that_schemathesis_refuses_ends_with_its_code_and_log(start: Callable[..., Fuzzing]) -> None:
    fuzzing = start(wrong=(["--nonsense"], 30.0))
    ended = fuzzing.wait_for("wrong")
    fuzzing.stop()
    assert ended.code == 2
    assert "No such option" in ended.log
    assert not ended.timed_out


def test_a_run_that_hangs_is_stopped_and_the_other_goes_on(start: Callable[..., Fuzzing]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        fuzzing = start(silent=(["--url", url, "--request-timeout", "60"], 1.5), wrong=(["--nonsense"], 30.0))
        hung, other = fuzzing.wait_for("silent"), fuzzing.wait_for("wrong")
        fuzzing.stop()
    assert hung.timed_out
    assert hung.code == -signal.SIGKILL
    assert other.code == 2


def test_an_engine_that_dies_takes_its_runs_with_it(start: Callable[..., Fuzzing]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        fuzzing = start(silent=(["--url", url, "--request-timeout", "60"], 60.0))
        silent.settimeout(30)
        held, _ = silent.accept()  # the run is under way
        (engine,) = psutil.Process().children()
        runs = engine.children()
        os.kill(engine.pid, signal.SIGKILL)
        ended = fuzzing.wait_for("silent")
        fuzzing.stop()
        held.close()
    assert ended.code is None
    assert len(runs) == 1
    _, alive = psutil.wait_procs(runs, timeout=5)
    assert not alive
