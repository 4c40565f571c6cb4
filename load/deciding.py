"""How the time from an order to its outcome is told: as an entry of its own among Locust's figures, no request."""

from locust.env import Environment

from load.vocabulary import ORDER_DECIDED


class UndecidedError(Exception):
    """An accepted order that had no outcome in time, or the wrong one."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def tell_decided(environment: Environment, seconds: float, wrong: str = "") -> None:
    """An order waited so long for its outcome; `wrong` is what was wrong with it, empty where nothing was."""
    environment.events.request.fire(
        request_type="E2E",
        name=ORDER_DECIDED,
        response_time=seconds * 1000,
        response_length=0,
        response=None,
        context={},
        exception=UndecidedError(wrong) if wrong else None,
    )
