"""Settings, all from the environment: `TALENT_…`."""

from enum import StrEnum
from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(StrEnum):
    """`development` adds the developer inbox, which shows one-time codes and captcha answers."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"


class Settings(BaseSettings):
    """Which adapters, where, and how the process answers.

    Every `…_url` chooses one adapter by its scheme; empty means the embedded one in `data`.
    """

    model_config = SettingsConfigDict(env_prefix="TALENT_", extra="ignore")

    environment: Environment = Environment.PRODUCTION
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    data: Path = Path("data")

    event_store_url: str = ""
    feed_url: str = ""
    view_store_url: str = ""
    key_value_url: str = ""
    file_store_url: str = ""
    sms_url: str = ""
    """Empty: in development the inbox, else the console; `http://…/dev` hands over to a fleet's;
    `aliyun-sms://…` and `tencent-sms://…`, one or both divided by a space (docs/sms.md)."""
    aliyun_access_key_id: str = ""
    aliyun_access_key_secret: SecretStr | None = None
    tencent_secret_id: str = ""
    tencent_secret_key: SecretStr | None = None
    mail_url: str = ""
    """`smtp://host:587?from=…&user=…` (STARTTLS), `smtps://host:465?…`; empty: no mail."""
    mail_password: SecretStr | None = None
    sms_receipt_secret: SecretStr | None = Field(default=None, min_length=24)
    """At least 24 characters; signs receipts, or is the last part of their path. Unset: none is
    taken."""
    sms_receipt_networks: tuple[str, ...] = ()
    """From which addresses the secret path counts."""
    scanner_url: str = ""

    jwks_url: str = ""
    """Where a process without identity finds the keys that verify access tokens."""

    master_key: SecretStr | None = None
    """Base64 of 32 bytes. Embedded and unset: made once, and kept in the data folder."""

    cors_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    log_level: str = "INFO"
    log_json: bool = True

    @cached_property
    def engines(self) -> bool:
        """Whether the log is another machine's, so that no data folder is needed."""
        return bool(self.event_store_url)

    @cached_property
    def development(self) -> bool:
        return self.environment is Environment.DEVELOPMENT
