"""What Schemathesis sends to operations that are limited by client address comes from new addresses."""

import requests

from contracts.hooks.addresses import BoundAdapter, _bound
from fixtures.clients import a_source_address


def test_sessions_made_from_now_on_have_connections_that_can_be_bound() -> None:
    assert isinstance(requests.Session().get_adapter("http://127.0.0.1/"), BoundAdapter)


def test_only_what_is_limited_by_address_is_bound() -> None:
    limited = ["http://127.0.0.1:5000/login", "http://127.0.0.1:5000/v1/register"]
    others = ["http://127.0.0.1:5000/todos", "http://127.0.0.1:5000/login/x", "https://todos.example.com/login"]
    bound = [_bound(url) for url in limited]
    assert all(bound) == bool(a_source_address())
    assert bound[0] != bound[1] or not a_source_address()
    assert [_bound(url) for url in others] == [{}] * 3
