"""Working days, against a calendar read by eye."""

from datetime import date

from rules.dates import add_working_days, count_working_days, is_working_day, next_working_day

CO = {date(2026, 7, 13), date(2026, 7, 20)}


def test_a_term_begins_the_day_after_and_jumps_weekends_and_holidays():
    wednesday = date(2026, 7, 8)
    # Thursday, Friday; Monday 13 is the holiday of 9 July, moved (Ley 2578/2026); Tuesday, Wednesday, Thursday.
    assert add_working_days(wednesday, 5, CO) == date(2026, 7, 16)
    assert add_working_days(wednesday, 5) == date(2026, 7, 15)
    assert add_working_days(date(2026, 7, 11), 1, CO) == date(2026, 7, 14)
    assert add_working_days(wednesday, 0, CO) == wednesday


def test_a_companys_own_day_counts_as_a_holiday():
    assert add_working_days(date(2026, 7, 14), 1, {date(2026, 7, 15)}) == date(2026, 7, 16)


def test_working_days():
    assert not is_working_day(date(2026, 7, 13), CO)
    assert not is_working_day(date(2026, 7, 11))
    assert next_working_day(date(2026, 7, 13), CO) == date(2026, 7, 14)
    assert next_working_day(date(2026, 7, 14), CO) == date(2026, 7, 14)


def test_the_working_days_that_a_term_took():
    wednesday = date(2026, 7, 8)
    assert count_working_days(wednesday, add_working_days(wednesday, 5, CO), CO) == 5
    assert count_working_days(wednesday, date(2026, 7, 13), CO) == 2
    assert count_working_days(wednesday, wednesday, CO) == count_working_days(wednesday, date(2026, 7, 1), CO) == 0
