"""Readers and makers of short links: many follow a few links, some shorten new ones."""

import time

from locust import task

from fixtures.builders import a_url
from load.persona import Persona


class Redirects(Persona):
    """Follows links that many follow; now and then makes one, and looks whether it is what was asked for."""

    @task(30)
    def follow(self) -> None:
        """Follow one of the few: the answer counts when it is a redirect, wherever it leads."""
        with self.act.iteration("redirects"):
            link = self.random.choice(self.act.given.links)
            self.known.links[link.code] = link.url
            self.act.tally.redirected(link.code, answered=False)
            if self.platform.links.follow_link(link.code).status == 302:
                self.act.tally.redirected(link.code, answered=True)

    @task(1)
    def make(self) -> None:
        """Shorten a new URL and read it back."""
        with self.act.iteration("redirects"):
            key, rest = self.act.keys.take(time.monotonic())
            self.pause(rest)
            url = a_url("load")
            answer = self.platform.links.shorten(url, api_key=key)
            body = answer.json()
            if answer.status == 201 and isinstance(body, dict) and body.get("short_code"):
                code = str(body["short_code"])
                self.known.links[code] = url
                self.platform.links.get_link(code, api_key=key)
