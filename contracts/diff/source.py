"""Knows where the two versions come from: a git ref, a folder or a file, and the working tree."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from contracts.diff.change import ComparisonFailed, follow
from fixtures.target import flaws

ROOT = Path(__file__).resolve().parents[2]
SPECS = "contracts/specs"
Documents = dict[str, dict[str, Any]]


def read_base(base: str, root: Path = ROOT) -> Documents:
    """The documents of BASE, by file name: a file's, a folder's, or those a git ref has in `contracts/specs`."""
    path = Path(base)
    if path.exists():
        return read_folder(path)
    names = _git(root, base, "ls-tree", "--name-only", "--full-tree", base, f"{SPECS}/").splitlines()
    # Names are asked for as git has them; a document without a known ending is not one of ours.
    texts = {Path(name).name: _git(root, base, "show", f"{base}:{name}") for name in names if _is_document(name)}
    return _parsed(texts, base)


def read_folder(path: Path) -> Documents:
    """The documents of a folder, or one file."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    try:
        return _parsed({f.name: f.read_text("utf-8") for f in files if path.is_file() or _is_document(f.name)}, path)
    except (OSError, UnicodeDecodeError) as error:
        raise ComparisonFailed(f"{path}: can't be read: {error}. Name a folder of documents, or a git ref.") from None


def major(name: str, document: Mapping[str, Any]) -> int:
    """The major version in `info.version`."""
    said = str(document.get("info", {}).get("version", ""))
    if not said.partition(".")[0].isdigit():
        raise ComparisonFailed(f"{name}: info.version {said!r} has no major version; write it as 1.0.0")
    return int(said.partition(".")[0])


def _is_document(name: str) -> bool:
    return name.endswith(("api.yaml", "api.yml", "api.json"))


def _parsed(texts: Mapping[str, str], base: object) -> Documents:
    if not texts:
        raise ComparisonFailed(f"{base}: has no document; name a git ref, a folder or a file that has one")
    return {name: _document(f"{base}: {name}", text) for name, text in texts.items()}


def _document(name: str, text: str) -> dict[str, Any]:
    try:
        root = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe, in C where it is
    except yaml.YAMLError as error:
        raise ComparisonFailed(f"{name}: not YAML: {str(error).splitlines()[0]}. Correct it.") from None
    if not isinstance(root, dict) or not {"openapi", "asyncapi"} & set(root):
        raise ComparisonFailed(f"{name}: neither OpenAPI nor AsyncAPI. Correct it.")
    if "asyncapi" in root and not isinstance(root.get("channels"), dict):
        raise ComparisonFailed(f"{name}: no `channels`. Correct it.")
    for flaw in flaws(root):
        raise ComparisonFailed(f"{name}: {flaw}")
    _references(name, root, root)
    if "openapi" in root:
        for wrong in OpenAPIV31SpecValidator(root).iter_errors():
            said = str(getattr(wrong, "message", wrong)).splitlines()[0][:200]
            raise ComparisonFailed(f"{name}: no valid OpenAPI 3.1: {said}. Correct it.")
    return root


def _references(name: str, root: dict[str, Any], value: Any) -> None:
    """Every reference leads somewhere."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            try:
                follow(root, value)
            except ComparisonFailed as error:
                raise ComparisonFailed(f"{name}: {error}") from None
        for inner in value.values():
            _references(name, root, inner)
    elif isinstance(value, list):
        for inner in value:
            _references(name, root, inner)


def _git(root: Path, base: str, command: str, *arguments: str) -> str:
    if any(argument.startswith("-") and argument not in ("--name-only", "--full-tree") for argument in arguments):
        raise ComparisonFailed(f"BASE={base}: no git ref; refs don't begin with a dash. Name another BASE.")
    call = ["git", "-C", str(root), command, *arguments]
    try:
        done = subprocess.run(call, capture_output=True, check=False, timeout=60)
        text = done.stdout.decode("utf-8")
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
        raise ComparisonFailed(f"git {command} failed: {error}") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit {done.returncode}"]
        why = f"no file, folder or git ref that can be read ({said[0]})"
        raise ComparisonFailed(f"BASE={base}: {why}. Fetch it, or name another BASE.")
    return text
