"""Knows which operations ask for a role, and has them fuzzed by somebody who holds it from the first case on.

Left alone, Schemathesis tries the identities one after the other until one is let in. Cases that were drawn before
that are all refused at the door, and a refusal is what most of them ask for: everything would look right.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from schemathesis.schemas import BaseSchema
from schemathesis.wfc.escalation import escalating_provider

from contracts.documents import METHODS
from contracts.hooks.setting import Setting


def assign(setting: Setting, schema: BaseSchema) -> None:
    """Starts each operation that names a role in its security requirement (OpenAPI 3.1, 4.8.30) with an identity that
    has the role."""
    provider = escalating_provider(schema)
    if provider is None:
        return
    fitting = {role: one.name for one in setting.target.identities.values() for role in one.roles}
    wanted = {label: fitting[role] for label, role in _roles(schema.raw_schema) if role in fitting}
    provider.restore({label: name for label, name in wanted.items() if name in provider.names})


def _roles(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for template, item in document.get("paths", {}).items():
        for method in METHODS:
            operation = item.get(method) if isinstance(item, dict) else None
            if isinstance(operation, dict):
                for requirement in operation.get("security", document.get("security", [])):
                    for roles in requirement.values():
                        yield from ((f"{method.upper()} {template}", role) for role in roles)
