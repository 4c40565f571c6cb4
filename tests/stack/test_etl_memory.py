"""Memory does not grow with the file: 20 MB here, or `PLUMBLINE_ETL_MEGABYTES` of them; 200 MB in `make bench`."""

import os

import pytest

from fixtures.stack import etl_bench

MEGABYTES = int(os.environ.get("PLUMBLINE_ETL_MEGABYTES", "20"))
MOST = 150.0
"""MiB that a load may take in all, interpreter and libraries included."""
MOST_MORE = 56.0
"""MiB on top of what was taken before the first byte: a range, rejects, batches under way, the AWS clients."""


@pytest.fixture(scope="module")
def load() -> etl_bench.Load:
    return etl_bench.measure(MEGABYTES)


def test_memory_stays_constant(load: etl_bench.Load) -> None:
    assert load.peak - load.before < MOST_MORE
    assert load.peak < MOST


def test_every_row_is_in_the_table_or_among_the_rejects(load: etl_bench.Load) -> None:
    assert load.records > load.rejects > 0
