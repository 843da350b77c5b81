"""Times by the clocks of Japan."""

from evidence.report.times import in_japan


def test_times_are_told_by_the_clocks_of_japan_where_a_calendar_has_them():
    assert in_japan("2024-12-31T15:00:01.000000Z") == "2025-01-01 00:00:01"
    assert in_japan("9999-12-31T23:59:59Z") == "9999-12-31 23:59:59 UTC"
