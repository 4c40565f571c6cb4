"""Knows how the examples of one section are run against a target, and how a line that isn't true is told."""

import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import choice, randbelow
from tempfile import TemporaryDirectory

from contracts.books import write_down_curl
from contracts.documents import Operation
from contracts.examples.answers import Answer, Reading, parsed
from contracts.examples.page import PAGE, Example, Section
from fixtures.builders import marked
from fixtures.clients import Redactor
from fixtures.target import Target
from reports.evidence import Failure, Result, Status

_DOCUMENTED = Path(__file__).resolve().parents[2] / "fixtures" / "target" / "local.toml"
_SECONDS = 30.0
_METHOD = re.compile(r"-X ([A-Z]+)")
_URL = re.compile(r"http://127\.0\.0\.1:(\d+)(/[^\s\"?]*)?")
_ANY_URL = re.compile(r"https?://[^\s\"']+")
_NAMED = re.compile(r"\$([A-Z][A-Z_]*)")


@dataclass(frozen=True, slots=True)
class Examples:
    """One section at one of its ports."""

    section: Section
    port: int

    @property
    def node(self) -> str:
        """As pytest and the evidence name it."""
        return f"examples-{self.section.service}-{self.port}"


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs examples on a target as a client would: curl, in a shell."""

    target: Target
    operations: tuple[Operation, ...]
    redactor: Redactor
    suite: str
    page: Path = PAGE

    def judge(self, examples: Examples, replay: str) -> Result:
        """Every line of the section, in its order; each that differs is a failure."""
        section = examples.section
        if not can_run():
            return Result(self.suite, examples.node, "bash and curl are needed to run the examples", Status.SKIPPED)
        reading = Reading(self._given())
        failures: list[Failure] = []
        with TemporaryDirectory(prefix="plumbline-") as home:
            self._own_address(Path(home))
            for example in section.examples:
                found = self._run(example, examples, reading, home)
                failures += [self._failure(example, found, replay)] if found else []
        asked = {self._operation(example) for example in section.examples if example.expected} - {""}
        return Result(
            suite=self.suite,
            id=examples.node,
            title=f"The examples of {section.service} at port {examples.port} are answered as documented",
            status=Status.FAILED if failures else Status.PASSED,
            service=section.service,
            operations=tuple(sorted(asked)),
            failures=tuple(failures),
            details={"cases": len(section.examples)},
        )

    def _given(self) -> dict[str, str]:
        """What the page tells to start with."""
        identities = self.target.identities.values()
        given = {"JSON": "Content-Type: application/json", "NAME": marked("grace"), "PASSWORD": "a nanosecond of wire"}
        for identity in identities:
            if "admin" in identity.roles:
                given |= {"ADMIN": identity.username, "ADMIN_PASSWORD": identity.password}
            elif len(identity.api_keys) > 1:
                # The second half is used up by scenarios about limits, the first key by the fuzzing.
                given["API_KEY"] = choice(identity.api_keys[1 : (len(identity.api_keys) + 1) // 2])
        return given

    def _own_address(self, home: Path) -> None:
        """Limits for each client address are met by nobody else's calls: on a local stack curl speaks from its own."""
        if self.target.kind == "local" and os.uname().sysname == "Linux":
            (home / ".curlrc").write_text(
                f"interface = 127.{1 + randbelow(250)}.{randbelow(250)}.{2 + randbelow(250)}\n"
            )

    def _run(self, example: Example, examples: Examples, reading: Reading, home: str) -> list[str]:
        missing = sorted(set(_NAMED.findall(example.command)) - set(reading.known))
        if missing:
            return [f"{', '.join(missing)}: not known, since an earlier line was not answered as documented"]
        command = self._addressed(example.command, examples)
        environ = {"PATH": os.environ.get("PATH", os.defpath), "CURL_HOME": home, **reading.known}
        try:
            done = subprocess.run(
                ["bash", "-c", command], env=environ, capture_output=True, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return [f"it did not end within {_SECONDS:.0f} s"]
        printed = done.stdout.decode("utf-8", "replace")
        if not any(example.expected):
            return [] if done.returncode == 0 else [f"exit {done.returncode}: {done.stderr.decode('utf-8', 'replace')}"]
        answer = parsed(printed)
        if answer is None:
            return ["no answer"]
        self._write_down(example, command, reading, answer)
        return reading.differences(example.expected, answer)

    def _write_down(self, example: Example, command: str, reading: Reading, answer: Answer) -> None:
        """What curl made is told to the ledger of the run, as what the drivers make is."""
        operation_id, url = self._operation(example), _ANY_URL.search(command)
        if operation_id and url:
            write_down_curl(
                self.target,
                operation_id,
                command=command,
                url=url[0],
                known=reading.known,
                status=answer.status,
                answer=answer.body,
            )

    def _addressed(self, command: str, examples: Examples) -> str:
        """The command at this target: what stands for the documented ports is where its services are."""
        where = {
            port: self.target.services[name].base_url
            for name, port in documented().items()
            if name in self.target.services
        }
        first = examples.section.ports[0]

        def address(match: re.Match[str]) -> str:
            port = int(match[1])
            return where.get(examples.port if port == first else port, f"http://127.0.0.1:{port}") + (match[2] or "")

        return _URL.sub(address, command)

    def _operation(self, example: Example) -> str:
        method, url = _METHOD.search(example.command), _URL.search(example.command)
        names = {port: name for name, port in documented().items()}
        service = names.get(int(url[1])) if url else None
        for operation in self.operations:
            pattern = re.sub(r"\{[^}]+\}", "[^/]+", operation.path)
            mine = operation.service == service and operation.method.upper() == (method[1] if method else "GET")
            if url and mine and re.fullmatch(pattern, url[2] or "/"):
                return operation.operation_id
        return ""

    def _failure(self, example: Example, found: list[str], replay: str) -> Failure:
        documented = "\n".join(line for line in example.expected if line) or "a command that ends well"
        return Failure(
            title="ExampleUntrue",
            operation_id=self._operation(example),
            expected=f"{self.page.name}:{example.line}: {documented}",
            observed=self.redactor.text("; ".join(found))[:2000],
            replay=replay,
            curl=example.command,
        )


def examples_of(target: Target, chosen: tuple[str, ...], found: tuple[Section, ...]) -> tuple[Examples, ...]:
    """The sections of the chosen services that the target has, at each of their ports."""
    names = {port: name for name, port in documented().items()}
    return tuple(
        Examples(section, port)
        for section in found
        for port in section.ports
        if names.get(port) in chosen and names.get(port) in target.services
    )


def documented() -> Mapping[str, int]:
    """The documented port of each service."""
    services = tomllib.loads(_DOCUMENTED.read_text(encoding="utf-8"))["services"]
    return {name: int(str(table["base_url"]).rpartition(":")[2]) for name, table in services.items()}


def can_run() -> bool:
    """Whether this machine has what the examples are made of."""
    return all(shutil.which(tool) for tool in ("bash", "curl"))
