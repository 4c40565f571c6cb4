"""Knows how to start a PostgreSQL cluster of one's own: in a folder that goes away, on a free port, not as root."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = "nobody"
DEBIANS = "/usr/lib/postgresql/*/bin"  # where Debian and Ubuntu keep the programs, off the path


def missing() -> str:
    """Why no cluster can be started here; empty where one can."""
    absent = [name for name in ("initdb", "postgres") if not _program(name)]
    return f"no PostgreSQL: {' and '.join(absent)} not found on the path or in {DEBIANS}" if absent else ""


@contextmanager
def cluster() -> Iterator[str]:
    """The URL of an empty database that lives as long as the context. CalledProcessError: it won't start."""
    # Not under pytest's own folder, which nobody but its owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="plumbline-pg-"))
    user = NOBODY if os.geteuid() == 0 else None
    try:
        if user is not None:
            account = pwd.getpwnam(user)
            os.chown(folder, account.pw_uid, account.pw_gid)
        data, port = folder / "data", _free_port()
        made = [
            _program("initdb"),
            "-D",
            str(data),
            "-U",
            "plumbline",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--no-locale",
        ]
        subprocess.run(
            [*made, "--no-sync"], user=user, cwd=folder, env=_environment(folder), check=True, capture_output=True
        )
        with _running(data, port, user, folder):
            yield f"postgresql://plumbline@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(data: Path, port: int, user: str | None, folder: Path) -> Iterator[None]:
    command = [
        _program("postgres"),
        "-D",
        str(data),
        "-p",
        str(port),
        "-h",
        "127.0.0.1",
        "-k",
        str(folder),
        "-c",
        "fsync=off",
        "-c",
        "max_connections=300",
    ]
    # A file, not a pipe: nobody reads on once the cluster is ready, and a full pipe would stop it.
    log = folder / "log"
    with log.open("wb") as written:
        server = subprocess.Popen(
            command,
            user=user,
            cwd=folder,
            env=_environment(folder),
            stdout=subprocess.DEVNULL,
            stderr=written,
        )
    try:
        _wait_until_ready(port, server, log)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # SIGTERM would wait for the last client
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_ready(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    import psycopg  # noqa: PLC0415 - only where there is a server to ask

    pause = threading.Event()
    while True:
        try:
            psycopg.connect(f"host=127.0.0.1 port={port} user=plumbline dbname=postgres", connect_timeout=10).close()
        except psycopg.OperationalError:
            if server.poll() is not None:
                raise subprocess.CalledProcessError(server.returncode, "postgres", stderr=log.read_bytes()) from None
            pause.wait(0.05)  # before it has opened its port, a server answers nothing one could wait for
        else:
            return


def _program(name: str) -> str:
    """Its path; empty where it is not installed."""
    newest_first = sorted(Path("/").glob(f"{DEBIANS[1:]}/{name}"), reverse=True)
    return shutil.which(name) or next((str(path) for path in newest_first), "")


def _environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
