"""What the error codes beside a reply mean, in the language of the page."""

from flask_babel import gettext

from gateway.channels.registry import explain


def meaning(code: str | None) -> str:
    """Explain a code; empty for one that we do not know."""
    explanation = explain(code)
    return gettext(explanation) if explanation else ""
