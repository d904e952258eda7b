"""Where the desk listens and under which names it answers; what would be unsafe refuses to start."""

import pytest

from bot.domain.errors import RefuseToStart
from bot.settings import Settings, load

TLS = {"DL_DESK_TLS_CERTIFICATE": "/c.pem", "DL_DESK_TLS_KEY": "/k.pem"}


def loaded(**env: str) -> Settings:
    return load(env, dotenv=None)


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"DL_DESK_LISTEN": "0.0.0.0:8400"}, "DL_DESK_LISTEN"),
        ({"DL_DESK_LISTEN": "192.0.2.1:8400", "DL_DESK_URL": "https://desk.example"}, "DL_DESK_LISTEN"),
        ({"DL_DESK_LISTEN": "0.0.0.0:8400"} | TLS, "DL_DESK_URL"),
        ({"DL_DESK_LISTEN": "0.0.0.0:8400", "DL_DESK_URL": "http://desk.example"} | TLS, "DL_DESK_URL"),
        ({"DL_DESK_TLS_KEY": "/k.pem"}, "DL_DESK_TLS_CERTIFICATE"),
        ({"DL_DESK_URL": "http://desk.example"}, "DL_DESK_URL"),
        ({"DL_DESK_TRUSTED_PROXIES": "0.0.0.0/0"}, "DL_DESK_TRUSTED_PROXIES"),
        ({"DL_DESK_TRUSTED_PROXIES": "10.0.0.1,proxy"}, "DL_DESK_TRUSTED_PROXIES"),
        ({"DL_DESK_TRUSTED_PROXIES": "10.0.0.1/8"}, "DL_DESK_TRUSTED_PROXIES"),
        ({"DL_DESK": "perhaps"}, "DL_DESK"),
    ],
)
def test_a_desk_that_others_could_overhear_refuses_to_start(env: dict[str, str], named: str) -> None:
    with pytest.raises(RefuseToStart, match=named):
        loaded(**env)


def test_by_itself_it_listens_on_this_machine_only_and_answers_to_its_names() -> None:
    settings = loaded()
    assert settings.desk_address == "http://127.0.0.1:8400"
    assert (settings.desk_is_secure, settings.desk_is_wanted) == (False, False)
    assert settings.desk_hosts == {"127.0.0.1", "localhost", "::1"}


def test_behind_a_reverse_proxy_cookies_are_for_https_and_the_public_name_is_answered() -> None:
    settings = loaded(DL_DESK_URL="https://desk.example", DL_DESK_LISTEN="127.0.0.1:9000")
    assert (settings.desk_is_secure, settings.desk_has_tls, settings.desk_is_wanted) == (True, False, True)
    assert "desk.example" in settings.desk_hosts


def test_with_its_own_certificate_it_may_listen_for_others() -> None:
    settings = loaded(DL_DESK_LISTEN="0.0.0.0:8400", DL_DESK_URL="https://desk.example", **TLS)
    assert settings.desk_is_secure
    assert settings.desk_address == "https://desk.example"


def test_what_the_desk_gets_holds_no_secret_of_a_messenger_but_the_bots_public_number() -> None:
    files = {"DL_MISSION_FILE": "missions/podgorica.toml", "DL_MASTER_KEY_FILE": "/key", "DL_DATABASE_URL": "postgresql://a:b@c/d"}
    secret = {
        "DL_TELEGRAM_TOKEN": "70030:kestrel-kestrel-kestrel",
        "DL_NLU_TOKEN": "kestrel-nlu",
        "DL_SIGNAL_WEBHOOK_SECRET": "kestrel-hook",
    }
    settings = loaded(**files, **secret)
    handed = settings.without_messengers
    assert set(handed) == set(secret), "and the database stays reachable"
    assert "kestrel" not in str(handed)
    again = loaded(**files | secret | dict(handed))
    assert again.has_messenger
    assert again.telegram_token is not None
    assert again.telegram_token.get_secret_value().startswith("70030:")
    assert not any("kestrel" in each for each in again.secrets)
