"""What every API is held to, whatever its document says: each claim is a check that Schemathesis runs by its name.

`docs/checks.md` says what each sends, what it can't see, and where it comes from. An operation that is an exception
says so in its document: `x-claim-exceptions: {<claim>: <reason>}`.
"""

from contracts.claims import (  # noqa: F401  (each registers its own)
    caching,
    internals,
    log_in,
    origins,
    privileges,
    safety,
    secrets,
    tokens,
)
