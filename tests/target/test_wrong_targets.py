"""Every way to get a target wrong has one clear line: file, key, what was found, what to do."""

import socket
from pathlib import Path

import pytest

from fixtures.errors import CallError, TargetError, UnreachableError
from fixtures.target import load, require_reachable, require_service, standing
from fixtures.target.checks import BY_DEFAULT

GOOD = """
name = "here"
kind = "deployed"

[services.users]
base_url = "http://127.0.0.1:5002"
contract = "contracts/specs/users.openapi.yaml"
auth = "none"

[aws]
region = "eu-central-1"

[identities.ada]
username = "ada"
email = "ada@example.com"
password_env = "ADA_PASSWORD"
api_keys_env = "ADA_KEYS"
create = true

[limits]
requests_per_second = 20

[deadlines]
eventually = 30.0
"""
ENVIRON = {"ADA_PASSWORD": "correct horse", "ADA_KEYS": "key-one, key-two,"}


def written(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_good_file_becomes_a_target(tmp_path: Path) -> None:
    target = load(written(tmp_path, GOOD), ENVIRON)
    assert (target.name, target.kind, target.control_url) == ("here", "deployed", "")
    assert target.services["users"].base_url == "http://127.0.0.1:5002"
    assert target.identities["ada"].api_keys == ("key-one", "key-two")
    assert target.identities["ada"].password == "correct horse"
    assert target.limits["requests_per_second"] == 20
    assert (target.deadlines["eventually"], target.deadlines["request"]) == (30.0, 10.0)


def test_a_guest_may_be_told_where_to_go_and_to_touch_nothing(tmp_path: Path) -> None:
    limits = '[limits]\nhosts = ["127.0.0.1", "Other.Example"]\nread_only = true\n'
    target = load(written(tmp_path, GOOD.replace("[limits]\n", limits)), ENVIRON)
    assert (target.hosts, target.read_only) == (("127.0.0.1", "other.example"), True)


def test_without_being_told_anything_goes(tmp_path: Path) -> None:
    target = load(written(tmp_path, GOOD), ENVIRON)
    assert (target.hosts, target.read_only) == ((), False)


def test_a_target_shows_no_secret(tmp_path: Path) -> None:
    shown = repr(load(written(tmp_path, GOOD), ENVIRON))
    assert "correct horse" not in shown
    assert "key-one" not in shown


BREACHES = {
    "bad TOML": ("kind =", "kind", "not valid TOML"),
    "unknown key": ('base_url = "', 'base_ulr = "', "services.users.base_ulr: unknown key; allowed: auth, base_url"),
    "its nearest match": ('base_url = "', 'base_ulr = "', "Did you mean 'base_url'?"),
    "unknown table": ("[limits]", "[limit]", "limit: unknown key"),
    "wrong type": ("create = true", 'create = "yes"', "identities.ada.create: found 'yes', must be true or false"),
    "a number for a text": ('name = "here"', "name = 7", "name: found 7, must be a string"),
    "a text for a number": ("eventually = 30.0", 'eventually = "soon"', "deadlines.eventually: found 'soon'"),
    "a table that isn't": ("[aws]\n", "aws = 7\n[limits_]\n", "limits_: unknown key"),
    "no hosts at all": ("[limits]\n", "[limits]\nhosts = []\n", "limits.hosts: found [], which allows nothing"),
    "one host for a list": (
        "[limits]\n",
        '[limits]\nhosts = "a.example"\n',
        "limits.hosts: found 'a.example', must be a list",
    ),
    "a URL for a host": (
        "[limits]\n",
        '[limits]\nhosts = ["http://a/"]\n',
        "found 'http://a/', must be a host name without",
    ),
    "a service elsewhere": (
        "[limits]\n",
        '[limits]\nhosts = ["a.example"]\n',
        "services.users.base_url: 127.0.0.1 is not in limits.hosts (a.example). Add it there, or correct the address.",
    ),
    "a number for a flag": (
        "[limits]\n",
        "[limits]\nread_only = 1\n",
        "limits.read_only: found 1, must be true or false",
    ),
    "wrong kind": ('kind = "deployed"', 'kind = "remote"', "kind: found 'remote'; allowed: local, deployed"),
    "wrong auth": ('auth = "none"', 'auth = "api_key"', "services.users.auth: found 'api_key'; allowed: none, bearer"),
    "relative URL": ("http://127.0.0.1:5002", "127.0.0.1:5002", "services.users.base_url: found '127.0.0.1:5002'"),
    "a port that isn't": ("127.0.0.1:5002", "127.0.0.1:port", "must be an absolute http(s) URL"),
    "missing key": ('region = "eu-central-1"', "", "aws.region: missing"),
    "wrong contract path": ("users.openapi.yaml", "user.openapi.yaml", "services.users.contract: no such file"),
    "no services": (GOOD[GOOD.index("[services") : GOOD.index("[aws]")], "", "services: missing"),
    "unset secret": ("ADA_PASSWORD", "BEN_PASSWORD", "environment variable BEN_PASSWORD is not set"),
    "a stack far away": ("[limits]", '[stack]\nhome = ".stack/0"\n[limits]', "stack: only a target of kind"),
    "a bad stack table": ("[limits]", "[stack]\nhme = 7\n[limits]", "stack.hme: unknown key"),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_one_line_that_names_the_file(tmp_path: Path, breach: str) -> None:
    old, new, said = BREACHES[breach]
    assert old in GOOD
    with pytest.raises(TargetError) as caught:
        load(written(tmp_path, GOOD.replace(old, new, 1)), ENVIRON)
    message = str(caught.value)
    assert said in message
    assert "mine.toml" in message
    assert "\n" not in message
    assert caught.value.exit_code == 2


def test_an_empty_secret_is_an_unset_secret(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="ADA_PASSWORD is not set"):
        load(written(tmp_path, GOOD), ENVIRON | {"ADA_PASSWORD": ""})


def test_a_missing_file_is_named() -> None:
    with pytest.raises(TargetError, match=r"no/such/target\.toml: no such target file"):
        load("no/such/target.toml", {})


def test_a_missing_name_is_told_with_its_nearest_match() -> None:
    with pytest.raises(TargetError, match=r"TARGET=locla: no such target; known: local\. Did you mean 'local'"):
        load("locla", {})


def test_the_name_may_come_from_the_environment() -> None:
    with pytest.raises(TargetError, match="TARGET=nowhere"):
        load(None, {"TARGET": "nowhere"})


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TargetError, match="cannot be read"):
        load(str(path), {})


def test_a_missing_service_is_told_with_those_that_are_there(tmp_path: Path) -> None:
    target = load(written(tmp_path, GOOD), ENVIRON)
    with pytest.raises(TargetError, match=r"services\.user: missing; found: users\. Did you mean 'users'"):
        require_service(target, "user")


def test_an_unreachable_host_is_no_fault_of_the_call(tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound and not listening: nothing answers there, and nobody else can take it
        port = held.getsockname()[1]
        target = load(written(tmp_path, GOOD.replace(":5002", f":{port}")), ENVIRON)
        with pytest.raises(UnreachableError, match=r"services\.users\.base_url: nothing answers at http") as caught:
            require_reachable(target)
    assert caught.value.exit_code == 3


def test_a_host_that_listens_is_reachable(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        require_reachable(load(written(tmp_path, GOOD.replace(":5002", f":{port}")), ENVIRON))


def test_a_stack_whose_home_names_no_offset_is_not_started(tmp_path: Path) -> None:
    local = GOOD.replace('"deployed"', '"local"') + f'\n[stack]\nhome = "{tmp_path}/somewhere"\n'
    with pytest.raises(TargetError, match=r"stack\.home: found .* must end in the port offset"):
        standing(written(tmp_path, local))


def test_the_stack_of_another_tree_is_asked_and_never_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "secrets.env").touch()
    local = GOOD.replace('"deployed"', '"local"').replace(":5002", ":9") + f'\n[stack]\nhome = "{tmp_path}/1"\n'
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UnreachableError, match="nothing answers"):
        standing(written(tmp_path, local))


def test_the_secrets_a_stack_left_win_over_the_shell(tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_text("ADA_PASSWORD=drawn at start\n", encoding="utf-8")
    local = GOOD.replace('"deployed"', '"local"') + f'\n[stack]\nhome = "{tmp_path}"\n'
    target = load(written(tmp_path, local), ENVIRON)
    assert target.identities["ada"].password == "drawn at start"
    assert target.identities["ada"].api_keys == ("key-one", "key-two")


@pytest.mark.parametrize("name", ["local.toml", "deployed.example.toml"])
def test_the_files_that_come_with_the_project_are_good(name: str) -> None:
    path = Path(__file__).parents[2] / "fixtures" / "target" / name
    environ = {
        f"{where}_{what}": "a secret"
        for where in ("PLUMBLINE", "STAGING")
        for what in (
            "ADMIN_PASSWORD",
            "ADA_PASSWORD",
            "BEN_PASSWORD",
            "LINKS_API_KEYS_ADA",
            "LINKS_API_KEYS_BEN",
            "TODOS_JWT_SECRET",
        )
    }
    target = load(str(path), environ)
    assert set(target.services) >= {"users", "auth", "products", "inventory", "orders", "links"}
    assert set(target.identities) == {"admin", "ada", "ben"}
    assert target.checks == BY_DEFAULT


def test_target_errors_are_errors_of_the_call() -> None:
    assert issubclass(TargetError, CallError)
