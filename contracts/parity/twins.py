"""Knows which services of a target are builds of one another: those that share an OpenAPI document."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import combinations

from contracts.documents import Operation
from fixtures.target import Service, Target


@dataclass(frozen=True, slots=True)
class Twins:
    """One operation of two builds of a service, to be compared."""

    operation: Operation
    first: Service
    second: Service

    @property
    def node(self) -> str:
        """As pytest and the evidence name it; no part of it is the node of either build's own operation."""
        return f"parity-{self.operation.operation_id}-{self.second.name}"


def twins_of(target: Target, operations: Collection[Operation], chosen: Collection[str]) -> tuple[Twins, ...]:
    """Each operation that two services of the target promise by the same document, where one of them is chosen."""
    pairs = [
        (first, second)
        for first, second in combinations(target.services.values(), 2)
        if first.contract == second.contract and first.auth != "document" and {first.name, second.name} & set(chosen)
    ]
    return tuple(
        Twins(operation, first, second)
        for first, second in pairs
        for operation in operations
        if operation.service == first.name
    )
