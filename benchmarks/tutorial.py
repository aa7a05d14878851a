"""The baseline: what a tutorial teaches, the answer straight in the webhook's response.

One look-up in a plain table. No log, no queue, no check of signature, phone or repeats.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from flask import Flask, Response, request
from twilio.twiml.messaging_response import MessagingResponse

from benchmarks.members import made_up

DATABASE_VARIABLE = "TUTORIAL_DATABASE"
PATH = "/sms"

app = Flask(__name__)


@app.post(PATH)
def reply() -> Response:
    """Answer an SMS such as SALDO 61000000019."""
    kpj = request.form["Body"].split()[-1]
    with closing(sqlite3.connect(os.environ[DATABASE_VARIABLE])) as connection:
        query = "SELECT balance FROM members WHERE kpj = ?"
        row = connection.execute(query, (kpj,)).fetchone()
    balance = f"Rp{row[0]:,}".replace(",", ".") if row else "tidak ditemukan"
    answer = MessagingResponse()
    answer.message(f"Saldo JHT KPJ {kpj}: {balance}")
    return Response(str(answer), mimetype="text/xml")


def fill(path: Path, count: int) -> None:
    """Make the table with the first members."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE members (kpj TEXT PRIMARY KEY, balance INT)")
        rows = ((member.kpj, member.balance) for member in made_up(range(count)))
        connection.executemany("INSERT INTO members VALUES (?, ?)", rows)
