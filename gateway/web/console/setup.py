"""Add the console to an application: pages, languages and styles."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from flask import Flask, redirect, render_template, request, session, url_for
from flask_babel import Babel, get_locale, lazy_gettext
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from flask_bootstrap import Bootstrap5
from werkzeug import Response
from werkzeug.exceptions import HTTPException

from gateway.domain.operators import Role
from gateway.security.cipher import derive_key
from gateway.web.console import auth, formats, provider_codes
from gateway.web.console.blueprint import bp
from gateway.web.console.context import Console, own_page

LANGUAGES = ("id", "en")
TRANSLATIONS = Path(__file__).parent.parent / "translations"
# Importing these modules registers their views with the blueprint. They are imported
# late because pygal, which draws the charts, installs a deprecated import hook.
PAGES = (
    *("login", "overview", "charts", "messages", "timeline", "export"),
    *("conversation_export", "texts", "decisions", "manual_replies", "admin"),
)


@dataclass(frozen=True)
class Tab:
    """A page in the navigation bar, and the role that it needs."""

    endpoint: str
    title: LazyString
    role: Role


TABS = (
    Tab("console.overview", lazy_gettext("Overview"), Role.VIEWER),
    Tab("console.messages", lazy_gettext("Messages"), Role.VIEWER),
    Tab("console.decisions", lazy_gettext("To decide"), Role.VIEWER),
    Tab("console.texts", lazy_gettext("Texts"), Role.VIEWER),
    Tab("console.admin", lazy_gettext("Administration"), Role.ADMIN),
)


def add_console(app: Flask, console: Console) -> None:
    """Add the console at /console/."""
    for name in PAGES:
        import_module(f"gateway.web.console.{name}")
    secret = console.settings.secret_key
    auth.install(app, derive_key(secret, "console cookies"))
    is_secure = console.settings.public_url.startswith("https:")
    app.config |= {
        "SESSION_COOKIE_SECURE": is_secure,
        "BOOTSTRAP_SERVE_LOCAL": True,
    }
    app.extensions["console"] = console
    Bootstrap5(app)
    Babel(
        app,
        default_locale=LANGUAGES[0],
        default_timezone="Asia/Jakarta",
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=_language,
    )
    app.register_blueprint(bp)
    formats.install(app)
    app.jinja_env.filters["meaning"] = provider_codes.meaning
    app.context_processor(lambda: {"tabs": TABS, "get_locale": get_locale})


@bp.post("/language")
@auth.requires_role(None)
def language() -> Response:
    """Choose a language and return to the same page."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
    back = own_page(request.form.get("back", ""))
    return redirect(back or url_for("console.overview"), 303)


@bp.errorhandler(HTTPException)
def _refused(error: HTTPException) -> tuple[str, int]:
    """Render an HTTP error as a page that says what is wrong and leads back."""
    code = error.code or 500
    what = {
        403: _("Your role does not allow this."),
        404: _("There is no such page, or what it showed was deleted."),
        400: _("The form has expired or is incomplete. Go back and try again."),
    }.get(code, error.description or "")
    title = f"{code} {error.name}"
    return render_template("console/refused.html", title=title, what=what), code


def _language() -> str:
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])
