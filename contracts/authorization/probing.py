"""Knows how one cell of the matrix is judged: two controls, the probe, and whether the thing is still what it was."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from contracts.authorization.asking import Asked, Thing
from contracts.authorization.callers import Caller, UnavailableError
from contracts.authorization.expecting import Expected, derived, expected, let_in
from contracts.authorization.making import Maker, NotMadeError, varied
from contracts.authorization.promises import Promise
from fixtures.errors import PlumblineError

KEPT, VIOLATED, SKIPPED, UNJUDGED = "kept", "violated", "skipped", "unjudged"


@dataclass(frozen=True, slots=True)
class Cell:
    """What became of one identity at one operation; `reason` says why it was skipped or not judged."""

    identity: str
    outcome: str
    expected: str = ""
    observed: str = ""
    reason: str = ""
    why: str = ""
    finding: str = ""
    asked: Asked | None = None

    def as_json(self) -> dict[str, str]:
        """As reports read it."""
        told = {"identity": self.identity, "outcome": self.outcome, "expected": self.expected}
        rest = {"observed": self.observed, "reason": self.reason, "why": self.why, "finding": self.finding}
        return told | {name: value for name, value in rest.items() if value}


@dataclass(frozen=True, slots=True)
class Effect:
    """What the owner's own request does to the thing: fields as they are afterwards; `gone` says it can't be read."""

    fields: Mapping[str, Any]
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Prober:
    """Probes one operation."""

    maker: Maker
    promise: Promise

    def owner_may(self) -> tuple[Cell, Effect]:
        """The owner's own request on a thing of its own: proves that the form of the request is accepted."""
        promise = self.promise
        try:
            owner = self.maker.callers.owner(self.maker.service, promise)
            if promise.spends_its_session:
                owner = self.maker.callers.renewed(self.maker.service, promise)
            thing, body = self.maker.make(promise, owner), self._body(owner)
            before = self._read(thing, owner)
            asked = self._ask(thing, owner, body)
            after = self._read(thing, owner)
        except UnavailableError as error:
            return Cell("owner", SKIPPED, "allowed", reason=str(error)), Effect({})
        except (NotMadeError, PlumblineError) as error:
            return Cell("owner", UNJUDGED, "allowed", reason=str(error)), Effect({})
        if not let_in(asked.status, promise):
            reason = f"the owner was answered {asked.status}: dead object, wrong example, or an identity that is none"
            return Cell("owner", UNJUDGED, "allowed", str(asked.status), reason, asked=asked), Effect({})
        return Cell("owner", KEPT, "allowed", str(asked.status)), _effect(before, after)

    def judge(self, identity: str, effect: Effect) -> Cell:
        """One identity, on a thing made for it."""
        promised = expected(self.promise, identity, self.maker.everything)
        if promised is None:
            return Cell(identity, SKIPPED, reason="the document says nothing of it")
        try:
            return self._judge(identity, promised, effect)
        except UnavailableError as error:
            return Cell(identity, SKIPPED, promised.told, reason=str(error))
        except (NotMadeError, PlumblineError) as error:
            return Cell(identity, UNJUDGED, promised.told, reason=str(error))

    def _judge(self, identity: str, promised: Expected, effect: Effect) -> Cell:
        caller = self.maker.callers.get(identity, self.maker.service, self.promise)
        owner = self.maker.callers.owner(self.maker.service, self.promise)
        thing, body = self.maker.make(self.promise, owner), self._body(owner)
        if identity != "nobody":
            nobody = self._ask(thing, None, body)
            if let_in(nobody.status, self.promise):
                return Cell(identity, SKIPPED, promised.told, reason="open to anybody: see `nobody`")
        before = self._read(thing, owner)
        if before is not None and not 200 <= before.status < 300:
            return Cell(identity, UNJUDGED, promised.told, reason=f"a dead object: its owner reads {before.status}")
        if promised.apart:
            return self._judge_list(identity, promised, caller, owner)
        asked = self._ask(thing, caller, body)
        found = self._found(identity, promised, asked)
        if found.outcome != KEPT or promised.allowed or self.promise.is_safe:
            return found
        after = self._read(thing, owner)
        how = damage(before.body, after, effect, body) if before is not None and after is not None else ""
        return self._changed(found, how) if how else found

    def _judge_list(self, identity: str, promised: Expected, caller: Caller | None, owner: Caller) -> Cell:
        """A thing is made, which the owner's list has and nobody else's."""
        item = self.maker.item_of(self.promise)
        if item is None:
            return Cell(identity, SKIPPED, promised.told, reason="the document doesn't say what is listed there")
        thing = self.maker.make(item, owner)
        name, value = next(iter(thing.values.items()))
        if not _holds(self._ask(Thing(), owner, None).body, name, value):
            return Cell(identity, SKIPPED, promised.told, reason="not on the first page of its owner's list")
        asked = self._ask(Thing(), caller, None)
        found = self._found(identity, promised, asked)
        if found.outcome == KEPT and _holds(asked.body, name, value):
            told = f"{asked.status} with what the owner has made ({name} {value})"
            return Cell(
                identity, VIOLATED, promised.told, told, why=promised.why, finding="ListedToOthers", asked=asked
            )
        return found

    def _found(self, identity: str, promised: Expected, asked: Asked) -> Cell:
        if asked.status in (429, 503):
            return Cell(identity, UNJUDGED, promised.told, str(asked.status), f"answered {asked.status}")
        met = promised.met(asked.status, self.promise)
        plain = derived(self.promise, identity, self.maker.everything)
        finding = ""
        if not met:
            stale = promised.why.startswith("exception") and plain is not None and plain.met(asked.status, self.promise)
            inside = let_in(asked.status, self.promise)
            finding = "StaleException" if stale else _finding(identity, promised, inside)
        told = (promised.told, str(asked.status))
        return Cell(identity, KEPT if met else VIOLATED, *told, why=promised.why, finding=finding, asked=asked)

    def _changed(self, found: Cell, how: str) -> Cell:
        kept, seen = f"{found.expected}, and nothing changed", f"{found.observed}, yet {how}"
        return replace(found, outcome=VIOLATED, expected=kept, observed=seen, finding="ChangedThoughRefused")

    def _ask(self, thing: Thing, caller: Caller | None, body: Any) -> Asked:
        return self.maker.asker.ask(self.promise, thing, self.maker.callers.headers(self.promise, caller), body)

    def _read(self, thing: Thing, owner: Caller) -> Asked | None:
        reader = self.maker.reader(self.promise)
        if reader is None or not reader.slots:
            return None
        headers = self.maker.callers.headers(reader, owner if reader.guarded else None)
        return self.maker.asker.ask(reader, thing, headers)

    def _body(self, owner: Caller) -> Any:
        body = self.maker.body(self.promise, owner)
        return varied(body, self.promise.schema) if self.promise.method in ("PUT", "PATCH") else body


def damage(before: Any, after: Asked, effect: Effect, sent: Any) -> str:
    """What the refused request has done, told; empty where it did nothing. What things do by themselves (an order is
    confirmed) is no damage: only what the owner's own request would have done."""
    if not 200 <= after.status < 300:
        return f"its owner now reads {after.status}"
    now, was = after.body, before
    if not isinstance(now, dict) or not isinstance(was, dict):
        return "" if now == was else "it has changed"
    # Where fields were sent, these count: what else the owner's request was seen to change (an order was confirmed in
    # the same moment) may happen by itself here, too.
    marks = sent if isinstance(sent, dict) and sent else effect.fields
    changed = [name for name, value in marks.items() if name in now and was.get(name) != value == now[name]]
    return f"{', '.join(sorted(changed))} was changed" if changed else ""


def _effect(before: Asked | None, after: Asked | None) -> Effect:
    if before is None or after is None or not isinstance(before.body, dict):
        return Effect({})
    if not 200 <= after.status < 300 or not isinstance(after.body, dict):
        return Effect({}, gone=True)
    return Effect({name: value for name, value in after.body.items() if before.body.get(name) != value})


def _finding(identity: str, promised: Expected, inside: bool) -> str:
    if promised.allowed or promised.apart:
        return "RefusedThoughAllowed"
    if not inside:
        return "RefusedOtherwise"
    return {
        "nobody": "OpenToAnybody",
        "other": "OpenToOthers",
        "admin": "OpenToAdmins",
    }.get(identity, f"{''.join(part.capitalize() for part in identity.split('-'))}Accepted")


def _holds(value: Any, name: str, wanted: str) -> bool:
    """Whether a list has the thing of that name, however deep."""
    if isinstance(value, dict):
        own = any(str(value.get(key)) == wanted for key in (name, "id"))
        return own or any(_holds(inner, name, wanted) for inner in value.values())
    return isinstance(value, list) and any(_holds(inner, name, wanted) for inner in value)
