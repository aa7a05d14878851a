"""Remedies for a provider that cannot be reached, by the code of the error.

The codes are those of gateway/channels/http/exchange.py.
"""

from gateway.channels import ChannelError

_REMEDIES = {
    "name_unknown": "nobody knows its name: see DNS and the address in the settings",
    "proxy_name_unknown": "nobody knows the proxy's name: see HTTPS_PROXY and DNS",
    "proxy_refused": "the proxy opens no way to it: see HTTPS_PROXY and NO_PROXY",
    "connect_timeout": "it cannot be reached in time: see DNS, firewall and routes",
    "tls_untrusted": "nobody we trust vouches for its certificate, or it has expired",
    "tls_failed": "it speaks no TLS that we know: see the port in the settings",
    "tls_interrupted": "it hung up amid the TLS handshake: try again, see its log",
    "tls_authority": "the file of trusted authorities cannot be read",
}


def describe(error: ChannelError, otherwise: str) -> str:
    """Say that there is no answer, why, and what to look at."""
    remedy = _REMEDIES.get(error.code, otherwise)
    return f"does not answer ({error.code}): {remedy}"


def is_connection_error(error: ChannelError) -> bool:
    """Whether no answer came, so that the provider has refused nothing."""
    return error.code in _REMEDIES
