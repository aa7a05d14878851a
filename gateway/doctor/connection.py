"""Remedies for a provider that cannot be reached, by the code of the error.

The codes are those of gateway/channels/http/exchange.py.
"""

from gateway.channels import ChannelError

_REMEDIES = {
    "name_unknown": "its name does not resolve: see DNS and the settings",
    "proxy_name_unknown": "the proxy's name does not resolve: see HTTPS_PROXY and DNS",
    "proxy_refused": "the proxy refuses to connect: see HTTPS_PROXY and NO_PROXY",
    "connect_timeout": "it cannot be reached in time: see DNS, firewall and routes",
    "tls_untrusted": "its certificate is not trusted or has expired",
    "tls_failed": "it speaks no TLS that we support: see the port in the settings",
    "tls_interrupted": "it hung up during the TLS handshake: try again, see its log",
    "tls_authority": "the file of trusted authorities cannot be read",
}


def describe(error: ChannelError, otherwise: str) -> str:
    """Describe a missing answer: its code, and a remedy."""
    remedy = _REMEDIES.get(error.code, otherwise)
    return f"does not answer ({error.code}): {remedy}"


def is_connection_error(error: ChannelError) -> bool:
    """Whether the connection failed, rather than the provider refusing something."""
    return error.code in _REMEDIES
