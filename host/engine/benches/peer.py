#!/usr/bin/env python3
"""The whole program against one SQL query in DuckDB, on the same large bill, in turns in one run.

    cargo build --release -p joulework-cli -p shop-generator
    pip install duckdb
    python3 host/engine/benches/peer.py target/release [ROWS] [ROUNDS] [parquet|csv]

The program reads the file, runs all plugins, rolls up by day, service, region and workload with intervals and a
receipt's digests. The query reads the same columns, parses the workload's tag from JSON, multiplies quantities with
twelve factors of a joined table and sums them and the money by the same dimensions: no intervals, no exact decimals,
no digests. Of CSV it reads its columns into a table first, so that the text is read once. CPU seconds, the least of the rounds; one thread each, then two.
"""

import os
import resource
import subprocess
import sys
import tempfile

import duckdb

MANIFEST = """
[[bill]]
path = "{bill}"
[[workload]]
name = "shop"
[[workload.rule]]
tag = {{ app = ["shop"] }}
[[workload]]
name = "analytics"
[[workload.rule]]
tag = {{ app = ["analytics"] }}
"""


def cpu(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def program(folder, bill, threads):
    manifest = os.path.join(tempfile.mkdtemp(), "joulework.toml")
    with open(manifest, "w", encoding="utf-8") as file:
        file.write(MANIFEST.format(bill=os.path.abspath(bill)))
    before = cpu(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [os.path.join(folder, "joulework"), "estimate", manifest, "--by", "period,service,region,workload",
         "--step", "day", "--format", "csv", "--threads", str(threads), "--quiet", "--read-again"],
        check=True, stdout=subprocess.DEVNULL)
    return cpu(resource.RUSAGE_CHILDREN) - before


COLUMNS = ("ChargePeriodStart, ServiceName, RegionId, SkuMeter, Tags, BilledCost, EffectiveCost, "
           "ConsumedQuantity")


def query(bill, threads, tag):
    sums = ", ".join(f"sum(ConsumedQuantity * factor * {number})" for number in range(1, 13))
    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    connection.execute("LOAD json")
    connection.execute("SET TimeZone = 'UTC'")
    before = cpu(resource.RUSAGE_SELF)
    source = f"'{bill}'"
    if bill.endswith(".csv"):
        connection.execute(f"CREATE TABLE rows AS SELECT {COLUMNS} FROM '{bill}'")
        source = "rows"
    connection.execute(f"""
        CREATE TABLE factors AS
        SELECT DISTINCT SkuMeter, RegionId, hash(SkuMeter) / 1e19 AS factor FROM {source}""")
    connection.execute(f"""
        SELECT date_trunc('day', ChargePeriodStart), ServiceName, bill.RegionId, {tag},
               sum(BilledCost), sum(EffectiveCost), {sums}
        FROM {source} bill LEFT JOIN factors
          ON bill.SkuMeter IS NOT DISTINCT FROM factors.SkuMeter
         AND bill.RegionId IS NOT DISTINCT FROM factors.RegionId
        GROUP BY ALL""").fetchall()
    return cpu(resource.RUSAGE_SELF) - before


def main():
    folder = sys.argv[1]
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000_000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    ending = sys.argv[4] if len(sys.argv) > 4 else "parquet"
    bill = os.path.join(tempfile.gettempdir(), f"joulework-bench-{rows}.{ending}")
    if not os.path.exists(bill):
        subprocess.run([os.path.join(folder, "shop-generator"), "large", "--rows", str(rows), bill], check=True)
    runs = {
        "joulework": lambda threads: program(folder, bill, threads),
        "DuckDB, tag from JSON": lambda threads: query(
            bill, threads, "CASE WHEN json_extract_string(Tags, '$.app') IN ('shop', 'analytics') "
                           "THEN json_extract_string(Tags, '$.app') ELSE 'unassigned' END"),
        "DuckDB, no tag": lambda threads: query(bill, threads, "'all'"),
    }
    print(f"{rows} rows of {ending}, duckdb {duckdb.__version__}; CPU seconds, least of {rounds}")
    for threads in (1, 2):
        seconds = {name: [] for name in runs}
        for _ in range(rounds):
            for name, run in runs.items():
                seconds[name].append(run(threads))
        own = min(seconds["joulework"])
        for name, taken in seconds.items():
            least = min(taken)
            print(f"{threads} thread(s)  {name:24} {least:7.2f} s  {rows / least / 1e6:6.2f} M rows/s"
                  f"  joulework / this {own / least:5.2f}")


if __name__ == "__main__":
    main()
