"""The bundles hold what they need: requirements for every import, a Procfile whose command starts the service."""

import ast
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import requests
import yaml

from deploy.bundle import BUNDLES, ROOT, Bundle, canonical, closure, unpacked, zipped
from fixtures.stack.provision import read_template
from tests.services.redis_server import RedisServer, redis_server

__all__ = ["redis_server"]

PATIENCE = 30.0  # seconds
TEMPLATE = read_template(ROOT / "fixtures" / "services" / "template.yaml")["Resources"]
HANDLERS = sorted(
    {each["Properties"]["Handler"] for each in TEMPLATE.values() if each["Type"] == "AWS::Serverless::Function"}
)
ENTRIES = {
    "todos": ["fixtures.services.todos.app"],
    "functions": [handler.rpartition(".")[0] for handler in HANDLERS],
}


def reached(entries: list[str]) -> dict[str, Path]:
    """Every module of the services that these lead to, by its name."""
    found: dict[str, Path] = {}
    left = list(entries)
    while left:
        name = left.pop()
        path = ROOT / (name.replace(".", "/") + ".py")
        if name not in found and path.exists():
            found[name] = path
            left += [each for each in imports(path) if each.startswith("fixtures.")]
    return found


def imports(path: Path) -> Iterator[str]:
    """What a file imports when it runs; what is for type checkers only doesn't count."""
    for node in _run(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _run(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
            continue
        yield child
        yield from _run(child)


@pytest.mark.parametrize("bundle", BUNDLES.values(), ids=BUNDLES)
def test_every_import_has_its_requirement(bundle: Bundle) -> None:
    owners, have = packages_distributions(), closure(bundle.wanted)
    missing = {
        f"{name}: {imported}"
        for name, path in reached(ENTRIES[bundle.name]).items()
        for imported in imports(path)
        if (top := imported.partition(".")[0]) in owners and top != "fixtures"
        if not {canonical(owner) for owner in owners[top]} & have
    }
    assert missing == set()


@pytest.mark.parametrize("bundle", BUNDLES.values(), ids=BUNDLES)
def test_a_bundle_holds_its_modules_and_locked_requirements(bundle: Bundle, tmp_path: Path) -> None:
    folder = unpacked(bundle, tmp_path / bundle.name)
    for path in reached(ENTRIES[bundle.name]).values():
        assert (folder / path.relative_to(ROOT)).exists()
    text = (folder / "requirements.txt").read_text()
    names = {canonical(each) for each in re.findall(r"(?m)^([A-Za-z0-9._-]+)==", text)}
    assert {canonical(re.split(r"\[", each)[0]) for each in bundle.wanted} <= names
    assert text.count("--hash=sha256:") >= len(names), "pip refuses what is not hashed"


def test_every_function_of_the_template_has_its_handler() -> None:
    for handler in HANDLERS:
        module, _, name = handler.rpartition(".")
        tree = ast.parse((ROOT / (module.replace(".", "/") + ".py")).read_text())
        made = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
        named = {target.id for target in made if isinstance(target, ast.Name)}
        assert name in named | {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, handler


def test_the_workflow_waits_for_the_gate_and_knows_the_template() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "deploy.yml").read_text())
    gate = yaml.safe_load((ROOT / ".github" / "workflows" / "gate.yml").read_text())
    # YAML 1.1 reads the key `on` as true.
    assert workflow[True]["workflow_run"]["workflows"] == [gate["name"]]
    assert "conclusion == 'success'" in workflow["jobs"]["functions"]["if"]
    assert workflow["permissions"] == {}
    script = next(step["run"] for step in workflow["jobs"]["functions"]["steps"] if step.get("name") == "sam deploy")
    told = set(re.findall(r"(\w+)=", script.partition("--parameter-overrides")[2]))
    assert told
    assert told <= set(read_template(ROOT / "fixtures" / "services" / "template.yaml")["Parameters"])


def test_a_bundle_is_the_same_when_made_again(tmp_path: Path) -> None:
    first = zipped(unpacked(BUNDLES["todos"], tmp_path / "one" / "todos")).read_bytes()
    assert zipped(unpacked(BUNDLES["todos"], tmp_path / "two" / "todos")).read_bytes() == first
    with zipfile.ZipFile(tmp_path / "one" / "todos.zip") as archive:
        assert {"Procfile", ".ebextensions/todos.config", "requirements.txt"} <= set(archive.namelist())


def test_the_procfile_s_command_starts_todos(redis_server: RedisServer, tmp_path: Path) -> None:
    folder = unpacked(BUNDLES["todos"], tmp_path / "todos")
    options = yaml.safe_load((folder / ".ebextensions" / "todos.config").read_text())["option_settings"]
    variables = options["aws:elasticbeanstalk:application:environment"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **{name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ},
        **variables,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(folder),
        "GRANIAN_PORT": str(port),
        "DATABASE_URI": f"sqlite:///{tmp_path}/todos.sqlite3",
        "REDIS_URL": redis_server.url,
    }
    kind, _, command = (folder / "Procfile").read_text().strip().partition(": ")
    assert kind == "web"
    refused = subprocess.run(
        shlex.split(command), cwd=folder, env=environment, capture_output=True, timeout=PATIENCE, check=False
    )
    assert b"TODOS_JWT_SECRET" in refused.stdout + refused.stderr, "it must not start without its secret"
    environment["TODOS_JWT_SECRET"] = "chosen-by-somebody-and-long-enough-to-sign"
    serving = subprocess.Popen(shlex.split(command), cwd=folder, env=environment, start_new_session=True)
    try:
        assert answered(f"http://127.0.0.1:{port}{health_path(options)}").json() == {"status": "ok", "service": "todos"}
        account = {"username": "beanstalk", "password": "correct horse 9"}
        assert requests.post(f"http://127.0.0.1:{port}/register", json=account, timeout=PATIENCE).status_code == 201
    finally:
        os.killpg(serving.pid, signal.SIGTERM)
        serving.wait(PATIENCE)


def health_path(options: dict[str, dict[str, str]]) -> str:
    """Where Elastic Beanstalk looks."""
    return options["aws:elasticbeanstalk:environment:process:default"]["HealthCheckPath"]


def answered(url: str) -> requests.Response:
    """The first answer of a service that is starting."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return requests.get(url, timeout=5)
        except requests.ConnectionError:
            assert time.monotonic() < deadline, "it doesn't answer"
            threading.Event().wait(0.1)
