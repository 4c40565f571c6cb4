"""`python -m deploy.bundle todos|functions`: what goes to AWS, made from the source and the lock, in `build/`.

todos: `build/todos.zip`, an Elastic Beanstalk source bundle. functions: `build/functions/`, which `sam build` takes:
the template, the services, and beside them the requirements that Lambda's builder looks for.
"""

import argparse
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
LOCK = ROOT / "requirements.lock"
SERVICES = Path("fixtures") / "services"
NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*")
EXTRAS = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Bundle:
    """One bundle: the folder of its own files, and the rooms of `fixtures/services` that go into it (none: all)."""

    name: str
    rooms: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where its own files and its requirements are."""
        return ROOT / "deploy" / self.name

    @property
    def wanted(self) -> list[str]:
        """The requirements it names itself."""
        return (self.folder / "requirements.in").read_text(encoding="utf-8").split()


BUNDLES = {each.name: each for each in (Bundle("todos", ("platform", "todos")), Bundle("functions"))}


def main(arguments: list[str] | None = None) -> int:
    """Makes one bundle and prints its path."""
    parser = argparse.ArgumentParser(prog="python -m deploy.bundle", description="Makes what is deployed, in build/.")
    parser.add_argument("name", choices=BUNDLES)
    bundle = BUNDLES[parser.parse_args(arguments).name]
    made = unpacked(bundle, BUILD / bundle.name)
    sys.stdout.write(f"{(zipped(made) if bundle.rooms else made).relative_to(ROOT)}\n")
    return 0


def unpacked(bundle: Bundle, folder: Path) -> Path:
    """The bundle as a folder, made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    for source in sources(bundle):
        target = folder / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    for source in bundle.folder.rglob("*"):
        if source.is_file() and source.name != "requirements.in":
            target = folder / source.relative_to(bundle.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    (folder / "requirements.txt").write_text(locked(bundle.wanted), encoding="utf-8")
    return folder


def zipped(folder: Path) -> Path:
    """The folder as a ZIP file beside it, the same bytes for the same files."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for source in sorted(each for each in folder.rglob("*") if each.is_file()):
            entry = zipfile.ZipInfo(str(source.relative_to(folder)), (2026, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, source.read_bytes(), zipfile.ZIP_DEFLATED)
    return path


def sources(bundle: Bundle) -> Iterator[Path]:
    """The source files that go into a bundle."""
    yield ROOT / "fixtures" / "__init__.py"
    services = ROOT / SERVICES
    if not bundle.rooms:
        yield services / "template.yaml"
    for path in sorted(services.rglob("*.py")):
        room = path.relative_to(services).parts[0]
        if not bundle.rooms or room in (*bundle.rooms, "__init__.py"):
            yield path


def locked(wanted: list[str]) -> str:
    """The part of the lock that these requirements need, hashes included."""
    names = closure(wanted)
    blocks = re.split(r"(?m)^(?=\S)", LOCK.read_text(encoding="utf-8"))
    return "".join(block for block in blocks if (found := NAME.match(block)) and canonical(found[0]) in names)


def closure(wanted: list[str]) -> set[str]:
    """These distributions and all that they need, extras included, as they are installed here."""
    found: set[str] = set()
    left = list(wanted)
    while left:
        requirement = left.pop()
        match = NAME.match(requirement)
        if match is None:
            continue
        name, extras = canonical(match[0]), _extras(requirement)
        if name in found and not extras:
            continue
        found.add(name)
        left += _needed(name, extras, found)
    return found


def canonical(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _extras(requirement: str) -> set[str]:
    match = EXTRAS.search(requirement.partition(";")[0])
    return {each.strip() for each in match[1].split(",")} if match else set()


def _needed(name: str, extras: set[str], known: set[str]) -> Iterator[str]:
    try:
        needed = requires(name) or []
    except PackageNotFoundError:
        return  # for another platform; the lock has a marker for it where it matters
    for requirement in needed:
        demanded, _, marker = requirement.partition(";")
        asked = set(re.findall(r"extra\s*==\s*[\"']([^\"']+)[\"']", marker))
        first = NAME.match(demanded)
        if (not asked or asked & extras) and first and (canonical(first[0]) not in known or _extras(demanded)):
            yield demanded


if __name__ == "__main__":
    sys.exit(main())
