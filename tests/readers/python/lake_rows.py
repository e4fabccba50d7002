"""How rows of a lake are compared with those that are stored, in SQL, in the words of each engine."""

# Of each dataset the folders of its files in a lake, the folder that the stored ones have besides, and its times, each with
# the column that has its nanoseconds.
DATASETS = {
    "trades": {
        "folders": ("venue", "year", "month"),
        "finest": "day",
        "times": {"trading_date_time": "trading_nanos", "distribution_time": "distribution_nanos"},
    },
    "quotes": {
        "folders": ("venue", "year", "month", "day"),
        "finest": "hour",
        "times": {"time": "time_nanos", "distribution_time": "distribution_nanos"},
    },
}


def files_in(folder, dataset, finer=0):
    """A glob of the files of a dataset; `finer` by one of the stored ones."""
    levels = len(DATASETS[dataset]["folders"]) + finer
    return f"{folder}/{dataset}/{'*/' * levels}*.parquet"


def stored_rows(folder, dataset):
    """The stored rows in DuckDB's words, their times in nanoseconds since 1970."""
    of = DATASETS[dataset]
    columns = [f"epoch_ns({time}) AS {time}" for time in of["times"]]
    columns += [f"{name}::INT AS {name}" for name in of["folders"][1:]]
    files = files_in(folder, dataset, finer=1)
    return (
        f"SELECT * EXCLUDE ({of['finest']}) REPLACE ({', '.join(columns)}) "
        f"FROM read_parquet('{files}', hive_partitioning = true)"
    )


def columns_of(names, dataset, microseconds):
    """The columns of a lake's rows as they are stored; `microseconds` writes a time as such since 1970."""
    times = DATASETS[dataset]["times"]
    return ", ".join(whole(name, times, microseconds) for name in sorted(names) if name not in times.values())


def whole(name, times, microseconds):
    if name not in times:
        return name
    return f"{microseconds.format(name)} * 1000 + CAST({times[name]} AS BIGINT) AS {name}"


def differences(one, other):
    """How many rows one of the two has and the other has not, or more often."""
    return f"SELECT count(*) FROM (({one} EXCEPT ALL {other}) UNION ALL ({other} EXCEPT ALL {one}))"


def figures(dataset):
    """What a snapshot is known by: its rows, and a sum of nanoseconds."""
    [nanos, *_] = DATASETS[dataset]["times"].values()
    return f"count(*) AS rows, CAST(sum({nanos}) AS BIGINT) AS nanos"
