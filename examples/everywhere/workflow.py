"""One workflow whose tasks run in five different places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lengths import length

from redo_py import File, task

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

redun_namespace = "everywhere"


@task(executor="box")
def words(text: File) -> list[str]:
    """In a container."""
    return [word.strip(".,").lower() for word in text.read().split()]


@task(executor="cloud")
def count(found: list[str], letter: str) -> int:
    """In AWS Batch; the calls are equal but for the letter, and so one array."""
    return sum(word.count(letter) for word in found)


@task(executor="apart")
def longest(found: list[str]) -> str:
    """In a process of this machine."""
    return max(found, key=len)


@task(executor="spark")
def letters(spark: SparkSession, found: list[str]) -> int:
    """In Spark."""
    from pyspark.sql.functions import udf

    table = spark.createDataFrame([(word,) for word in found], "word string")
    lengths = table.select(udf(length, "int")("word").alias("length"))
    return lengths.groupBy().sum("length").collect()[0][0]


@task
def report(vowels: list[int], longest: str, letters: int) -> dict:
    """In a thread of redun."""
    return {"longest": longest, "vowels": sum(vowels), "letters": letters}


@task
def main(path: str = "poem.txt") -> dict:
    found = words(File(path))
    return report([count(found, letter) for letter in "aeiou"], longest(found), letters(found))
