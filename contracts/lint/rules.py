"""The rules for one operation; each is a function from an operation to what to do about it, named by the rule."""

from collections.abc import Callable, Iterator

from contracts.lint.authorization import exceptions_told, owner_told
from contracts.lint.claims import claim_exceptions_told
from contracts.lint.reading import Entry

Rule = Callable[[Entry], Iterator[str]]
NO_CONTENT = ("204", "304")
RATE_LIMIT = ("retry-after", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
PROMISED = {"401": ("www-authenticate",), "429": RATE_LIMIT, "503": ("retry-after",), "302": ("location",)}


def operation_id(entry: Entry) -> Iterator[str]:
    """The operationId is the join key of every suite."""
    if not isinstance(entry.raw.get("operationId"), str):
        yield "give it an operationId"


def summary(entry: Entry) -> Iterator[str]:
    """People read the document."""
    if not entry.raw.get("summary"):
        yield "say in `summary` what it is for"


def request_example(entry: Entry) -> Iterator[str]:
    """The examples phase starts from them."""
    for media, content in entry.body.get("content", {}).items():
        if "example" not in content and not content.get("examples"):
            yield f"give its {media} body an example"
    for parameter in entry.parameters:
        schema = entry.document.follow(parameter.get("schema", {}))
        if parameter.get("in") == "path" and "example" not in parameter and "example" not in schema:
            yield f"give its path parameter {parameter.get('name')} an example"


def response_example(entry: Entry) -> Iterator[str]:
    """An answer is understood by seeing one."""
    for status, response in entry.responses.items():
        for media, content in response.get("content", {}).items():
            if "example" not in content and not content.get("examples"):
                yield f"give its {status} {media} answer an example"


def success_schema(entry: Entry) -> Iterator[str]:
    """A 2xx without a schema can't be wrong."""
    successes = [status for status in entry.responses if status.startswith(("2", "3"))]
    if not successes:
        yield "say what it answers when all is well (a 2xx or 3xx)"
    for status in successes:
        content = entry.responses[status].get("content", {})
        if status.startswith("2") and status not in NO_CONTENT and not content:
            yield f"give its {status} answer a schema"
        for media, body in content.items():
            if not body.get("schema"):
                yield f"give its {status} {media} answer a schema"


def error_schema(entry: Entry) -> Iterator[str]:
    """Every refusal has the same form."""
    for status, response in entry.responses.items():
        if status[0] not in "45":
            continue
        schema = response.get("content", {}).get("application/json", {}).get("schema", {})
        if schema.get("$ref") != "#/components/schemas/Error":
            yield f"let its {status} answer refer to #/components/schemas/Error"


def closed_request(entry: Entry) -> Iterator[str]:
    """Unknown fields are refused, so the document must say so."""
    for content in entry.body.get("content", {}).values():
        schema = entry.document.follow(content.get("schema", {}))
        if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
            yield "set `additionalProperties: false` on its request body"


def security_declared(entry: Entry) -> Iterator[str]:
    """Nothing is public by oversight."""
    if entry.security is None:
        yield "declare `security`, `[]` where anyone may call it"
        return
    schemes = entry.document.root.get("components", {}).get("securitySchemes", {})
    for requirement in entry.security:
        for scheme in requirement:
            if scheme not in schemes:
                yield f"define the security scheme {scheme} under components"
    if entry.security and "401" not in entry.responses:
        yield "list 401: it asks for credentials"


def refusals_listed(entry: Entry) -> Iterator[str]:
    """What every operation with a body, and every operation at all, can answer."""
    wanted = ["400", "413", "415"] if entry.body else []
    for status in [*wanted, "503"]:
        if status not in entry.responses:
            yield f"list {status}"


def promised_headers(entry: Entry) -> Iterator[str]:
    """Headers that clients act on, required and with a schema; the request id on every answer."""
    for status in entry.responses:
        headers = entry.headers(status)
        for name in ("x-request-id", *PROMISED.get(status, ())):
            if not headers.get(name, {}).get("required"):
                yield f"promise {name} with its {status} answer (`required: true`)"
        for name, header in headers.items():
            if not header.get("schema"):
                yield f"give the header {name} of its {status} answer a schema"


RULES: tuple[Rule, ...] = (
    operation_id,
    summary,
    request_example,
    response_example,
    success_schema,
    error_schema,
    closed_request,
    security_declared,
    refusals_listed,
    promised_headers,
    exceptions_told,
    owner_told,
    claim_exceptions_told,
)
