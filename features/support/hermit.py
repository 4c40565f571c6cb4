"""Knows one service that runs as a process of its own beside the stack, and what becomes of its log lines.

Its lines come with a token of the scenario's own, so the collector can be in any mood towards it without anybody else
noticing. Given by the tag @fixture.hermit.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from features.support.collecting import collector, token
from features.support.context import Context
from features.support.expect import expect_that
from features.support.fixtures import gives
from features.support.world import World

ROOT = Path(__file__).resolve().parents[2]
ANSWERED = "## answered"
# auth's own entry, asked for what isn't there: one line a request, and no other part is needed for the answer.
SCRIPT = f"""
import itertools, sys
from fixtures.services.auth.handler import handle
def ask(number):
    event = {{"httpMethod": "GET", "path": "/nowhere", "resource": "/{{proxy+}}", "requestContext": {{}}}}
    return handle(event | {{"headers": {{"X-Request-Id": f"{{sys.argv[1]}}-{{number}}"}}}}, None)["statusCode"]
numbers = itertools.count()
for line in sys.stdin:
    print("{ANSWERED}", sum(ask(next(numbers)) == 404 for _ in range(int(line))), flush=True)
"""
PATIENCE = 60.0
"""Seconds until a process that doesn't end is ended."""


@dataclass(slots=True)
class Hermit:
    """The process, what it has said so far, how many requests it has answered, and how it ended."""

    process: "subprocess.Popen[str] | None" = None
    said: list[str] = field(default_factory=list)
    answered: int = 0
    exit_code: int | None = None


@gives("hermit")
def hermit(context: Context) -> Iterator[None]:
    """Whatever still runs is ended after the scenario, and the collector holds nobody up."""
    yield
    collector(context.world).mood(token(context.world).id)
    process = context.world.notes(Hermit).process
    if process is not None and process.poll() is None:
        process.kill()
        process.communicate()


def start(world: World, url: str | None = None, value: str | None = None, **variables: str) -> None:
    """Starts it, logging to the collector (or another address), with the scenario's token (or another one)."""
    hec = {
        "SPLUNK_HEC_URL": collector(world).channel.service.base_url if url is None else url,
        "SPLUNK_HEC_TOKEN": token(world).value if value is None else value,
        "SPLUNK_HEC_FLUSH_SECONDS": "0.1",
        "SPLUNK_HEC_BACKOFF_SECONDS": "0.5",
    }
    keys = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_REGION": "us-east-1"}
    nowhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "REDIS_URL": "redis://127.0.0.1:9/0"}
    world.notes(Hermit).process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, world.name("hermit")],
        cwd=ROOT,
        env={"PATH": os.defpath, "APP_ENV": "development", **keys, **nowhere, **hec, **variables},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ask(world: World, times: int) -> None:
    """Asks it so many times, one after the other, and waits for the last answer."""
    kept = world.notes(Hermit)
    assert kept.process is not None
    assert kept.process.stdin is not None
    assert kept.process.stdout is not None
    kept.process.stdin.write(f"{times}\n")
    kept.process.stdin.flush()
    for line in kept.process.stdout:
        if line.startswith(ANSWERED):
            kept.answered += int(line.removeprefix(ANSWERED))
            return
        kept.said.append(line)
    expect_that("the service", False, "answers", "ended: " + "".join(kept.said[-5:]))


def end(world: World) -> None:
    """Nobody asks any more: the process comes to its end by itself."""
    kept = world.notes(Hermit)
    assert kept.process is not None
    out, _ = kept.process.communicate(timeout=PATIENCE)
    kept.said += out.splitlines(keepends=True)
    kept.exit_code = kept.process.returncode


def arrived(world: World) -> list[str]:
    """The request ids of its lines that have reached the collector, as often as they have."""
    events = [event["event"] for event in collector(world).events(token_id=token(world).id)]
    return [event["request_id"] for event in events if event["message"] == "request"]


def reported_drops(world: World) -> int:
    """How many lines it says it had no room for, in the lines that got through."""
    events = collector(world).events("log lines dropped", token_id=token(world).id)
    return sum(event["event"]["dropped"] for event in events)
