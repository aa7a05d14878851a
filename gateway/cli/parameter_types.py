"""Types of command-line parameters that hold a member or telephone number."""

import re
from typing import Any

import click

from gateway.domain.participants import KPJ
from gateway.parsers.msisdn import to_mobile

_GROUPING = re.compile(r"[ .-]")


class KpjType(click.ParamType[KPJ]):
    """A member number, grouped or not."""

    name = "kpj"

    def convert(self, value: Any, param: Any, ctx: Any) -> KPJ:
        """Refuse what is no KPJ, without repeating it."""
        try:
            return KPJ(_GROUPING.sub("", value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class PhoneType(click.ParamType[str]):
    """An Indonesian mobile number in any notation, as E.164."""

    name = "phone"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """Refuse what is no mobile number, without repeating it."""
        return to_mobile(value) or self.fail(
            "not an Indonesian mobile number, such as +628110000001", param, ctx
        )
