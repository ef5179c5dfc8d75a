"""What Spark's executors call for each row: sent to them with the project's code."""


def per_minute(fare: float, minutes: int) -> float:
    return fare / minutes
