"""What all scenarios of one process stand on: target, platform, admin session, journal."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from features.support.builds import service_behind
from features.support.people import People
from features.support.world import World
from fixtures.clean import as_guest
from fixtures.clients import Platform, Sessions, connect
from fixtures.target import Target, settings, standing
from reports.evidence import Journal, Result, new_run

SUITE = "features"


@dataclass(frozen=True, slots=True)
class Stage:
    """Made once per process, after any fork: connections must not be shared between processes."""

    target: Target
    platform: Platform
    sessions: Sessions
    regulars: People
    run_dir: Path
    journal: Journal
    heard: Callable[[Result], None]

    def world(self, scenario_id: str, build: str = "") -> World:
        """A new world; `build` answers in it for the service that it is a build of."""
        platform = self.platform.with_build(service_behind(build), build) if build else self.platform
        return World(platform, self.sessions, self.regulars, scenario_id, self.run_dir.name)


def set_up(target: Target | None = None, run_dir: Path | None = None) -> Stage:
    """A stage on a target that is up (None: the one the environment names, started where it is local and down)."""
    target = target or standing()
    run_dir = run_dir or settings().run_dir or new_run()
    target = as_guest(target, run_dir)
    platform = connect(target)
    journal = Journal(run_dir, SUITE)
    return Stage(target, platform, Sessions(platform), People(platform), run_dir, journal, journal.result)
