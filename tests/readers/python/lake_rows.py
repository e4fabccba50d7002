"""How trades of a lake are compared with those that are stored, in SQL, in the words of each engine."""

TIMES = {"trading_date_time": "trading_nanos", "distribution_time": "distribution_nanos"}


def columns_of(names, microseconds):
    """The columns of trades of a lake as they are stored; `microseconds` writes a time as such since 1970."""
    rests = TIMES.values()
    return ", ".join(whole(name, microseconds) for name in sorted(names) if name not in rests)


def whole(name, microseconds):
    if name not in TIMES:
        return name
    return f"{microseconds.format(name)} * 1000 + CAST({TIMES[name]} AS BIGINT) AS {name}"


def differences(one, other):
    """How many rows one of the two has and the other has not, or more often."""
    return f"SELECT count(*) FROM (({one} EXCEPT ALL {other}) UNION ALL ({other} EXCEPT ALL {one}))"
