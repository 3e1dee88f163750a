#!/usr/bin/python3
"""What python-dateutil and zoneinfo say of generated rules, and of the edges of daylight saving. One line a question:

  offset ZONE UTC            = OFFSET        seconds east
  wall ZONE WALL             = UTC           what the clock shows, as if it were UTC
  rule ZONE START FROM UNTIL RRULE           = UTC,UTC,…   starts from FROM until UNTIL; START is on the clock
  words ZONE START FROM UNTIL T I D M W Y N U F = UTC,…    the same of a Recurrence of ActiveSync, its fields in the header's order

usage: calendar_oracle.py zones|rules|words COUNT SEED
"""
import calendar
import datetime as dt
import random
import sys
import types
from zoneinfo import ZoneInfo

from dateutil import rrule

ZONES = """Europe/Berlin Europe/London Europe/Dublin Europe/Lisbon Europe/Istanbul Europe/Moscow Europe/Chisinau Atlantic/Azores
America/New_York America/Chicago America/Denver America/Phoenix America/Los_Angeles America/Anchorage America/Adak America/Halifax
America/St_Johns America/Havana America/Mexico_City America/Bogota America/Caracas America/Sao_Paulo America/Santiago America/Asuncion
America/Nuuk Africa/Cairo Africa/Casablanca Africa/Johannesburg Asia/Jerusalem Asia/Gaza Asia/Beirut Asia/Tehran Asia/Kolkata
Asia/Kathmandu Asia/Tokyo Australia/Sydney Australia/Lord_Howe Pacific/Auckland Pacific/Chatham Pacific/Apia Pacific/Easter
Antarctica/Troll""".split()
# dateutil looks for a rule's next day up to this year, which the questions move: nobody asks for more.
rrule.datetime = types.SimpleNamespace(**{**vars(dt), "MAXYEAR": dt.MAXYEAR})
EPOCH = dt.datetime(1970, 1, 1)
DAY = dt.timedelta(days=1)
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
LIMIT = 900


def seconds(naive):
    return int((naive - EPOCH).total_seconds())


def offset(zone, utc_s):
    moment = (EPOCH + dt.timedelta(seconds=utc_s)).replace(tzinfo=dt.timezone.utc).astimezone(zone)
    return int(moment.utcoffset().total_seconds())


def to_utc(zone, wall):
    return seconds(wall) - int(wall.replace(tzinfo=zone, fold=0).utcoffset().total_seconds())


def print_edges(name, first_year, last_year):
    zone = ZoneInfo(name)
    step = 86400
    at = seconds(dt.datetime(first_year, 1, 1))
    end = seconds(dt.datetime(last_year, 1, 1))
    before = offset(zone, at)
    while at < end:
        after = offset(zone, at + step)
        if after != before:
            low, high = at, at + step
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(zone, middle) == before else (low, middle)
            for utc in (high - 1, high):
                print("offset", name, utc, "=", offset(zone, utc))
            for delta in (-3601, -1800, -1, 0, 1, 1799, 1800, 3599, 3600, 7200):
                wall = EPOCH + dt.timedelta(seconds=high + min(before, after) + delta)
                print("wall", name, seconds(wall), "=", to_utc(zone, wall))
        before = after
        at += step


def print_zones(count, dice):
    years = (2012, 2042) if count < 100 else (1975, 2070)
    for name in ZONES:
        print_edges(name, *years)
        zone = ZoneInfo(name)
        for _ in range(count):
            utc = dice.randrange(seconds(dt.datetime(1601, 1, 2)), seconds(dt.datetime(4500, 12, 30)))
            print("offset", name, utc, "=", offset(zone, utc))


def start_of(dice):
    year = dice.choice([1602, 1900, 1970, 1999, 2004] + [2024, 2025, 2026, 2027] * 3)
    day = dice.choice([dice.randint(1, 28), 28, 29, 30, 31])
    month = dice.randint(1, 12)
    day = min(day, calendar.monthrange(year, month)[1])
    return dt.datetime(year, month, day, dice.choice([0, 1, 2, 2, 3, 9, 14, 23]), dice.choice([0, 0, 30, 45]))


def some(dice, values, most):
    return sorted(dice.sample(values, dice.randint(1, min(most, len(values)))))


def signed(dice, top, most):
    return sorted({dice.choice([-1, 1]) * dice.choice([1, 2, dice.randint(1, top), top]) for _ in range(dice.randint(1, most))})


def random_parts(dice, freq):
    """The BY parts of a rule: what RFC 5545 allows beside this frequency, and dateutil and it agree on."""
    parts = {}
    if freq != "WEEKLY" and dice.random() < 0.3 or freq == "YEARLY" and dice.random() < 0.5:
        parts["BYMONTH"] = some(dice, range(1, 13), 4)
    if freq in ("MONTHLY", "YEARLY", "DAILY") and dice.random() < 0.4:
        parts["BYMONTHDAY"] = signed(dice, 31, 4)
    if freq == "YEARLY" and dice.random() < 0.15:
        parts["BYYEARDAY"] = signed(dice, 366, 5)
    if freq == "YEARLY" and dice.random() < 0.15:
        # Not 52 and 53: dateutil counts last year's weeks by this year's length.
        parts["BYWEEKNO"] = sorted({dice.choice([-1, 1, 2, 20, 51]) for _ in range(dice.randint(1, 3))})
    if dice.random() < 0.6:
        days = dice.sample(WEEKDAYS, dice.randint(1, 4))
        if freq in ("MONTHLY", "YEARLY") and "BYWEEKNO" not in parts and dice.random() < 0.6:
            top = 5 if freq == "MONTHLY" or "BYMONTH" in parts else 53
            days = [f"{dice.choice([-1, 1]) * dice.choice([1, 2, 3, 4, 5, top])}{day}" for day in days]
        parts["BYDAY"] = days
    if freq in ("MONTHLY", "YEARLY") and parts and set(parts) != {"BYMONTH"} and dice.random() < 0.3:
        parts["BYSETPOS"] = signed(dice, 4, 2)
    return parts


def random_rule(dice, start):
    freq = dice.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    parts = random_parts(dice, freq)
    text = f"FREQ={freq}"
    if dice.random() < 0.5:
        text += f";INTERVAL={dice.choice([1, 2, 2, 3, 4, 5, 7, 10, 18])}"
    for name, values in parts.items():
        text += f";{name}=" + ",".join(str(value) for value in values)
    if dice.random() < 0.5:
        text += f";WKST={dice.choice(WEEKDAYS)}"
    return text


def found(rule, zone, start, window, until):
    utcs = []
    for wall in rule:
        if wall > window[1] + 2 * DAY or len(utcs) > LIMIT:
            break
        utc = seconds(start) - offset_of_start(zone, start) if wall == start else to_utc(zone, wall)
        if until is not None and utc > until:
            break
        if seconds(window[0]) <= utc < seconds(window[1]):
            utcs.append(utc)
    return utcs


def offset_of_start(zone, start):
    return int(start.replace(tzinfo=zone, fold=0).utcoffset().total_seconds())


def window_of(dice, start):
    first = start + dt.timedelta(days=dice.choice([-5, 0, 0, 1, 30, 400, 3000]) + dice.randint(0, 20))
    return first.replace(hour=0, minute=0), first.replace(hour=0, minute=0) + dt.timedelta(days=dice.choice([1, 7, 42, 366, 1500]))


def exists(zone, start):
    """A first time that the clock skips is no time on that clock."""
    utc = to_utc(zone, start)
    return utc + offset(zone, utc) == seconds(start)


def print_rules(count, dice):
    made = 0
    while made < count:
        name = dice.choice(ZONES)
        zone = ZoneInfo(name)
        start = start_of(dice)
        if not exists(zone, start):
            continue
        window = window_of(dice, start)
        text = random_rule(dice, start)
        until = None
        if dice.random() < 0.25:
            text += f";COUNT={dice.choice([1, 2, 5, 30, 365, 1000000000])}"
        elif dice.random() < 0.3:
            end = start + dt.timedelta(days=dice.randint(0, 800), hours=dice.randint(0, 23))
            until = seconds(end)
        try:
            rrule.datetime.MAXYEAR = window[1].year + 1
            rule = rrule.rrulestr(text, dtstart=start)
        except ValueError:
            continue
        if until is not None:
            text += f";UNTIL={end:%Y%m%dT%H%M%SZ}"
        utcs = found(rule, zone, start, window, until)
        if len(utcs) >= LIMIT or (not utcs and dice.random() < 0.8):
            continue
        made += 1
        print("rule", name, seconds(start), seconds(window[0]), seconds(window[1]), text, "=", ",".join(map(str, utcs)))


# ---- the words of ActiveSync, by counting days ----

def mask_has(mask, day):
    return mask >> (day.isoweekday() % 7) & 1


def days_of_month(kind, year, month, mask, month_day, week):
    length = calendar.monthrange(year, month)[1]
    if kind in (2, 5):
        return [dt.date(year, month, min(month_day, length))]
    days = [day for day in (dt.date(year, month, d) for d in range(1, length + 1)) if mask_has(mask, day)]
    if week == 5:
        return days[-1:]
    return days[week - 1:week]


def dates_of(kind, interval, mask, month_day, week, month, first_weekday, start):
    if kind in (0, 1):
        week_begin = start - DAY * ((start.isoweekday() - first_weekday) % 7)
        day = start
        while True:
            turn = (day - start).days if kind == 0 else (day - week_begin).days // 7
            if turn % interval == 0 and (mask == 0 or mask_has(mask, day)):
                yield day
            day += DAY
    at = start.year * 12 + start.month - 1
    if kind in (5, 6):
        at = start.year * 12 + month - 1
    step = interval * (12 if kind in (5, 6) else 1)
    while at < 4000 * 12:
        yield from (day for day in days_of_month(kind, at // 12, at % 12 + 1, mask, month_day, week) if day >= start)
        at += step


def random_words(dice):
    kind = dice.choice([0, 1, 2, 3, 5, 6])
    mask = dice.choice([1 << dice.randint(0, 6), 62, 65, 127, dice.randint(1, 127)]) if kind in (1, 3, 6) else 0
    if kind == 0 and dice.random() < 0.3:
        mask = 62
    return (kind, dice.choice([1, 1, 2, 3, 5, 12]), mask, dice.choice([1, 15, 28, 29, 30, 31]) if kind in (2, 5) else 0,
            dice.randint(1, 5) if kind in (3, 6) else 0, dice.randint(1, 12) if kind in (5, 6) else 0)


def print_words(count, dice):
    made = 0
    while made < count:
        name = dice.choice(ZONES)
        zone = ZoneInfo(name)
        start = start_of(dice)
        if not exists(zone, start):
            continue
        window = window_of(dice, start)
        kind, interval, mask, month_day, week, month = random_words(dice)
        first_weekday = dice.choice([-1, 0, 1, 6])
        occurrences = dice.choice([0, 0, 1, 3, 10, 400])
        until = to_utc(zone, start + dt.timedelta(days=dice.randint(0, 900))) if not occurrences and dice.random() < 0.4 else 0
        walls = []
        for date in dates_of(kind, interval, mask, month_day, week, month, 1 if first_weekday < 0 else first_weekday, start.date()):
            wall = dt.datetime.combine(date, start.time())
            if wall > window[1] + 2 * DAY or (occurrences and len(walls) == occurrences):
                break
            walls.append(wall)
        utcs = found(walls, zone, start, window, until or None)
        if len(walls) > 200000 or len(utcs) >= LIMIT or (not utcs and dice.random() < 0.8):
            continue
        made += 1
        print("words", name, seconds(start), seconds(window[0]), seconds(window[1]), kind, interval, mask, month_day, week, month,
              occurrences, until, first_weekday, "=", ",".join(map(str, utcs)))


if __name__ == "__main__":
    {"zones": print_zones, "rules": print_rules, "words": print_words}[sys.argv[1]](int(sys.argv[2]), random.Random(int(sys.argv[3])))
