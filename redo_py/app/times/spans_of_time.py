"""Lengths of time as people say them."""

from __future__ import annotations


def age(seconds: float) -> str:
    """Short, for a column: `7 s`, `2:05`, `1:02:05`, `12 d`."""
    whole = int(seconds)
    if whole < 60:
        return f"{max(whole, 0)} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02}"
    if whole < 100 * 3600:
        return f"{whole // 3600}:{whole // 60 % 60:02}" + (f":{whole % 60:02}" if whole < 10 * 3600 else "")
    return f"{whole // 86400} d"


def roughly(seconds: float) -> str:
    """As an estimate deserves: `less than 1 s`, `35 s`, `4 min`, `1 h 20 min`, `3 days`."""
    if seconds < 1:
        return "less than 1 s"
    if seconds < 95:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 95:
        return f"{minutes} min"
    if minutes < 48 * 60:
        hours, minutes = divmod(5 * round(minutes / 5), 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes / 1440:.0f} days"


def about(seconds: float) -> str:
    """The same, saying that it is one."""
    return roughly(seconds) if seconds < 1 else f"about {roughly(seconds)}"


def exactly(seconds: float) -> str:
    """As it was measured: `0.03 s`, `12.3 s`, `4 min 08 s`, `1 h 02 min`."""
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole // 60 % 60:02} min"
