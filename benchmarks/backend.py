"""What answers for Kannel, a process of its own: balances in memory, and nothing else.

No real backend can be cheaper, which is a favour to Kannel: no database, no log, no
check of who asks.
"""

import asyncio
from urllib.parse import parse_qs, urlsplit

import click

from benchmarks.members import made_up
from benchmarks.serving import serve
from benchmarks.wire import response


class Backend:
    """The texts of all members, made before the first question."""

    def __init__(self, count: int) -> None:
        self._texts = {
            member.kpj: f"Saldo JHT KPJ {member.kpj}: {member.amount}".encode()
            for member in made_up(range(count))
        }

    def answer(self, head: bytes, _body: bytes) -> bytes:
        """The text for the KPJ that stands in the address."""
        query = urlsplit(head.split(b" ", 2)[1].decode()).query
        kpj = parse_qs(query).get("kpj", [""])[0]
        text = self._texts.get(kpj, b"tidak ditemukan")
        return response("200 OK", text, "text/plain")


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--members", type=int, required=True)
def main(port: int, members: int) -> None:
    """Answer until somebody ends this process."""
    asyncio.run(serve(port, Backend(members).answer))


if __name__ == "__main__":
    main()
