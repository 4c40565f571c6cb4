"""Knows which services stand in more than one build, and how a feature about one runs on each of them."""

from collections.abc import Iterable
from typing import Any

from behave.model import Tag
from behave.model_type import FileLocation
from behave.runner_util import parse_features

EVERY_BUILD = "every-build"
"""The tag of a feature that runs once for each build of its service."""

BUILDS = {"users": ("users-lambda",)}
"""Further builds by service; a target has each as a service of its own, with the same OpenAPI document."""

PREFIX = "build."


def service_behind(build: str) -> str:
    """The service that a build is one of; a service is its own first build."""
    return next((service for service, builds in BUILDS.items() if build in builds), build)


def build_of(statement: Any) -> str:
    """The further build a scenario runs on; empty where it runs on the service itself."""
    return next((tag.removeprefix(PREFIX) for tag in sorted(statement.effective_tags) if tag.startswith(PREFIX)), "")


def with_builds(features: list[Any], locations: Iterable[Any]) -> list[Any]:
    """The features, and behind them those of every build once more for each further one.

    Parsed a second time, since behave keeps the outcome of a run in the model; `locations` are those of the first.
    """
    doubled = [*features]
    if any(EVERY_BUILD in feature.tags for feature in features):
        for build, service in ((build, service) for service, builds in BUILDS.items() for build in builds):
            again = [feature for feature in parse_features(locations) if {EVERY_BUILD, service} <= set(feature.tags)]
            doubled += [_on(build, feature) for feature in again]
    return doubled


def _on(build: str, feature: Any) -> Any:
    feature.tags.append(Tag(PREFIX + build, feature.line))
    # Allure tells results apart by the feature's name, JUnit names its files after the feature's.
    feature.name = f"{feature.name} ({build})"
    stem, dot, suffix = feature.filename.rpartition(".")
    feature.location = FileLocation(f"{stem}@{build}{dot}{suffix}", feature.line)
    return feature
