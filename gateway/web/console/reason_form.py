"""The form that asks for the reason of a decision, for the audit log."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

SHORTEST_REASON = 5
LONGEST_REASON = 200


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """The reason."""

    reason = StringField(
        lazy_gettext("Reason, for the access log"),
        [InputRequired(), Length(min=SHORTEST_REASON, max=LONGEST_REASON)],
        filters=[lambda text: text.strip() if text else text],
    )
