"""One request over libcurl: its last look before it leaves, and its bounded answer."""

import re
import time
from http import HTTPStatus

import pycurl

from gateway.channels import ChannelError, SendFault
from gateway.channels.http.answer import HttpAnswer

MOST_HEADER_BYTES = 64 * 1024
MOST_BODY_BYTES = 1024 * 1024
# What a callback of libcurl's returns: None is all is well, 0 bytes taken is an error.
_KEEP_READING, _STOP = None, 0
# CURLE_PROXY and CURLE_TOO_LARGE, which pycurl has no names for.
_E_PROXY, _E_TOO_LARGE = 97, 100

_PROXY_REFUSED = ("proxy_refused", SendFault.RETRYABLE)
# Why a connection never stood, so that nothing of the request has left.
# https://curl.se/libcurl/c/libcurl-errors.html
_NO_CONNECTION = {
    pycurl.E_COULDNT_RESOLVE_HOST: ("name_unknown", SendFault.RETRYABLE),
    pycurl.E_COULDNT_RESOLVE_PROXY: ("proxy_name_unknown", SendFault.RETRYABLE),
    pycurl.E_COULDNT_CONNECT: ("connection_refused", SendFault.RETRYABLE),
    pycurl.E_OPERATION_TIMEDOUT: ("connect_timeout", SendFault.RETRYABLE),
    # Our own word: the connection stood too late.
    pycurl.E_ABORTED_BY_CALLBACK: ("connect_timeout", SendFault.RETRYABLE),
    # The proxy hung up, or said what no proxy says.
    pycurl.E_RECV_ERROR: _PROXY_REFUSED,
    _E_PROXY: _PROXY_REFUSED,
    # Nobody we trust vouches for it, or it is out of date or of another name.
    pycurl.E_PEER_FAILED_VERIFICATION: ("tls_untrusted", SendFault.CONFIGURATION),
    # No TLS is spoken there, or no version of it that both sides know.
    pycurl.E_SSL_CONNECT_ERROR: ("tls_failed", SendFault.CONFIGURATION),
    # The file of authorities cannot be read.
    pycurl.E_SSL_CACERT_BADFILE: ("tls_authority", SendFault.CONFIGURATION),
}
# How libcurl and OpenSSL say that the other side hung up amid the handshake, which is
# no fault of the set-up; the code is the same.
_INTERRUPTED = re.compile("Recv failure|Send failure|unexpected eof|SSL_ERROR_SYSCALL")
_NEVER_CONNECTED = ("connection_failed", SendFault.RETRYABLE)
# Why no answer came; whatever the reason, the request may have arrived.
_NO_ANSWER = {
    pycurl.E_OPERATION_TIMEDOUT: "answer_timeout",
    # We stopped reading it, or libcurl did at its own bound.
    pycurl.E_WRITE_ERROR: "answer_too_long",
    _E_TOO_LARGE: "answer_too_long",
}
_LOST = "connection_lost"


class Exchange:
    """What libcurl reports of one request; it must leave by `leaves_by`.

    That is a time of `time.monotonic`, which goes on while a process is stopped.
    """

    def __init__(self, leaves_by: float) -> None:
        self._leaves_by = leaves_by
        self._has_left = False
        self._headers: dict[str, str] = {}
        self._header_bytes = 0
        self._body = bytearray()

    def perform(self, curl: pycurl.Curl) -> HttpAnswer:
        """Send what the handle was set up for, once. Raises ChannelError."""
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
        code, words = int(error.args[0]), str(error)
        if self._has_left:
            return ChannelError(_NO_ANSWER.get(code, _LOST), SendFault.AMBIGUOUS)
        if code == pycurl.E_SSL_CONNECT_ERROR and _INTERRUPTED.search(words):
            return ChannelError("tls_interrupted", SendFault.RETRYABLE)
        connect_status = curl.getinfo(pycurl.HTTP_CONNECTCODE)
        if connect_status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            return ChannelError("proxy_refused", SendFault.CONFIGURATION)
        if connect_status >= HTTPStatus.MULTIPLE_CHOICES:
            return ChannelError(*_PROXY_REFUSED)
        return ChannelError(*_NO_CONNECTION.get(code, _NEVER_CONNECTED))

    def _on_connected(self, *_addresses: object) -> int:
        """The last look, when the connection stands and before the first byte leaves.

        libcurl asks a second time when a kept connection broke and it would send the
        request again: the other side may have had it, so it must not.
        """
        if self._has_left or time.monotonic() > self._leaves_by:
            return pycurl.PREREQFUNC_ABORT
        self._has_left = True
        return pycurl.PREREQFUNC_OK

    def _on_header(self, line: bytes) -> int | None:
        self._header_bytes += len(line)
        if self._header_bytes > MOST_HEADER_BYTES:
            return _STOP
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            self._headers[name.lower()] = value.strip()
        elif name.startswith("HTTP/"):
            # The headers of an interim answer, or of a proxy's, end here.
            self._headers.clear()
        return _KEEP_READING

    def _on_body(self, part: bytes) -> int | None:
        self._body += part
        return _STOP if len(self._body) > MOST_BODY_BYTES else _KEEP_READING
