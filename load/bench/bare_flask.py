"""The peer of our redirects in `load.bench`: what Flask alone takes to answer one."""

import flask

from load.bench.servers import LOCATION

app = flask.Flask("bare", static_folder=None)


@app.get("/<code>")
def follow(code: str) -> flask.typing.ResponseReturnValue:  # noqa: ARG001 - as a redirect service has it
    """302, always the same."""
    return flask.redirect(LOCATION)
