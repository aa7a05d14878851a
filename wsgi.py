"""For any WSGI server: `wsgi:app` serves the gateway that the environment describes."""

from gateway.app import from_environment

app = from_environment()
