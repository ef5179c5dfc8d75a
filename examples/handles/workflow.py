"""A database that tasks change in turn: a handle says in which state each of them needs it."""

import sqlite3

from redo_py import Handle, task

redun_namespace = "handles"


class Database(Handle):
    def __init__(self, name: str, path: str):
        self.path = path
        self.instance = sqlite3.connect(path, check_same_thread=False)


@task()
def create(database: Database) -> Database:
    database.execute("drop table if exists word")
    database.execute("create table word (word text)")
    database.commit()
    return database


@task()
def insert(database: Database, words: list[str]) -> Database:
    database.execute("delete from word")  # after another list the database is still in the state that this one makes
    database.executemany("insert into word values (?)", [(word,) for word in words])
    database.commit()
    return database


@task()
def count(database: Database) -> int:
    return database.execute("select count(*) from word").fetchone()[0]


@task()
def main(words: list[str] = ["one", "two"]) -> int:  # noqa: B006 - a task never changes it
    database = create(Database("words", "words.db"))
    return count(insert(database, words))
