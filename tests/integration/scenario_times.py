"""The times of a story: `now`, and the times of what happened, written as a person would."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Stories that name a weekday only happen in this week: an ordinary one, without a holiday or a change of the clocks.
WEEK = date(2026, 11, 16)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_AGO = re.compile(r"([-+])((?:\d+[dhms])+)$")
_CLOCK = r"(\d\d:\d\d(?::\d\d)?)"
_ON_DAY = re.compile(rf"([A-Za-z]+) {_CLOCK}$")
_ON_DATE = re.compile(rf"(\d\d\d\d-\d\d-\d\d) {_CLOCK}$")
WHEN = re.compile(rf"(now|[-+](?:\d+[dhms])+|(?:[A-Za-z]+|\d\d\d\d-\d\d-\d\d) {_CLOCK})\s+")


def _weekday(name):
    if name.lower()[:3] not in DAYS:
        raise ValueError(f"{name!r} is no day of the week")
    return DAYS.index(name.lower()[:3])


def _now_of(text):
    """`Tuesday 12:05 Europe/Moscow`, or a date in place of the day."""
    moment, _, zone = text.rpartition(" ")
    on_day, on_date = _ON_DAY.match(moment), _ON_DATE.match(moment)
    if on_day:
        day, clock = WEEK + timedelta(days=_weekday(on_day.group(1))), on_day.group(2)
    elif on_date:
        day, clock = date.fromisoformat(on_date.group(1)), on_date.group(2)
    else:
        raise ValueError(f"now: {text!r} is not like 'Tuesday 12:05 Europe/Moscow' or '2026-12-31 12:05 Europe/Moscow'")
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone))


class Times:
    def __init__(self, now):
        self.now = _now_of(now)

    def _moment(self, text):
        if text == "now":
            return self.now
        ago, on_day, on_date = _AGO.match(text), _ON_DAY.match(text), _ON_DATE.match(text)
        if ago:
            seconds = sum(int(n) * _UNITS[unit] for n, unit in re.findall(r"(\d+)([dhms])", ago.group(2)))
            at = self.now.timestamp() + (seconds if ago.group(1) == "+" else -seconds)
            return datetime.fromtimestamp(at, self.now.tzinfo)
        if on_date:
            return datetime.combine(date.fromisoformat(on_date.group(1)), time.fromisoformat(on_date.group(2)), self.now.tzinfo)
        if on_day:  # the last such moment
            back = (self.now.weekday() - _weekday(on_day.group(1))) % 7
            clock = time.fromisoformat(on_day.group(2))
            if back == 0 and clock > self.now.time():
                back = 7
            return datetime.combine(self.now.date() - timedelta(days=back), clock, self.now.tzinfo)
        raise ValueError(f"{text!r} is no time like -2h5m30s, Fri 17:30 or 2026-12-30 17:30")

    def micros(self, text):
        return round(self._moment(text).timestamp() * 1_000_000)

    def in_json(self, text):
        """As the board writes it."""
        moment = self._moment(text).astimezone(ZoneInfo("UTC"))
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
