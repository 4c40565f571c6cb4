"""The Splunk handler against a real HTTP server: what arrives, what is dropped, and who never waits."""

import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fixtures.services.platform import logs, splunk
from fixtures.services.platform.splunk_delivery import Endpoint
from fixtures.services.platform.splunk_outbox import Limits
from fixtures.services.platform.splunk_shipper import Shipper
from tests.services.hec_server import Answer, Collector, collector
from tests.services.selfsigned import certificate

TOKEN = "11111111-2222-3333-4444-555555555555"
BUSY: Answer = (503, {"text": "Server is busy", "code": 9}, {})
QUICK = Limits(age=0.05)


@pytest.fixture
def pauses() -> list[float]:
    """What the threads of this test would have slept between two tries."""
    return []


Logging = Callable[..., tuple[logging.Logger, Shipper, list[str]]]


@pytest.fixture
def logging_to(pauses: list[float]) -> Iterator[Logging]:
    """A logger with the handler alone, its shipper, and what it says on stdout."""
    made: list[Shipper] = []

    def make(url: str, limits: Limits = QUICK, ca_bundle: str = "") -> tuple[logging.Logger, Shipper, list[str]]:
        said: list[str] = []
        shipper = Shipper(Endpoint(url, TOKEN, ca_bundle), limits, say=said.append, pause=pauses.append)
        logger = logging.Logger(f"test-{len(made)}", logging.DEBUG)
        handler = splunk.HecHandler("users", shipper)
        handler.setFormatter(logs.JsonLines("users"))
        logger.addHandler(handler)
        made.append(shipper)
        return logger, shipper, said

    yield make
    for shipper in made:
        shipper._gave_up = True  # its thread ends with its next try


def test_a_line_arrives_as_an_event_gzipped_with_its_token(logging_to: Logging) -> None:
    with collector() as hec:
        logger, shipper, _ = logging_to(hec.url)
        logger.info("hello %s", "ä", extra={"fields": {"status": 200}})
        assert shipper.flush(5)
        [event] = hec.events()
        assert event["event"]["message"] == "hello ä"
        assert event["event"]["status"] == 200
        assert (event["source"], event["sourcetype"]) == ("users", "_json")
        assert abs(event["time"] - logging.LogRecord("", 0, "", 0, "", None, None).created) < 5
        assert hec.headers[0]["Authorization"] == f"Splunk {TOKEN}"
        assert hec.headers[0]["Content-Encoding"] == "gzip"
        assert hec.headers[0]["X-Splunk-Request-Channel"]


def test_a_batch_goes_when_it_is_full_by_count(logging_to: Logging) -> None:
    with collector() as hec:
        logger, _, _ = logging_to(hec.url, Limits(age=60, count=3))
        for number in range(6):
            logger.info("line %d", number)
        hec.wait(2)
        assert [len(body.splitlines()) for body in hec.bodies] == [3, 3]
        assert hec.messages() == [f"line {number}" for number in range(6)]


def test_a_batch_goes_when_it_is_full_by_size(logging_to: Logging) -> None:
    with collector() as hec:
        logger, _, _ = logging_to(hec.url, Limits(age=60, size=2000))
        for number in range(4):
            logger.info("%d %s", number, "x" * 700)
        hec.wait(1)
        assert len(hec.bodies[0].splitlines()) == 2


def test_a_batch_goes_when_it_is_old(logging_to: Logging) -> None:
    with collector() as hec:
        logger, _, _ = logging_to(hec.url, Limits(age=0.05))
        logger.info("alone")
        hec.wait(1)
        assert hec.messages() == ["alone"]


def test_a_silent_collector_makes_nobody_wait_and_memory_stays_bounded(logging_to: Logging) -> None:
    limits = Limits(age=0.01, count=10, waiting_count=20)
    with collector() as hec:
        hec.open.clear()
        logger, shipper, _ = logging_to(hec.url, limits)
        logger.info("first")
        hec.wait(1)
        for number in range(500):
            logger.info("line %d", number)
        # The collector has not answered anything yet: had any of these calls waited for it, this would not be reached.
        assert len(shipper.outbox) == 21  # 20 that wait and the one on its way
        assert shipper.outbox.dropped == 480
        hec.open.set()
        assert shipper.flush(5)
        assert hec.messages() == ["first", *(f"line {n}" for n in range(10)), "log lines dropped"] + [
            f"line {n}" for n in range(10, 20)
        ]
        [note] = [event["event"] for event in hec.events() if event["event"]["message"] == "log lines dropped"]
        assert note["dropped"] == 480
        assert shipper.outbox.dropped == 0


def test_memory_is_bounded_by_size_too_and_a_giant_line_is_counted(logging_to: Logging) -> None:
    limits = Limits(age=60, size=1000, waiting_size=1500)
    with collector() as hec:
        logger, shipper, _ = logging_to(hec.url, limits)
        hec.open.clear()
        logger.info("x" * 5000)
        assert (len(shipper.outbox), shipper.outbox.dropped) == (0, 1)
        for _ in range(10):
            logger.info("y" * 300)
        assert sum(len(line.text) for line in shipper.outbox._lines) <= 1500
        assert shipper.outbox.dropped > 1


def test_busy_is_tried_again_with_growing_jittered_pauses(logging_to: Logging, pauses: list[float]) -> None:
    with collector(*[BUSY] * 4) as hec:
        logger, shipper, said = logging_to(hec.url)
        logger.info("patience")
        hec.wait(5)
        assert shipper.outbox.wait(5, lambda: not len(shipper.outbox))
        assert hec.messages() == ["patience"] * 5
        floors = [0.4, 0.8, 1.6, 3.2]
        assert all(floor <= slept < floor + 0.3 for floor, slept in zip(floors, pauses, strict=True))
        assert pauses != floors
        assert [json.loads(line)["message"] for line in said] == [
            "Splunk takes no log lines for now",
            "Splunk takes log lines again",
        ]


def test_pauses_have_a_longest(logging_to: Logging, pauses: list[float]) -> None:
    with collector(*[BUSY] * 30) as hec:
        logger, _, _ = logging_to(hec.url, Limits(age=0.01, rest=3.0))
        logger.info("patience")
        hec.wait(31)
        assert max(pauses) == 3.0


def test_retry_after_is_honoured_but_not_beyond_reason(logging_to: Logging, pauses: list[float]) -> None:
    answers = [(503, {"code": 9}, {"Retry-After": wait}) for wait in ("7", "86400", "soon")]
    with collector(*answers) as hec:
        logger, _, _ = logging_to(hec.url)
        logger.info("patience")
        hec.wait(4)
        assert pauses[:2] == [7.0, 60.0]
        assert pauses[2] < 10


def test_no_collector_at_all_is_tried_again(logging_to: Logging, pauses: list[float]) -> None:
    with collector() as hec:
        gone = hec.url
    logger, shipper, said = logging_to(gone)
    logger.info("hello?")
    assert shipper.outbox.wait(5, lambda: shipper._away)
    assert "no answer" in json.loads(said[0])["reason"]
    assert len(shipper.outbox) == 1


@pytest.mark.parametrize(("status", "code"), [(403, 1), (401, 2), (401, 3), (403, 4)])
def test_a_token_error_ends_it_and_is_said_once_without_the_token(logging_to: Logging, status: int, code: int) -> None:
    with collector((status, {"text": f"no {TOKEN}", "code": code}, {})) as hec:
        logger, shipper, said = logging_to(hec.url)
        logger.info("before")
        assert shipper.outbox.wait(5, lambda: not len(shipper.outbox))
        for _ in range(100):
            logger.info("after")
        assert not shipper.flush(0.2) or len(shipper.outbox) == 0
        assert hec.messages() == ["before"]
        [line] = said
        assert f"code {code}" in json.loads(line)["reason"]
        assert TOKEN not in line


def test_a_batch_that_is_refused_is_dropped_counted_and_does_not_hold_up_the_next(logging_to: Logging) -> None:
    with collector((400, {"text": "Invalid data format", "code": 6}, {})) as hec:
        logger, shipper, said = logging_to(hec.url)
        logger.info("bad")
        assert shipper.outbox.wait(5, lambda: not len(shipper.outbox))
        logger.info("good")
        assert shipper.flush(5)
        assert hec.messages() == ["bad", "good", "log lines dropped"]
        assert hec.events()[-1]["event"]["dropped"] == 1
        assert "code 6" in said[0]


def test_its_own_failures_never_log_recursively(logging_to: Logging, pauses: list[float]) -> None:
    # urllib3 logs every connection it makes: caught by the same handler, each line would cause the next.
    with collector(BUSY) as hec:
        logger, shipper, _ = logging_to(hec.url)
        library = logging.getLogger("urllib3")
        library.addHandler(logger.handlers[0])
        library.setLevel(logging.DEBUG)
        try:
            logger.info("once")
            hec.wait(2)
            assert shipper.outbox.wait(5, lambda: not len(shipper.outbox))
        finally:
            library.removeHandler(logger.handlers[0])
            library.setLevel(logging.NOTSET)
        assert hec.messages() == ["once", "once"]


def test_a_record_that_cannot_be_formatted_breaks_nobody(logging_to: Logging) -> None:
    with collector() as hec:
        logger, shipper, _ = logging_to(hec.url)
        logger.info("%d", "not a number")
        assert shipper.outbox.dropped == 1
        logger.info("next")
        assert shipper.flush(5)
        assert hec.messages() == ["next", "log lines dropped"]


def test_flush_is_bounded_and_does_not_wait_for_a_collector_known_to_be_away(
    logging_to: Logging, pauses: list[float]
) -> None:
    with collector() as hec:
        hec.open.clear()
        logger, shipper, _ = logging_to(hec.url)
        logger.info("held")
        assert not shipper.flush(0.05)
        shipper._away = True
        # An hour: a flush that waited at all would not come back.
        assert not shipper.flush(3600)


def test_a_fork_sends_its_own_lines_and_not_its_parents(logging_to: Logging) -> None:
    with collector() as hec:
        logger, shipper, _ = logging_to(hec.url, Limits(age=60))
        logger.info("parent")
        child = os.fork()
        if child == 0:
            logger.info("child")
            os._exit(0 if shipper.flush(5) and len(shipper.outbox) == 0 else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert shipper.flush(5)
        assert sorted(hec.messages()) == ["child", "parent"]


def test_certificates_are_verified(logging_to: Logging, pauses: list[float], tmp_path: Path) -> None:
    tls, _bundle = certificate(tmp_path)
    with collector(tls=tls) as hec:
        logger, shipper, said = logging_to(hec.url)
        logger.info("to a stranger")
        assert shipper.outbox.wait(5, lambda: shipper._away)
        assert "SSL" in said[0]
        assert hec.bodies == []


def test_an_own_authority_can_be_named(logging_to: Logging, tmp_path: Path) -> None:
    tls, bundle = certificate(tmp_path)
    with collector(tls=tls) as hec:
        logger, shipper, _ = logging_to(hec.url, ca_bundle=str(bundle))
        logger.info("to a friend")
        assert shipper.flush(5)
        assert hec.messages() == ["to a friend"]


def test_many_threads_lose_nothing(logging_to: Logging) -> None:
    with collector() as hec:
        logger, shipper, _ = logging_to(hec.url, Limits(age=0.01, count=50))

        def work(number: int) -> None:
            for each in range(200):
                logger.info("%d-%d", number, each)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert shipper.flush(10)
        assert sorted(hec.messages()) == sorted(f"{n}-{each}" for n in range(8) for each in range(200))


@pytest.mark.parametrize("gathered", ["0", "0.01"])
def test_services_of_a_process_log_to_splunk_where_it_is_configured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], gathered: str
) -> None:
    with collector() as hec:
        monkeypatch.setenv("SPLUNK_HEC_URL", hec.url)
        monkeypatch.setenv("SPLUNK_HEC_TOKEN", TOKEN)
        monkeypatch.setenv("SPLUNK_HEC_FLUSH_SECONDS", "0.05")
        monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "Users")
        monkeypatch.setenv("LOG_FLUSH_SECONDS", gathered)
        service = f"splunk-test-{gathered}"  # pytest listens to what was configured before
        logs.configure(service)
        logger = logging.getLogger(f"plumbline.{service}")
        try:
            logs.write(service, "password=hunter22 for ada@example.com")
            logger.handlers[0].flush()
            splunk.end_invocation()
            assert_same_line(hec, capsys.readouterr().out)
        finally:
            logger.handlers.clear()
            splunk._frozen_shippers.clear()
            splunk._shipper.cache_clear()


def assert_same_line(hec: Collector, printed: str) -> None:
    [event] = hec.events()
    assert event["event"] == json.loads(printed)
    assert "hunter22" not in printed
    assert "ada@" not in printed
