"""One request over libcurl: its deadline for sending, and its bounded answer."""

import re
import time
from http import HTTPStatus

import pycurl

from gateway.channels import ChannelError, SendFault
from gateway.channels.http.answer import HttpAnswer

MOST_HEADER_BYTES = 64 * 1024
MOST_BODY_BYTES = 1024 * 1024
# What a callback of libcurl returns: None means success, 0 bytes taken an error.
_KEEP_READING, _STOP = None, 0
# CURLE_PROXY and CURLE_TOO_LARGE, which pycurl has no names for.
_E_PROXY, _E_TOO_LARGE = 97, 100

_PROXY_REFUSED = ("proxy_refused", SendFault.RETRYABLE)
# Errors before the connection was open: nothing of the request was sent.
# https://curl.se/libcurl/c/libcurl-errors.html
_NO_CONNECTION = {
    pycurl.E_COULDNT_RESOLVE_HOST: ("name_unknown", SendFault.RETRYABLE),
    pycurl.E_COULDNT_RESOLVE_PROXY: ("proxy_name_unknown", SendFault.RETRYABLE),
    pycurl.E_COULDNT_CONNECT: ("connection_refused", SendFault.RETRYABLE),
    pycurl.E_OPERATION_TIMEDOUT: ("connect_timeout", SendFault.RETRYABLE),
    # By our own callback: the connection was made too late.
    pycurl.E_ABORTED_BY_CALLBACK: ("connect_timeout", SendFault.RETRYABLE),
    # The proxy hung up, or did not answer as a proxy does.
    pycurl.E_RECV_ERROR: _PROXY_REFUSED,
    _E_PROXY: _PROXY_REFUSED,
    # The certificate is not trusted, has expired or is for another host name.
    pycurl.E_PEER_FAILED_VERIFICATION: ("tls_untrusted", SendFault.CONFIGURATION),
    # The server does not speak TLS, or no version that both sides support.
    pycurl.E_SSL_CONNECT_ERROR: ("tls_failed", SendFault.CONFIGURATION),
    # The file of authorities cannot be read.
    pycurl.E_SSL_CACERT_BADFILE: ("tls_authority", SendFault.CONFIGURATION),
}
# Messages of libcurl and OpenSSL when the peer hung up during the handshake. It has the
# code of a TLS mismatch, but the set-up is not at fault.
_INTERRUPTED = re.compile("Recv failure|Send failure|unexpected eof|SSL_ERROR_SYSCALL")
_NEVER_CONNECTED = ("connection_failed", SendFault.RETRYABLE)
# Errors after the request was sent: it may have arrived.
_NO_ANSWER = {
    pycurl.E_OPERATION_TIMEDOUT: "answer_timeout",
    # The answer exceeded our limit or libcurl's own.
    pycurl.E_WRITE_ERROR: "answer_too_long",
    _E_TOO_LARGE: "answer_too_long",
}
_LOST = "connection_lost"


class Exchange:
    """One request with a deadline: after `send_by` it is never sent.

    `send_by` is a time of `time.monotonic`, which goes on while a process is stopped.
    """

    def __init__(self, send_by: float) -> None:
        self._send_by = send_by
        self._is_sent = False
        self._headers: dict[str, str] = {}
        self._header_bytes = 0
        self._body = bytearray()

    def perform(self, curl: pycurl.Curl) -> HttpAnswer:
        """Send the request of a handle once. Raises ChannelError."""
        curl.setopt(pycurl.PREREQFUNCTION, self._on_connected)
        curl.setopt(pycurl.HEADERFUNCTION, self._on_header)
        curl.setopt(pycurl.WRITEFUNCTION, self._on_body)
        try:
            curl.perform()
        except pycurl.error as error:
            raise self._fault(error, curl) from error
        status = curl.getinfo(pycurl.RESPONSE_CODE)
        return HttpAnswer(status, self._body.decode("utf-8", "replace"), self._headers)

    def _fault(self, error: pycurl.error, curl: pycurl.Curl) -> ChannelError:
        code, text = int(error.args[0]), str(error)
        if self._is_sent:
            return ChannelError(_NO_ANSWER.get(code, _LOST), SendFault.AMBIGUOUS)
        if code == pycurl.E_SSL_CONNECT_ERROR and _INTERRUPTED.search(text):
            return ChannelError("tls_interrupted", SendFault.RETRYABLE)
        connect_status = curl.getinfo(pycurl.HTTP_CONNECTCODE)
        if connect_status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            return ChannelError("proxy_refused", SendFault.CONFIGURATION)
        if connect_status >= HTTPStatus.MULTIPLE_CHOICES:
            return ChannelError(*_PROXY_REFUSED)
        return ChannelError(*_NO_CONNECTION.get(code, _NEVER_CONNECTED))

    def _on_connected(self, *_addresses: object) -> int:
        """Allow the request, when the connection is open and before the first byte.

        libcurl calls a second time when a persistent connection broke and it would send
        the request again: the peer may have received it, so that is not allowed.
        """
        if self._is_sent or time.monotonic() > self._send_by:
            return pycurl.PREREQFUNC_ABORT
        self._is_sent = True
        return pycurl.PREREQFUNC_OK

    def _on_header(self, line: bytes) -> int | None:
        self._header_bytes += len(line)
        if self._header_bytes > MOST_HEADER_BYTES:
            return _STOP
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            self._headers[name.lower()] = value.strip()
        elif name.startswith("HTTP/"):
            # The headers so far belonged to an interim answer or to a proxy's answer.
            self._headers.clear()
        return _KEEP_READING

    def _on_body(self, part: bytes) -> int | None:
        self._body += part
        return _STOP if len(self._body) > MOST_BODY_BYTES else _KEEP_READING
