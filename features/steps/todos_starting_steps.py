"""Steps about how todos starts: its own entry as a process, with an environment of the scenario's making."""

import json
import os
import subprocess
import sys
from pathlib import Path

from behave import then, when

from features.support.context import Context
from features.support.expect import expect, expect_that
from features.support.http_notes import HttpNotes
from features.support.world import World

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import json
from fixtures.services.todos.app import create_app
answer = create_app().test_client().get("/health")
print(json.dumps([answer.status_code, answer.headers.get("Retry-After", ""), answer.get_json()]))
"""
NOWHERE = {"DATABASE_URI": "sqlite:////nowhere/at/all/todos.sqlite3"}
SECRETS = {
    "the secret of development": "development-secret-of-todos-that-nobody-may-deploy",
    "a secret of 31 characters": "x" * 31,
    "a secret of 32 characters": "x" * 32,
    "no secret": "",
}


def start(world: World, **variables: str) -> None:
    base = {"PATH": os.defpath, "REDIS_URL": "redis://127.0.0.1:9/0", **NOWHERE}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, env=base | variables, capture_output=True, text=True, check=False
    )
    notes = world.notes(HttpNotes)
    notes.exit_code, notes.request_id = done.returncode, "TODOS_JWT_SECRET"
    notes.said = done.stderr if done.returncode else done.stdout


@when("todos is started in production with {secret}")
def started_in_production(context: Context, secret: str) -> None:
    start(context.world, APP_ENV="production", TODOS_JWT_SECRET=SECRETS[secret])


@when("todos is started without its database, and asked how it is")
def started_without_database(context: Context) -> None:
    start(context.world, APP_ENV="development", REDIS_URL="")


@then("it has answered 503 and when to try again")
def answered_unavailable(context: Context) -> None:
    status, wait, body = json.loads(context.world.notes(HttpNotes).said.strip().splitlines()[-1])
    expect("status and error", (status, body.get("error")), (503, "Service Unavailable"))
    expect_that("Retry-After", wait.isdigit() and int(wait) > 0, "seconds", wait)
