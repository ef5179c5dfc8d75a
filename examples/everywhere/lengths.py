"""What Spark's executors call for each word."""


def length(word: str) -> int:
    return len(word)
