"""Stages as checkpoints: tables of Parquet, and a table of markers that says which of them are complete, and for which
input and rules."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import LongType, StringType, StructField, StructType

Report = Callable[[str], None]

MARKERS = "markers"
MARKER = StructType(
    [
        StructField("time", LongType()),
        StructField("job", StringType()),
        StructField("stage", StringType()),
        StructField("rows", LongType()),
        StructField("columns", StringType()),
    ]
)
# Engines compress more by default, which takes longer than the other work of a stage that writes texts.
COMPRESSION = "snappy"
# In place of the number of rows: the table is being written, or a run begins.
INCOMPLETE = -1


class Stages:
    """The stages of one job below a folder, which all machines can read and write."""

    def __init__(
        self, spark: SparkSession, folder: str, job: Mapping[str, Any], report: Report
    ) -> None:
        described = json.dumps(job, sort_keys=True, default=str)
        self.fingerprint = hashlib.sha256(described.encode()).hexdigest()
        self._spark = spark
        self._folder = folder.rstrip("/")
        self._report = report
        self._is_new = False
        self._rows: dict[str, int] = {}
        self._mark("", INCOMPLETE)
        markers = self._read(MARKERS, MARKER).collect()
        # The last marker of each stage counts: another job may have written its table since.
        self._markers = {marker["stage"]: marker for marker in sorted(markers, key=lambda m: m["time"])}

    def table(self, name: str, make: Callable[[], DataFrame]) -> DataFrame:
        """The table of a stage. It is made only if no earlier run of the same job has completed it."""
        found = None if self._is_new else self._completed(name)
        if found is not None:
            rows, schema = found
            self._report(f"{name}: {rows:,} rows, from an earlier run")
        else:
            # A stage that is made again may number or order rows differently, so later ones are made again too.
            self._is_new = True
            begin = time.monotonic()
            made = make()
            schema = made.schema
            if name in self._markers:
                self._mark(name, INCOMPLETE)
            made.write.mode("overwrite").option("compression", COMPRESSION).parquet(f"{self._folder}/{name}")
            rows = self._read(name, schema).count()
            self._mark(name, rows, schema)
            self._report(f"{name}: {rows:,} rows, {time.monotonic() - begin:.1f} s")
        self._rows[name] = rows
        # A table without rows may have no file.
        return self._read(name, schema) if rows else self._spark.createDataFrame([], schema)

    def rows(self, name: str) -> int:
        """The number of rows of a stage that has run."""
        return self._rows[name]

    def _read(self, name: str, schema: StructType) -> DataFrame:
        return self._spark.read.schema(schema).parquet(f"{self._folder}/{name}")

    def _completed(self, name: str) -> tuple[int, StructType] | None:
        """The number of rows of a table that is complete, and its columns."""
        marker = self._markers.get(name)
        if marker is None or marker["job"] != self.fingerprint or marker["rows"] == INCOMPLETE:
            return None
        return marker["rows"], StructType.fromJson(json.loads(marker["columns"]))

    def _mark(self, name: str, rows: int, schema: StructType | None = None) -> None:
        columns = None if schema is None else schema.json()
        row = (time.time_ns(), self.fingerprint, name, rows, columns)
        marker = self._spark.createDataFrame([row], MARKER).coalesce(1)
        marker.write.mode("append").parquet(f"{self._folder}/{MARKERS}")
