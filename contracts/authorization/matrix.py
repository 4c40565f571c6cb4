"""Knows the whole matrix of a target: which operations it has, and how each row becomes a result."""

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache

from contracts.authorization.asking import Asker
from contracts.authorization.callers import Callers
from contracts.authorization.expecting import BY_AUTH, BY_PROOF
from contracts.authorization.making import Maker
from contracts.authorization.probing import KEPT, SKIPPED, UNJUDGED, VIOLATED, Cell, Prober
from contracts.authorization.promises import Promise, promises_of
from contracts.documents import Operation
from contracts.identities import PEERS
from fixtures.clients import Platform
from fixtures.target import Target
from reports.evidence import Failure, Result, Status

KIND = "authorization"
ABREAST = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One guarded operation, to be judged as every identity."""

    operation: Operation

    @property
    def node(self) -> str:
        """As pytest and the evidence name it."""
        return f"authorization-{self.operation.node}"


def rows_of(target: Target, operations: Iterable[Operation]) -> tuple[Row, ...]:
    """What asks for credentials; only reading where the target is only to be read."""
    return tuple(
        Row(one)
        for one in operations
        if one.guarded
        and (target.services[one.service].auth in BY_AUTH or target.services[one.service].auth == "document")
        and (
            not target.read_only or (one.is_safe and "{" not in one.path and target.services[one.service].auth != "own")
        )
    )


@dataclass
class Matrix:
    """Judges rows over one platform's connections, several cells at a time."""

    platform: Platform
    suite: str
    callers: Callers
    _makers: dict[str, Maker] = field(default_factory=dict)

    def judge(self, row: Row, replay: str) -> Result:
        """Every identity at one operation."""
        started = time.monotonic()
        maker = self._maker(row.operation.service)
        promise = maker.everything[row.operation.operation_id]
        kinds = BY_PROOF[promise.scheme.proof] if promise.scheme and maker.service.auth == "document" else ()
        cells = self._cells(Prober(maker, promise), kinds or BY_AUTH[str(maker.service.auth)])
        outcomes = {cell.outcome for cell in cells}
        status = Status.SKIPPED if outcomes <= {SKIPPED} else Status.PASSED
        status = Status.FAILED if VIOLATED in outcomes else status
        return Result(
            suite=self.suite,
            id=row.node,
            title=f"{row.operation.label} lets in whom it should, and nobody else",
            status=Status.BROKEN if UNJUDGED in outcomes else status,
            seconds=round(time.monotonic() - started, 3),
            service=row.operation.service,
            operations=(promise.operation_id,),
            failures=tuple(
                self._failure(cell, promise, replay) for cell in cells if cell.outcome in (VIOLATED, UNJUDGED)
            ),
            details={
                "kind": KIND,
                "cases": sum(cell.outcome in (KEPT, VIOLATED) for cell in cells),
                "method": promise.method,
                "path": promise.path,
                "cells": [cell.as_json() for cell in cells],
            },
        )

    def _cells(self, prober: Prober, identities: tuple[str, ...]) -> list[Cell]:
        if len([one for one in self.platform.target.identities.values() if "admin" not in one.roles]) < PEERS:
            return [
                Cell("owner", SKIPPED, "allowed", reason="the target names fewer than two identities without a role")
            ]
        owner, effect = prober.owner_may()
        if owner.outcome != KEPT:
            reason = "the owner was not let in" if owner.outcome == UNJUDGED else owner.reason
            return [owner, *(Cell(identity, SKIPPED, reason=reason) for identity in identities)]
        with ThreadPoolExecutor(ABREAST) as pool:
            return [owner, *pool.map(lambda identity: prober.judge(identity, effect), identities)]

    def _maker(self, service: str) -> Maker:
        if service not in self._makers:
            target = self.platform.target
            found = target.services[service]
            asker = Asker(self.platform.transport, found.base_url, target.deadlines.get("request", 10.0))
            self._makers[service] = Maker(
                self.platform, found, _promises(found.contract, found.owned), self.callers, asker
            )
        return self._makers[service]

    def _failure(self, cell: Cell, promise: Promise, replay: str) -> Failure:
        redactor = self.platform.redactor
        response = cell.asked.response if cell.asked is not None else None
        answered = f"{response.status}\n\n{response.text[:2000]}" if response is not None else ""
        because = f" ({cell.why})" if cell.why else ""
        return Failure(
            title=cell.finding or "NotJudged",
            operation_id=promise.operation_id,
            expected=f"as {cell.identity}: {cell.expected}{because}",
            observed=redactor.text(cell.reason or cell.observed),
            replay=replay,
            curl=cell.asked.curl(redactor) if cell.asked is not None else "",
            response=redactor.text(answered),
        )


_promises = cache(promises_of)
