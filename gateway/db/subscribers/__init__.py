"""Phones: enrolments, languages, reminders, opt-outs."""
