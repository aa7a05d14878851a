"""A group of settings: environment variables with one prefix, read by pydantic."""

from collections.abc import Mapping
from typing import Any

from pydantic import field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from gateway.config.checks import BadSetting


class Group(BaseSettings):
    """A field's variable is its alias, or else the prefix and the field's name."""

    model_config = SettingsConfigDict(
        frozen=True,
        populate_by_name=True,
        enable_decoding=False,
        hide_input_in_errors=True,
        loc_by_alias=False,
        use_attribute_docstrings=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read only the given values, never this process's environment."""
        return (init_settings,)

    @classmethod
    def given(cls, env: Mapping[str, str]) -> dict[str, Any]:
        """The values of these variables by field, without empty ones."""
        return _GivenVariables(cls, env)()

    @classmethod
    def variable(cls, field: str) -> str:
        """The name of a field's environment variable."""
        alias = cls.model_fields[field].validation_alias
        return str(alias or f"{cls.model_config['env_prefix']}{field}".upper())

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_quotes(cls, value: object) -> object:
        """A shell drops quotes; `docker --env-file` makes them part of the value."""
        if isinstance(value, str) and value[1:] and value[0] == value[-1] in ("'", '"'):
            raise BadSetting("must not stand in quotation marks")
        return value


class _GivenVariables(EnvSettingsSource):
    """Reads a group from a mapping in place of this process's environment."""

    def __init__(self, group: type[Group], env: Mapping[str, str]) -> None:
        super().__init__(group)
        names = map(group.variable, group.model_fields)
        values = {name: env.get(name, "").strip() for name in names}
        self.env_vars = {name.lower(): text for name, text in values.items() if text}
