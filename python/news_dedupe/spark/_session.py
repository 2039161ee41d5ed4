"""Sessions: the embedded engine Sail, a Spark Connect server, or a Spark cluster."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from .._errors import InputError

SAIL = "sail"
# Settings of a Spark session that the caller has not made.
CLASSIC = {
    "spark.ui.showConsoleProgress": "false",
    # A batch of documents may hold all their words.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "2000",
}

# Spark sends one side of a join to all tasks, by way of the driver, if it estimates that the side has fewer bytes than this. The
# estimate does not know that texts are longer than other columns: 29 MB counted as 8 MB.
BROADCAST = "spark.sql.autoBroadcastJoinThreshold"
SMALL_BROADCAST = "3145728b"


@contextmanager
def small_broadcasts(spark: SparkSession) -> Iterator[None]:
    """Keeps what passes through the driver below 16 MB. A session that sets the limit itself keeps it."""
    try:
        is_free = spark.conf.get(BROADCAST, None) is None
        if is_free:
            spark.conf.set(BROADCAST, SMALL_BROADCAST)
    except PySparkException:
        # Some services let nobody set it.
        is_free = False
    try:
        yield
    finally:
        if is_free:
            spark.conf.unset(BROADCAST)


@contextmanager
def session(master: str = SAIL) -> Iterator[SparkSession]:
    """A session of ``sail``, of ``sc://HOST:PORT``, or of a Spark master such as ``local[2]``. It ends with the block."""
    if master == SAIL:
        with _sail() as address:
            yield from _remote(address)
    elif master.startswith("sc://"):
        yield from _remote(master)
    else:
        yield from _classic(master)


def _remote(address: str) -> Iterator[SparkSession]:
    spark = SparkSession.builder.remote(address).create()
    try:
        yield spark
    finally:
        spark.stop()


@contextmanager
def _sail() -> Iterator[str]:
    # Its log goes to the terminal otherwise.
    os.environ.setdefault("RUST_LOG", "error")
    try:
        from pysail.spark import SparkConnectServer
    except ImportError as error:
        raise InputError(
            "the engine Sail is not installed; run `pip install news-dedupe[sail]`, or name a Spark master"
        ) from error
    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    try:
        _, port = server.listening_address
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.stop()


def _classic(master: str) -> Iterator[SparkSession]:
    # Tasks run the same Python as the driver, if nothing else is set.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("news-dedupe").master(master)
    for name, value in CLASSIC.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        yield spark
    finally:
        spark.stop()
