"""The import table holds, and each of its contracts can go red."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("features", "contracts", "load", "fixtures", "reports")
PLANTED = {  # contract → (file, import that breaks it)
    "the judged knows nothing of the judge": ("fixtures/services/users/planted.py", "import fixtures.errors"),
    "the judge shares no code with the judged": ("features/planted.py", "import fixtures.services.platform.settings"),
    "target knows errors only": ("fixtures/target/planted.py", "import fixtures.clients"),
    "errors know nothing": ("fixtures/errors.py", "import fixtures.target"),
    "clients know target and errors": ("fixtures/clients/planted.py", "import reports.evidence"),
    "builders know nothing": ("fixtures/builders/planted.py", "import fixtures.target"),
    "clean-up knows target, clients, builders and evidence": ("fixtures/clean/planted.py", "import fixtures.stack"),
    "the stack knows services and target": ("fixtures/stack/planted.py", "import load"),
    "faults know target and evidence": ("fixtures/faults/planted.py", "import fixtures.stack"),
    "reports know evidence only": ("reports/planted.py", "import fixtures.errors"),
    "suites know nothing of each other": ("contracts/planted.py", "import load"),
    "services know their platform, and nothing of each other": (
        "fixtures/services/auth/planted.py",
        "import fixtures.services.users",
    ),
    "the services' platform knows none of them": (
        "fixtures/services/platform/planted.py",
        "import fixtures.services.auth",
    ),
    "suites see evidence, and nothing else of reports": ("load/planted.py", "import reports.merge"),
}


def lint(folder: Path) -> "subprocess.CompletedProcess[str]":
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


def copy(folder: Path) -> None:
    for room in ROOMS:
        shutil.copytree(
            ROOT / room, folder / room, ignore=lambda _, names: [n for n in names if n in ("runs", "__pycache__")]
        )
    shutil.copy(ROOT / "pyproject.toml", folder)


def test_every_contract_of_the_table_has_a_planted_violation() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contract["name"] for contract in table} == set(PLANTED)


def test_the_import_table_holds_and_each_contract_can_go_red(tmp_path: Path) -> None:
    copy(tmp_path)
    clean = lint(tmp_path)
    assert clean.returncode == 0, clean.stdout
    for file, line in PLANTED.values():
        with (tmp_path / file).open("a") as handle:
            handle.write(f"\n{line}\n")
    broken = lint(tmp_path)
    assert broken.returncode == 1
    for name in PLANTED:
        assert f"{name} BROKEN" in broken.stdout
