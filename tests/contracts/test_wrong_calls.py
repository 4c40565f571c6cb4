"""Every wrong call is one line and exit code 2, before anything is fuzzed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contracts.__main__ import main
from contracts.documents import read_document
from contracts.messages.__main__ import main as messages
from contracts.suite import open_suite
from fixtures.errors import CallError
from tests.contracts.conftest import ROOT, SECRETS, SPEC

LOCAL = ROOT / "fixtures" / "target" / "local.toml"


@pytest.fixture
def environment(target_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Sets the variables of a call; without any, the call is right."""
    open_suite.cache_clear()

    def given(contract: Path = SPEC, **variables: str) -> None:
        right = {"TARGET": str(target_file(contract=contract)), "SERVICE": "notes", **SECRETS}
        for name, value in {**right, **variables}.items():
            monkeypatch.setenv(name, value)

    yield given
    open_suite.cache_clear()


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"EFFORT": "fast"}, "EFFORT=fast: allowed: quick, ci, deep."),
        ({"SERVICE": "nots"}, "has no nots; it has auth, notes. Did you mean 'notes'? Give one of these."),
        ({"SEED": "-1"}, "SEED=-1: must be a whole number"),
        ({"TARGET": "nowhere.toml"}, "nowhere.toml: no such target file"),
        ({"NOTES_ADA": ""}, "NOTES_ADA"),
    ],
)
def test_a_wrong_variable(
    variables: dict[str, str], message: str, environment: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    environment(**variables)
    assert main([]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert len(said.splitlines()) == 1


@pytest.fixture
def never_to_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """TARGET is a local one whose stack can't be started: who tries, hears of `stack.home`."""
    open_suite.cache_clear()
    path = tmp_path / "local.toml"
    path.write_text(LOCAL.read_text().replace('home = ".stack/0"', f'home = "{tmp_path}"'))
    monkeypatch.setenv("TARGET", str(path))


@pytest.mark.usefixtures("never_to_stand")
@pytest.mark.parametrize("suite", [lambda: main([]), messages], ids=["contracts", "messages"])
def test_a_service_that_is_not_there_is_told_before_a_stack_is_started(
    suite: Callable[..., int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERVICE", "orders,ordres")
    assert suite() == 2
    said = capsys.readouterr().err
    assert "SERVICE=orders,ordres: " in said
    assert "Did you mean 'orders'? Give one of these." in said
    assert len(said.splitlines()) == 1


@pytest.mark.usefixtures("never_to_stand")
@pytest.mark.parametrize("suite", [lambda: main([]), messages], ids=["contracts", "messages"])
def test_a_service_that_is_there_gets_its_stack(
    suite: Callable[..., int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERVICE", "orders")
    assert suite() == 2
    assert "stack.home: found" in capsys.readouterr().err


def test_a_torn_document(environment: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torn = tmp_path / "torn.yaml"
    torn.write_text("openapi: 3.1.0\npaths: {\n")
    environment(contract=torn)
    assert main([]) == 2
    said = capsys.readouterr().err
    assert f"{torn}: not YAML at line 3" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [(None, "No such file"), ("[1, 2]", "no `paths`"), ("openapi: 3.1.0", "no `paths`"), ("\t", "not YAML")],
)
def test_a_file_that_is_no_document(text: str | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(CallError, match=message):
        read_document(path)


DOCUMENT = """
openapi: 3.1.0
paths:
  /a~b/{id}:
    get:
      responses:
        200: {content: {application/json: {schema: {items: {$ref: "%s"}}}}}
components:
  schemas:
    Thing: {$anchor: here, allOf: [{type: object}], default: {$ref: "#/is/data"}}
    Own: {$id: "x:y", $ref: "#/$defs/mine"}
    Tree: {properties: {next: {$ref: "#/components/schemas/Tree"}}, items: {not: {$ref: "#/components/schemas/Tree"}}}
"""
CIRCLES = {
    "Self": '{$ref: "#/components/schemas/Self"}',
    "There": '{$ref: "#/components/schemas/Back"}\n    Back: {$ref: "#/components/schemas/There"}',
    "Part": '{anyOf: [{type: string}, {not: {$ref: "#/components/schemas/Part"}}]}',
}


@pytest.mark.parametrize(
    "reference", ["#/components/schemas/Gone", "#/components/schemas/Thing/allOf/1", "#/paths/~1a"]
)
def test_a_reference_that_leads_nowhere_is_refused_with_its_place(
    reference: str, environment: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "some.yaml"
    path.write_text(DOCUMENT % reference)
    environment(contract=path)
    assert main([]) == 2
    place = "/paths//a~b/{id}/get/responses/200/content/application/json/schema/items"
    assert capsys.readouterr().err == (
        f"contracts: {path}: {place}: the reference {reference} leads nowhere. Correct the document.\n"
    )


@pytest.mark.parametrize(
    ("given", "instead", "place"),
    [
        ("200: {content", "default: {content", "/get/responses/default/content"),
        ("{items: ", "{properties: {enum: {items: ", "/properties/enum/items"),
    ],
)
def test_what_somebody_named_like_data_is_no_data(given: str, instead: str, place: str, tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    text = (DOCUMENT % "#/gone").replace(given, instead)
    path.write_text(text.replace('"#/gone"}', '"#/gone"}' + "}" * (instead.count("{") - given.count("{"))))
    with pytest.raises(CallError, match=rf"{place}.*: the reference #/gone leads nowhere"):
        read_document(path)


@pytest.mark.parametrize("reference", ["other.yaml#/Thing", "https://example.com/other.yaml", "urn:other#/Thing"])
def test_a_reference_out_of_the_document_is_refused(reference: str, tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    path.write_text(DOCUMENT % reference)
    with pytest.raises(CallError, match=rf"/items: the reference {reference} leads out of the document.* Bundle"):
        read_document(path)


@pytest.mark.parametrize(("name", "schema"), CIRCLES.items())
def test_references_that_lead_round_in_a_circle_are_refused(name: str, schema: str, tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    path.write_text(f"{DOCUMENT % f'#/components/schemas/{name}'}    {name}: {schema}\n")
    with pytest.raises(CallError, match=rf"/components/schemas/{name}.*leads round in a circle. Correct"):
        read_document(path)


@pytest.mark.parametrize(
    "reference",
    [
        "#/components/schemas/Thing",
        "#/components/schemas/Thing/allOf/0",
        "#/paths/~1a~0b~1%7Bid%7D/get/responses/200",
        "#here",
        "x:y#/$defs/mine",
        "#/components/schemas/Tree",
    ],
)
def test_a_reference_that_leads_somewhere_is_followed(reference: str, tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    path.write_text(DOCUMENT % reference)
    assert read_document(path)["openapi"] == "3.1.0"
