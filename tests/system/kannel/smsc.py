"""An operator's SMS centre in memory: it speaks SMPP 3.4, as far as Kannel needs it.

https://smpp.org/SMPP_v3_4_Issue1_2.pdf
"""

import itertools
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

BIND, SUBMIT, DELIVER, UNBIND, ENQUIRE = 0x09, 0x04, 0x05, 0x06, 0x15
ANSWER = 0x80000000
IS_RECEIPT, HAS_HEADER = 0x04, 0x40
GSM, UCS2 = 0, 8
# Types of a number.
UNKNOWN, ALPHANUMERIC = 0, 5
# What an operator wants to see again in the reply; the number is his own choice.
TRANSACTION_TAG = 0x1601
DELIVERED, UNDELIVERED = "DELIVRD", "UNDELIV"
_HEADER = struct.Struct(">4I")
_TLV = struct.Struct(">2H")


@dataclass(frozen=True)
class Pdu:
    """One packet of the protocol."""

    command: int
    status: int
    sequence: int
    body: bytes

    def packed(self) -> bytes:
        size = _HEADER.size + len(self.body)
        return _HEADER.pack(size, self.command, self.status, self.sequence) + self.body


@dataclass(frozen=True)
class Sms:
    """An SMS as it travels between an SMS centre and its customer."""

    sender: str
    recipient: str
    octets: bytes
    coding: int = GSM
    esm_class: int = 0
    wants_receipt: bool = False
    tlvs: Mapping[int, bytes] = field(default_factory=dict)
    # What the operator says of the sender's number; None is what most do.
    sender_type: int | None = None

    @property
    def text(self) -> str:
        """What a phone shows; our texts keep to what GSM-7 and ASCII share."""
        return self.octets.decode("utf-16-be" if self.coding == UCS2 else "ascii")

    @property
    def transaction(self) -> str:
        """The operator's id that it quotes, if it does."""
        return self.tlvs.get(TRANSACTION_TAG, b"").decode()

    def packed(self) -> bytes:
        return b"".join(
            (
                b"\0",
                _address(self.sender, self.sender_type),
                _address(self.recipient),
                bytes([self.esm_class, 0, 0]),
                b"\0\0",
                bytes([self.wants_receipt, 0, self.coding, 0, len(self.octets)]),
                self.octets,
                *(
                    _TLV.pack(tag, len(value)) + value
                    for tag, value in self.tlvs.items()
                ),
            )
        )

    @classmethod
    def read(cls, body: bytes) -> Self:
        """The SMS in a submit_sm or deliver_sm."""
        _, rest = _text(body)
        sender, rest = _text(rest[2:])
        recipient, rest = _text(rest[2:])
        esm_class, rest = rest[0], rest[3:]
        _, rest = _text(rest)
        _, rest = _text(rest)
        wants, _, coding, _, length = rest[:5]
        octets, rest = rest[5 : 5 + length], rest[5 + length :]
        tlvs = dict(_tlvs(rest))
        return cls(sender, recipient, octets, coding, esm_class, bool(wants & 1), tlvs)


class SmsCentre:
    """Takes SMS from one customer and brings him others, as operators do.

    `fate` decides what the receipt of an SMS says; None brings no receipt.
    """

    def __init__(
        self, fate: Callable[[Sms], str | None] = lambda sms: DELIVERED
    ) -> None:
        self.taken: list[Sms] = []
        self.acknowledged = 0
        self.fate = fate
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._customer: socket.socket | None = None
        self._numbers = itertools.count(1)
        self._writing = threading.Lock()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # Wakes the accept, which a close alone does not.
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        if self._customer is not None:
            with suppress(OSError):
                self._customer.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    @property
    def has_customer(self) -> bool:
        """Whether Kannel has logged in."""
        return self._customer is not None

    def deliver(self, sms: Sms) -> None:
        """Bring an SMS from a phone."""
        self._send(DELIVER, 0, next(self._numbers), sms.packed())

    def of(self, phone: str) -> list[Sms]:
        """What arrived on a phone, written without plus."""
        return [
            message for message in self.taken if message.recipient.lstrip("+") == phone
        ]

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                customer, _ = self._server.accept()
                with customer:
                    self._listen(customer)
                self._customer = None

    def _listen(self, customer: socket.socket) -> None:
        with suppress(OSError), customer.makefile("rb") as stream:
            while header := stream.read(_HEADER.size):
                size, command, status, sequence = _HEADER.unpack(header)
                body = stream.read(size - _HEADER.size)
                if command == BIND:
                    self._customer = customer
                self._answer(Pdu(command, status, sequence, body))

    def _answer(self, pdu: Pdu) -> None:
        if pdu.command == DELIVER | ANSWER:
            self.acknowledged += pdu.status == 0
        elif pdu.command == SUBMIT:
            self._take(pdu)
        elif pdu.command in (BIND, UNBIND, ENQUIRE):
            body = b"SMSC\0" if pdu.command == BIND else b""
            self._send(pdu.command | ANSWER, 0, pdu.sequence, body)

    def _take(self, pdu: Pdu) -> None:
        sms = Sms.read(pdu.body)
        self.taken.append(sms)
        its_id = f"{len(self.taken):x}"
        self._send(SUBMIT | ANSWER, 0, pdu.sequence, its_id.encode() + b"\0")
        fate = self.fate(sms) if sms.wants_receipt else None
        if fate:
            self.deliver(_receipt(sms, its_id, fate))

    def _send(self, command: int, status: int, sequence: int, body: bytes) -> None:
        assert self._customer is not None
        with self._writing:
            self._customer.sendall(Pdu(command, status, sequence, body).packed())


def long_sms(sender: str, recipient: str, text: str, part: int = 100) -> list[Sms]:
    """A text of several SMS, with the headers that hold them together."""
    parts = [text[start : start + part] for start in range(0, len(text), part)]
    return [
        Sms(
            sender,
            recipient,
            bytes([5, 0, 3, 7, len(parts), number]) + item.encode("ascii"),
            esm_class=HAS_HEADER,
        )
        for number, item in enumerate(parts, 1)
    ]


def _receipt(sms: Sms, its_id: str, fate: str) -> Sms:
    code = "000" if fate == DELIVERED else "001"
    reported = (
        f"id:{its_id} sub:001 dlvrd:001 submit date:2611211600 "
        f"done date:2611211600 stat:{fate} err:{code} text:{sms.text[:20]}"
    )
    return Sms(sms.recipient, sms.sender, reported.encode(), esm_class=IS_RECEIPT)


def _address(number: str, kind: int | None = None) -> bytes:
    """Usually numbers of 62 are international, codes are the operator's own."""
    if kind is None:
        kind = 1 if number.startswith("62") else 0
    return bytes([kind, 1]) + number.encode() + b"\0"


def _text(octets: bytes) -> tuple[str, bytes]:
    text, _, rest = octets.partition(b"\0")
    return text.decode(), rest


def _tlvs(octets: bytes) -> Iterator[tuple[int, bytes]]:
    while octets:
        tag, length = _TLV.unpack(octets[: _TLV.size])
        end = _TLV.size + length
        yield tag, octets[_TLV.size : end]
        octets = octets[end:]
