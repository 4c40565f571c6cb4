"""What a right answer is, by operation: a wrong one is a failure however fast it came."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fixtures.clients import Request, Response

SHORT_CODE = re.compile(r"[0-9A-Za-z]{7}")
ORDER_STATUSES = ("Pending", "Confirmed")  # the stock given to a run is ample: a rejected order is a wrong answer


@dataclass(slots=True)
class Known:
    """What one user knows and so can hold answers against: URL by short code, product and order by id."""

    links: dict[str, str] = field(default_factory=dict)
    products: dict[str, dict[str, Any]] = field(default_factory=dict)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)


class WrongAnswerError(Exception):
    """An answer that isn't what was asked for. `kind` is one of few: Locust counts failures by it."""

    def __init__(self, kind: str, expected: str, observed: str, request: Request, response: Response) -> None:
        super().__init__(kind)
        self.kind = kind
        self.expected = expected
        self.observed = observed
        self.request = request
        self.response = response


@dataclass(frozen=True, slots=True)
class _Wrong:
    kind: str
    expected: str
    observed: str


Claim = Callable[[Known, Request, Response], _Wrong | None]


def wrong_answer(known: Known, request: Request, response: Response) -> WrongAnswerError | None:
    """None for a right answer. Pure: holds status, headers and body against the request and what is known."""
    wrong = _CLAIMS.get(request.operation_id, _is_good)(known, request, response)
    return None if wrong is None else WrongAnswerError(wrong.kind, wrong.expected, wrong.observed, request, response)


def _is_good(_: Known, __: Request, response: Response) -> _Wrong | None:
    return None if response.status < 400 else _Wrong(f"status {response.status}", "below 400", str(response.status))


def status_of(response: Response) -> str:
    """The kind of failure that an unwanted status is."""
    without = " without Retry-After" * (response.status == 503 and "retry-after" not in response.headers)
    return f"status {response.status}{without}"


def _status(response: Response, wanted: int) -> _Wrong | None:
    if response.status == wanted:
        return None
    return _Wrong(status_of(response), f"status {wanted}", status_of(response))


def _follow_link(known: Known, request: Request, response: Response) -> _Wrong | None:
    url, location = known.links[_last(request)], response.headers.get("location", "")
    if wrong := _status(response, 302):
        return wrong
    return None if location == url else _Wrong("wrong Location", url, location or "no Location")


def _shorten(known: Known, _: Request, response: Response) -> _Wrong | None:
    if wrong := _status(response, 201):
        return wrong
    body = _object(response)
    code, short_url = str(body.get("short_code")), str(body.get("short_url"))
    if not SHORT_CODE.fullmatch(code):
        return _Wrong("wrong body", "a short_code of 7 base-62 characters", code)
    if not short_url.endswith(f"/{code}"):
        return _Wrong("wrong body", f"a short_url that ends with /{code}", short_url)
    return _Wrong("code given twice", "a new short_code", code) if code in known.links else None


def _get_link(known: Known, request: Request, response: Response) -> _Wrong | None:
    code = _last(request)
    return _status(response, 200) or _holds(response, {"short_code": code, "original_url": known.links[code]})


def _login(_: Known, __: Request, response: Response) -> _Wrong | None:
    if wrong := _status(response, 200):
        return wrong
    body = _object(response)
    return None if body.get("access_token") else _Wrong("wrong body", "an access_token", f"keys {sorted(body)}")


def _list_products(known: Known, request: Request, response: Response) -> _Wrong | None:
    if wrong := _status(response, 200):
        return wrong
    items, limit = _object(response).get("items"), int(request.params["limit"])
    if not isinstance(items, list) or not 0 < len(items) <= limit:
        return _Wrong("wrong body", f"1 to {limit} items", response.text[:200])
    for item in items:
        wanted = known.products.get(str(item.get("product_id")))
        if wanted and (wrong := _same(item, wanted)):
            return wrong
    return None


def _get_product(known: Known, request: Request, response: Response) -> _Wrong | None:
    return _status(response, 200) or _holds(response, known.products[_last(request)])


def _create_order(known: Known, request: Request, response: Response) -> _Wrong | None:
    if wrong := _status(response, 201) or _holds(response, {**request.json, "status": "Pending"}):
        return wrong
    order_id = _object(response).get("order_id")
    return None if order_id and order_id not in known.orders else _Wrong("wrong body", "a new order_id", str(order_id))


def _get_order(known: Known, request: Request, response: Response) -> _Wrong | None:
    if wrong := _status(response, 200) or _holds(response, known.orders[_last(request)]):
        return wrong
    status = _object(response).get("status")
    if status in ORDER_STATUSES:
        return None
    return _Wrong(f"order {status}", " or ".join(ORDER_STATUSES), str(status))


def _last(request: Request) -> str:
    return request.url.rpartition("/")[2]


def _object(response: Response) -> dict[str, Any]:
    body = response.json()
    return body if isinstance(body, dict) else {}


def _holds(response: Response, wanted: Mapping[str, Any]) -> _Wrong | None:
    return _same(_object(response), wanted)


def _same(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> _Wrong | None:
    for name, value in wanted.items():
        if found.get(name) != value:
            return _Wrong("wrong body", f"{name} {value!r}", f"{name} {found.get(name)!r}")
    return None


_CLAIMS: Mapping[str, Claim] = {
    "followLink": _follow_link,
    "shorten": _shorten,
    "getLink": _get_link,
    "login": _login,
    "listProducts": _list_products,
    "getProduct": _get_product,
    "createOrder": _create_order,
    "getOrder": _get_order,
}
