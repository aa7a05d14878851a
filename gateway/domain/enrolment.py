"""A phone's request to hear about a member."""

from enum import StrEnum


class EnrolmentStatus(StrEnum):
    """What has become of a request."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
