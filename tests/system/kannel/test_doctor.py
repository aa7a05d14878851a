"""What `gateway doctor` says of Debian's Kannel itself."""

from gateway.doctor.kannel import check_kannel
from tests.support.checks import run_check
from tests.support.processes import wait_until
from tests.system.kannel.installation import Installation


def findings_of(installation: Installation, **changes: str) -> list[str]:
    """What is found with these settings of ours."""
    ours = installation.settings.kannel
    assert ours is not None
    kannel = ours.model_copy(update=changes)
    settings = installation.settings.model_copy(update={"kannel": kannel})
    return [
        f"{finding.level} {finding.text}"
        for finding in run_check(check_kannel, settings)
    ]


def test_the_right_password_is_let_in_and_no_sms_goes_out(
    installation: Installation,
) -> None:
    before = len(installation.smsc.taken)

    assert findings_of(installation) == ["ok sendsms accepts our password"]
    assert len(installation.smsc.taken) == before


def test_a_wrong_user_or_password_is_refused(installation: Installation) -> None:
    for changes in ({"password": "another"}, {"username": "somebody"}):
        [line] = findings_of(installation, **changes)

        assert line.startswith("FAIL refuses us")


def test_another_path_is_no_sendsms(installation: Installation) -> None:
    elsewhere = installation.kannel.sendsms_url.replace("sendsms", "other")

    [line] = findings_of(installation, sendsms_url=elsewhere)

    assert line.startswith("FAIL answers 404, not as sendsms does")


def test_without_bearerbox_nobody_answers(installation: Installation) -> None:
    kannel = installation.kannel
    kannel.bearerbox.stop()
    wait_until(kannel.smsbox.has_died, "the end of smsbox")

    [line] = findings_of(installation)

    assert line.startswith("FAIL does not answer (connection_refused): see bearerbox")
    kannel.stop()
    kannel.start()
    wait_until(lambda: installation.smsc.has_customer, "Kannel at the SMS centre")
