"""Explain providers' error codes in the language of the page."""

from flask_babel import gettext

from gateway.channels.registry import explain


def meaning(code: str | None) -> str:
    """Explain a code; empty for an unknown one."""
    explanation = explain(code)
    return gettext(explanation) if explanation else ""
