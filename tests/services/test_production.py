"""In production every service refuses to start with an example secret, at the door where it starts."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fixtures.services.platform import settings
from fixtures.services.platform.settings import Production, SettingsError, from_environment

FOLDER = Path(settings.__file__).parents[1]
SERVICES = sorted(each.name for each in FOLDER.iterdir() if (each / "__init__.py").exists() and each.name != "platform")
FLASK = sorted(name for name in SERVICES if (FOLDER / name / "app.py").exists())
# Every variable that any service needs, with values somebody has chosen.
CHOSEN = {
    "APP_ENV": "production",
    "ADMIN_USERNAME": "head",
    "ADMIN_PASSWORD": "kV9-something-chosen",
    "AUTH_URL": "https://auth.example",
    "DATABASE_URI": "sqlite://",
    "ETL_TOPIC_ARN": "arn:aws:sns:us-east-1:123456789012:EtlTopic",
    "HIGH_CPU_TOPIC_ARN": "arn:aws:sns:us-east-1:123456789012:HighCPUAlerts",
    "INVENTORY_URL": "https://inventory.example",
    "LOG_DLQ_URL": "https://sqs.example/LogDLQ",
    "PRODUCTS_URL": "https://products.example",
    "PUBLIC_BASE_URL": "https://s.example",
    "REDIS_URL": "rediss://redis.example",
    "SPLUNK_HEC_TOKEN": "8a6f0c0e-chosen",
    "SPLUNK_HEC_URL": "https://splunk.example:8088",
    "TODOS_JWT_SECRET": "chosen-by-somebody-and-long-enough-to-sign",
    "UPLOAD_DLQ_URL": "https://sqs.example/UploadDLQ",
    "USERS_URL": "https://users.example",
}
SECRETS = {"SPLUNK_HEC_TOKEN", "ADMIN_PASSWORD", "TODOS_JWT_SECRET"}


@pytest.mark.parametrize("service", SERVICES)
def test_production_refuses_example_secrets(service: str) -> None:
    assert isinstance(from_environment(service, CHOSEN), Production)
    for secret in SECRETS:
        for example in ("changeme", "Example", "password", "secret"):
            with pytest.raises(SettingsError, match=secret):
                from_environment(service, {**CHOSEN, secret: example})


@pytest.mark.parametrize("service", SERVICES)
def test_production_names_what_is_missing(service: str) -> None:
    defaults = settings.Settings(service)
    for name in [each for each in Production.needed.get(service, ()) if not getattr(defaults, each)]:
        without = {key: value for key, value in CHOSEN.items() if key != name.upper()}
        with pytest.raises(SettingsError, match=name.upper()):
            from_environment(service, without)


@pytest.mark.parametrize("service", FLASK)
def test_a_flask_service_does_not_even_start(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**CHOSEN, "SPLUNK_HEC_TOKEN": "changeme"}.items():
        monkeypatch.setenv(name, value)
    create_app: Callable[[], Any] = importlib.import_module(f"fixtures.services.{service}.app").create_app
    with pytest.raises(SettingsError, match="SPLUNK_HEC_TOKEN"):
        create_app()


def test_the_development_secrets_are_among_the_examples() -> None:
    development = settings.Development("any")
    assert {development.admin_password, development.todos_jwt_secret} <= settings.EXAMPLE_SECRETS
