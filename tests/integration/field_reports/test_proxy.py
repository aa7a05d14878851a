"""What stands between a proxy and the web servers."""

import re

from granian.http import HTTP1Settings

from tests.system.deploy.files import DEPLOY

SITE = (DEPLOY / "nginx/sms-gateway.conf").read_text()


def test_the_proxy_is_the_first_to_close_an_idle_connection() -> None:
    """Field report W55: a webhook never meets a connection that is being closed."""
    [seconds] = re.findall(r"^\s*keepalive_timeout (\d+)s;", SITE, re.MULTILINE)

    assert int(seconds) * 1000 < HTTP1Settings().header_read_timeout
