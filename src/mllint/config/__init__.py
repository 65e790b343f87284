"""The project's configuration: found, read, checked, merged."""

from mllint.config.resolver import ConfigResolver, read_config_option
from mllint.config.values import ConfigError
from mllint.settings import Settings

__all__ = ["ConfigError", "ConfigResolver", "Settings", "read_config_option"]
