"""Knows how a result is said on a terminal."""

from reports.evidence import Failure, Result, Status


def said(result: Result) -> str:
    """Every finding with what was promised, what was observed, and how to see it again."""
    head = "could not be judged" if result.status is Status.BROKEN else "broke its promise"
    return "\n\n".join([f"{result.title}: {head}", *(_told(failure) for failure in result.failures)])


def _told(failure: Failure) -> str:
    lines = [
        f"{failure.title} {failure.operation_id}".rstrip(),
        f"  promised: {failure.expected}",
        f"  observed: {_indented(failure.observed)}",
    ]
    if failure.curl:
        lines.append(f"  sent:     {_indented(failure.curl)}")
    if failure.response:
        lines.append(f"  answered: {_indented(failure.response)}")
    lines += [f"  log:      {line}" for line in failure.logs]
    return "\n".join([*lines, f"  again:    {failure.replay}"])


def _indented(text: str) -> str:
    return text.strip().replace("\n", "\n            ")
