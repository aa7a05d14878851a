"""What a browser does at the console: forms with their tokens."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PASSWORD = "a password for tests only"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def token(client: FlaskClient, path: str = "/console/login") -> str:
    """The token of a form on this page."""
    found = _TOKEN.search(client.get(path).text)
    assert found
    return found[1]


def submit(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Post a form, with the token of this visit."""
    return client.post(path, data={"csrf_token": token(client)} | fields)


def log_in(client: FlaskClient, name: str, password: str = PASSWORD) -> TestResponse:
    """Come in, or not."""
    return submit(client, "/console/login", name=name, password=password)
