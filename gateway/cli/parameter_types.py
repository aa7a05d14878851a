"""Parameter types of the command line for KPJs and phone numbers."""

import re
from typing import Any

import click

from gateway.domain.participants import KPJ
from gateway.parsers.msisdn import to_mobile

_GROUPING = re.compile(r"[ .-]")


class KpjType(click.ParamType[KPJ]):
    """A KPJ, with or without separators between groups."""

    name = "kpj"

    def convert(self, value: Any, param: Any, ctx: Any) -> KPJ:
        """Parse a KPJ; the error does not repeat a wrong value."""
        try:
            return KPJ(_GROUPING.sub("", value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class PhoneType(click.ParamType[str]):
    """An Indonesian mobile number in any notation, as E.164."""

    name = "phone"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """Parse a mobile number; the error does not repeat a wrong value."""
        return to_mobile(value) or self.fail(
            "not an Indonesian mobile number, such as +628110000001", param, ctx
        )
