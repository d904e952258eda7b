"""Settings: every name, every wrong value, who wins, and what must never be shown."""

from pathlib import Path

import pytest

from bot.domain.errors import RefuseToStart
from bot.settings import NAMES, Settings, load

TOKEN = "7000000123:AAkestrelkestrelkestrelkestrelkestr"
NAMED = {
    "DL_DATA_DIR", "DL_DATABASE_URL", "DL_MASTER_KEY_FILE", "DL_MISSION_FILE", "DL_TELEGRAM_TOKEN", "DL_TELEGRAM_API_URL",
    "DL_TELEGRAM_MODE", "DL_TELEGRAM_WEBHOOK_LISTEN", "DL_TELEGRAM_WEBHOOK_URL", "DL_TELEGRAM_WEBHOOK_SECRET", "DL_SIGNAL_ACCOUNT",
    "DL_SIGNAL_API_URL", "DL_SIGNAL_WEBHOOK_LISTEN", "DL_SIGNAL_WEBHOOK_SECRET", "DL_NLU_URL", "DL_NLU_TOKEN", "DL_ALLOW_UNATTENDED",
    "DL_DESK_LISTEN", "DL_DESK_URL", "DL_METRICS_LISTEN", "DL_FILES_MEGABYTES", "DL_LOG_LEVEL", "DL_CONFIG",
}  # fmt: skip


def given(**values: str) -> Settings:
    """Settings of an environment and nothing else."""
    return load({f"DL_{name.upper()}": value for name, value in values.items()}, dotenv=None)


def real(**values: str) -> Settings:
    """Settings with a messenger, valid but for what the test changes."""
    return given(**{"telegram_token": TOKEN, "mission_file": "m.toml", "master_key_file": "/elsewhere/key"} | values)


def refused(act: object, **values: str) -> str:
    """The sentence of the refusal."""
    with pytest.raises(RefuseToStart) as refusal:
        act(**values)  # type: ignore[operator]  # one of the two above
    assert refusal.value.__cause__ is None
    assert refusal.value.__context__ is None or refusal.value.__suppress_context__
    return str(refusal.value)


def test_the_names_are_those_that_others_build_on() -> None:
    assert set(NAMES) >= NAMED


def test_without_any_setting_there_is_the_console() -> None:
    settings = given()
    assert not settings.has_messenger
    assert settings.data_dir == Path("var")
    assert settings.mission.name == "podgorica.toml"
    assert settings.key_file == Path("var/key/master.key")


@pytest.mark.parametrize("name", sorted(NAMED))
def test_every_name_misspelt_is_refused_with_the_right_one_suggested(name: str) -> None:
    wrong = name[:-1] + "XX"
    with pytest.raises(RefuseToStart) as refusal:
        load({wrong: "sesame-open"}, dotenv=None)
    assert str(refusal.value) == f"{wrong}: there is no such setting; did you mean {name}?"


def test_other_programs_variables_are_none_of_our_business() -> None:
    assert load({"PATH": "/bin", "DLX": "1", "dl_log_level": "no"}, dotenv=None).log_level == "INFO"


WRONG = {
    "telegram_mode": "carrier-pigeon",
    "telegram_api_url": "carrier-pigeon",
    "telegram_webhook_listen": "carrier-pigeon",
    "signal_webhook_listen": "127.0.0.1:99999",
    "desk_listen": "carrier-pigeon:",
    "metrics_listen": "carrier-pigeon",
    "signal_api_url": "ftp://carrier-pigeon",
    "desk_url": "carrier-pigeon",
    "nlu_url": "file:///carrier-pigeon",
    "allow_unattended": "carrier-pigeon",
    "log_level": "carrier-pigeon",
    "telegram_webhook_url": "carrier-pigeon",
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_wrong_value_is_refused_by_name_and_not_repeated(name: str) -> None:
    said = refused(given, **{name: WRONG[name]})
    assert f"DL_{name.upper()}" in said
    assert "carrier-pigeon" not in said
    assert "99999" not in said


SECRET_WRONG = {
    "telegram_token": "not-a-token-kestrel",
    "signal_account": "kestrel",
    "telegram_webhook_secret": "kestrel with spaces",
    "signal_webhook_secret": "kestrel/../",
}


@pytest.mark.parametrize("name", sorted(SECRET_WRONG))
def test_a_wrong_secret_is_refused_by_name_and_not_repeated(name: str) -> None:
    more = {"signal_api_url": "http://127.0.0.1:1"} if name.startswith("signal_account") else {}
    webhook = {"telegram_mode": "webhook", "telegram_webhook_url": "https://example.org/hook"} if "telegram_webhook" in name else {}
    said = refused(real, **{name: SECRET_WRONG[name]}, **more, **webhook)
    assert f"DL_{name.upper()}" in said
    assert "kestrel" not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [("telegram_token", "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"), ("telegram_token", "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"),
     ("signal_webhook_secret", "changeme"), ("telegram_webhook_secret", "change-me-please"), ("nlu_token", "your-token-here"),
     ("nlu_token", "ChangeMe")],
)  # fmt: skip
def test_examples_from_documents_are_refused(name: str, value: str) -> None:
    said = refused(real, **{name: value})
    assert said == f"DL_{name.upper()}: this is an example from a document"


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"mission_file": ""}, "DL_MISSION_FILE"),
        ({"master_key_file": ""}, "DL_MASTER_KEY_FILE"),
        ({"master_key_file": "var/key"}, "DL_MASTER_KEY_FILE"),
        ({"master_key_file": "elsewhere/../var/key"}, "DL_MASTER_KEY_FILE"),
        ({"telegram_api_url": "http://telegram.example.org"}, "DL_TELEGRAM_API_URL"),
        ({"telegram_mode": "webhook", "telegram_webhook_url": "https://example.org"}, "DL_TELEGRAM_WEBHOOK_SECRET"),
        ({"telegram_mode": "webhook", "telegram_webhook_secret": "long-enough"}, "DL_TELEGRAM_WEBHOOK_URL"),
        ({"telegram_mode": "webhook", "telegram_webhook_secret": "long-enough", "telegram_webhook_url": "http://example.org"},
         "DL_TELEGRAM_WEBHOOK_URL"),
        ({"signal_account": "+38220410500"}, "DL_SIGNAL_API_URL"),
        ({"signal_api_url": "http://127.0.0.1:1"}, "DL_SIGNAL_ACCOUNT"),
        ({"nlu_url": "http://nlu.example.org", "nlu_token": "long-enough"}, "DL_NLU_URL"),
        ({"nlu_url": "http://127.0.0.1:5005"}, "DL_NLU_TOKEN"),
    ],
)  # fmt: skip
def test_a_messenger_is_refused_while_something_it_needs_is_missing(values: dict[str, str], named: str) -> None:
    assert named in refused(real, **values)


def test_a_key_behind_a_link_into_the_data_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "keys").symlink_to(tmp_path / "data")
    said = refused(real, data_dir=str(tmp_path / "data"), master_key_file=str(tmp_path / "keys" / "master.key"))
    assert "DL_MASTER_KEY_FILE" in said


def test_control_the_same_settings_are_accepted_when_nothing_is_missing() -> None:
    assert real().has_messenger


def _files(folder: Path) -> tuple[Path, Path]:
    toml, dotenv = folder / "settings.toml", folder / ".env"
    toml.write_text('log_level = "ERROR"\nDL_DATA_DIR = "from-toml"\ndesk_listen = "127.0.0.1:1"\n')
    dotenv.write_text(f"DL_CONFIG={toml}\nDL_LOG_LEVEL=WARNING\nDL_DATA_DIR=from-dotenv\nOTHER=1\n")
    return toml, dotenv


def test_the_environment_wins_over_dotenv_and_dotenv_over_the_toml_file(tmp_path: Path) -> None:
    _, dotenv = _files(tmp_path)
    settings = load({"DL_LOG_LEVEL": "DEBUG"}, dotenv=dotenv)
    assert settings.log_level == "DEBUG"
    assert settings.data_dir == Path("from-dotenv")
    assert settings.desk_listen == ("127.0.0.1", 1)


def test_an_empty_value_is_as_good_as_none() -> None:
    assert load({"DL_LOG_LEVEL": "", "DL_TELEGRAM_TOKEN": ""}, dotenv=None).log_level == "INFO"


@pytest.mark.parametrize("content", ["log_levle = 'DEBUG'", "DL_LOG_LEVLE = 'DEBUG'"])
def test_an_unknown_name_in_a_file_is_refused_too(tmp_path: Path, content: str) -> None:
    (tmp_path / "s.toml").write_text(content)
    assert "did you mean DL_LOG_LEVEL?" in refused(given, config=str(tmp_path / "s.toml"))
    (tmp_path / ".env").write_text("DL_LOG_LEVLE=DEBUG\n")
    with pytest.raises(RefuseToStart, match="did you mean DL_LOG_LEVEL"):
        load({}, dotenv=tmp_path / ".env")


@pytest.mark.parametrize("content", [b"kestrel", b"\xff\xfe", b"a = "])
def test_a_file_that_is_no_toml_is_refused_without_its_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "s.toml").write_bytes(content)
    assert refused(given, config=str(tmp_path / "s.toml")) == "DL_CONFIG: the file cannot be read as TOML"


def test_a_missing_toml_file_is_refused(tmp_path: Path) -> None:
    assert "DL_CONFIG" in refused(given, config=str(tmp_path / "none.toml"))


SECRETS = {
    "telegram_token": TOKEN,
    "telegram_webhook_secret": "kestrel-webhook",
    "signal_webhook_secret": "kestrel-signal",
    "nlu_token": "kestrel-nlu",
    "database_url": "postgresql://house:kestrel-password@127.0.0.1/house",
    "signal_account": "+38220410500",
    "signal_api_url": "http://127.0.0.1:1",
}


def test_neither_repr_nor_str_nor_a_dump_shows_a_secret() -> None:
    settings = real(**SECRETS)
    for shown in (repr(settings), str(settings), f"{settings!r:>10}", str(settings.model_fields_set)):
        assert "kestrel" not in shown
        assert "38220410500" not in shown


def test_the_log_filter_knows_every_secret_and_the_password_of_the_database() -> None:
    secrets = real(**SECRETS).secrets
    assert {value for name, value in SECRETS.items() if name != "signal_api_url"} <= set(secrets)
    assert "kestrel-password" in secrets


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        given().log_level = "DEBUG"  # type: ignore[misc]  # this is the point


@pytest.mark.parametrize("name", ["telegram_api_url", "telegram_webhook_url", "signal_api_url", "nlu_url", "desk_url"])
@pytest.mark.parametrize("port", ["notaport", "99999", "0", "-1"])
def test_an_address_whose_port_is_none_is_refused_by_name(name: str, port: str) -> None:
    said = refused(given, **{name: f"http://127.0.0.1:{port}/x"})
    assert said == f"DL_{name.upper()}: its port must be a number from 1 to 65535"


def test_control_an_address_with_a_port_or_without_is_taken() -> None:
    assert real(telegram_api_url="http://127.0.0.1:65535").telegram_api_url == "http://127.0.0.1:65535"
    assert real(telegram_api_url="https://[::1]/api").telegram_api_url == "https://[::1]/api"


NO_FILE = ("sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite+aiosqlite:///?x=1", "sqlite:///file:a?mode=memory&uri=true")


@pytest.mark.parametrize("url", NO_FILE)
def test_a_database_that_no_file_holds_is_refused_by_name(url: str) -> None:
    assert refused(given, database_url=url).startswith("DL_DATABASE_URL: names no file")


@pytest.mark.parametrize("url", ["sqlite:////var/lib/line.db", "sqlite:///line.db", "postgresql://line@/line"])
def test_control_a_database_in_a_file_or_on_a_server_is_taken(url: str) -> None:
    assert given(database_url=url).database == url
