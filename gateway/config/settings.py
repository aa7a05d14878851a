"""Read the settings of an installation and report every fault in them at once."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, ValidationError
from pydantic_core import ErrorDetails

from gateway.config import values
from gateway.config.checks import BadSetting
from gateway.config.group import Group
from gateway.config.groups import (
    ChannelSettings,
    DirectorySettings,
    GatewaySettings,
    KannelSettings,
    LimitSettings,
    PolicySettings,
    TwilioSettings,
)
from gateway.domain.errors import GatewayError
from gateway.domain.limits import Limits
from gateway.domain.policy import Policy
from gateway.security.cipher import new_data_key


class ConfigError(GatewayError):
    """Settings that cannot work; `faults` names every one of them."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__(
            "cannot start:\n" + "\n".join(f"  - {fault}" for fault in faults)
        )


def _none_if_sql(directory: DirectorySettings | None) -> DirectorySettings | None:
    return None if directory is None or directory.url == "sql" else directory


class Settings(GatewaySettings):
    """Everything that differs between installations."""

    # None: the table of imported members in our own database.
    directory: Annotated[DirectorySettings | None, AfterValidator(_none_if_sql)]
    twilio: TwilioSettings | None
    kannel: KannelSettings | None
    times: PolicySettings
    limits: LimitSettings

    @property
    def channel_names(self) -> tuple[str, ...]:
        return tuple(name for name in _CHANNELS if getattr(self, name))

    @property
    def policy(self) -> Policy:
        """Time limits, attempts, retention and rate limits, as the domain has them."""
        return Policy(**dict(self.times), limits=Limits(**dict(self.limits)))

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read and check the settings. Raises ConfigError naming every fault."""
        report = cls.read(env)
        if report.faults:
            raise ConfigError(report.faults)
        return report.settings

    @classmethod
    def read(cls, env: Mapping[str, str]) -> "SettingsReport":
        """Read the settings, replacing wrong values by neutral ones."""
        given = _given(env)
        faults = [] if any(given[name] for name in _CHANNELS) else [_no_channel()]
        try:
            settings = cls(**given)
        except ValidationError as error:
            faults += dict.fromkeys(map(_fault, error.errors()))
            settings = cls(**_given(_without(faults, env)))
        return SettingsReport(settings, faults, _unknown(env))


@dataclass(frozen=True)
class SettingsReport:
    """Settings, and every fault in them; each fault begins with a variable's name."""

    settings: Settings
    faults: list[str]
    # Variables with our prefixes that are no settings, as misspelt ones are.
    unknown: tuple[str, ...] = ()


# The groups, by the field of Settings; that of a channel has the channel's name.
PARTS: Mapping[str, type[Group]] = {
    name: part
    for name, field in Settings.model_fields.items()
    for part in (field.annotation, *get_args(field.annotation))
    if isinstance(part, type) and issubclass(part, Group)
}
_CHANNELS = {
    name: part for name, part in PARTS.items() if issubclass(part, ChannelSettings)
}
# Prefixes of groups that are useless as soon as one variable of theirs is wrong.
_ALL_OR_NOTHING = (
    "GATEWAY_DIRECTORY",
    *(group.model_config["env_prefix"] for group in _CHANNELS.values()),
)
# Replacements for required variables that are wrong.
_NEUTRAL = {
    "GATEWAY_DATABASE_URL": "sqlite:///",
    "GATEWAY_REDIS_URL": "redis://",
    "GATEWAY_SECRET_KEY": "-" * values.SHORTEST_SECRET,
    "GATEWAY_PUBLIC_URL": "http://localhost",
}


def _given(env: Mapping[str, str]) -> dict[str, Any]:
    """The values by field; a channel without any variable is None."""
    parts = {name: group.given(env) for name, group in PARTS.items()}
    channels = {name: parts[name] or None for name in _CHANNELS}
    return GatewaySettings.given(env) | parts | channels


def _unknown(env: Mapping[str, str]) -> tuple[str, ...]:
    groups: tuple[type[Group], ...] = (GatewaySettings, *PARTS.values())
    ours = {group.variable(name) for group in groups for name in group.model_fields}
    prefixes = tuple(group.model_config["env_prefix"] for group in groups)
    return tuple(
        sorted(name for name in env.keys() - ours if name.startswith(prefixes))
    )


def _no_channel() -> str:
    """The variables that each channel needs."""
    needs = (
        " ".join(
            group.variable(name)
            for name, field in group.model_fields.items()
            if field.is_required()
        )
        for group in _CHANNELS.values()
    )
    return f"no channel is set: {', or '.join(needs)}"


def _fault(error: ErrorDetails) -> str:
    """Describe what is wrong with a variable, without its value."""
    part, *rest = map(str, error["loc"])
    group, name = (PARTS[part], rest[0]) if part in PARTS else (GatewaySettings, part)
    variable = group.variable(name)
    if error["type"] == "missing":
        return f"{variable} is missing"
    own = error.get("ctx", {}).get("error")
    if isinstance(own, BadSetting):
        return f"{variable} {own}"
    return f"{variable} must be {values.form_of(group.model_fields[name])}"


def _without(faults: Iterable[str], env: Mapping[str, str]) -> dict[str, str]:
    """Replace wrong variables; `doctor` skips the checks that need them."""
    wrong = {fault.split()[0] for fault in faults}
    useless = tuple(
        prefix
        for prefix in _ALL_OR_NOTHING
        if any(name.startswith(prefix) for name in wrong)
    )
    sound = {
        name: text
        for name, text in env.items()
        if name not in wrong and not name.startswith(useless)
    }
    neutral = _NEUTRAL | {"GATEWAY_DATA_KEYS": new_data_key()}
    return sound | {name: neutral[name] for name in wrong & neutral.keys()}


def settings_from_environment() -> Settings:
    """The settings of this process. Raises ConfigError."""
    return Settings.from_env(os.environ)


def environment() -> dict[str, str]:
    """A copy of this process's environment."""
    return dict(os.environ)


def brand_from_environment() -> str:
    """The brand alone, for checking texts without an installation."""
    report = Settings.read(os.environ)
    brand = Settings.variable("brand")
    if faults := [fault for fault in report.faults if fault.startswith(brand)]:
        raise ConfigError(faults)
    return report.settings.brand
