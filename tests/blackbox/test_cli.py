"""The command line, as an operator meets it: clear words, and exit status 2 for what the operator can mend."""

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pyotp
import pytest

from deskbell.desk.commands import two_factor
from deskbell.desk.queries import identity, platform
from deskbell.desk.queries import two_factor as two_factor_queries
from deskbell.kit.clock import SystemClock
from deskbell.store import open_database
from tests.support import bells
from tests.support.aio import run
from tests.support.faces import Desk, create_account, desk_in
from tests.support.process import ProcessError, Server, deskbell, serving

Done = subprocess.CompletedProcess[str]


def check_refused(done: Done, *words: str) -> None:
    """The command ended with status 2 and a sentence that has these words, without a stack trace."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize(
    ("arguments", "settings", "words"),
    [
        ([], {"delivery_jitter": 3, "port": "x"}, ["DESKBELL_DELIVERY_JITTER", "DESKBELL_PORT"]),
        ([], {"delivery_schedual": "0"}, ["DESKBELL_DELIVERY_SCHEDUAL", "no such setting"]),
        ([], {"delivery_allow": "10.0.0.0/99"}, ["DESKBELL_DELIVERY_ALLOW", "10.0.0.0/99"]),
        (["--role", "cook"], {}, ["role", "delivery"]),
        (["--database", "mysql://localhost/x"], {}, ["DESKBELL_DATABASE", "sqlite:///", "postgresql://"]),
        (["--database", "postgresql://127.0.0.1:1/x"], {}, ["PostgreSQL", "refused"]),
        (["--database", "sqlite:////proc/nowhere/x.db"], {}, ["/proc/nowhere/x.db"]),
        (["--host", "203.0.113.1"], {}, ["host", "203.0.113.1"]),
        (["--config", "missing.toml"], {}, ["missing.toml"]),
    ],
)
def test_serve_names_what_is_wrong(
    arguments: list[str], settings: dict[str, Any], words: list[str], tmp_path: Path
) -> None:
    check_refused(deskbell("serve", *arguments, cwd=tmp_path, **{"port": 0, **settings}), *words)


def test_a_settings_file_that_is_no_toml_or_has_unknown_settings_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("port = [")
    (tmp_path / "unknown.toml").write_text("prot = 8900")
    check_refused(deskbell("serve", "--config", "broken.toml", cwd=tmp_path), "broken.toml")
    check_refused(deskbell("serve", "--config", "unknown.toml", cwd=tmp_path), "prot", "no such setting")


def test_settings_come_from_a_file_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / "deskbell.toml").write_text(
        'database = "sqlite:///from-file.db"\ndelivery_allow = "10.0.0.1"\ndelivery_timeout = 1\nlog_form = "text"\n'
    )

    async def story() -> None:
        server = Server(
            tmp_path,
            f"sqlite:///{tmp_path}/from-environment.db",
            "--config",
            "deskbell.toml",
            delivery_allow="127.0.0.1",
        )
        try:
            await server.start()
            async with desk_in(server) as desk, bells.listening() as bell:
                await desk.webhook(bell.url, ["message_created"], secret=bell.secret)
                (one,) = await desk.begin(1)
                await desk.say(one, "with a second to answer")
                await bell.has(1)
        finally:
            server.destroy()
        assert (tmp_path / "from-environment.db").exists()
        assert not (tmp_path / "from-file.db").exists()

    run(story())


def test_migrate_makes_the_tables_once_and_doctor_tells_before_and_after(
    empty_url: str, tmp_path: Path
) -> None:
    before = deskbell("doctor", cwd=tmp_path, database=empty_url)
    assert before.returncode == 0, before.stderr
    assert "`deskbell serve`" in before.stdout
    assert not (tmp_path / "data").exists()
    for _ in range(2):
        done = deskbell("migrate", cwd=tmp_path, database=empty_url)
        assert (done.returncode, done.stdout) == (0, "The tables are up to date.\n"), done.stderr
    after = deskbell("doctor", cwd=tmp_path, database=empty_url)
    assert after.returncode == 0
    assert "✔ database: up to date" in after.stdout


def test_the_database_lies_in_the_data_folder_unless_another_is_named(tmp_path: Path) -> None:
    made = deskbell("migrate", cwd=tmp_path, data_dir=tmp_path / "elsewhere")
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "elsewhere" / "deskbell.db").exists()
    named = deskbell("migrate", cwd=tmp_path, data_dir=tmp_path / "files", database="sqlite:///named.db")
    assert named.returncode == 0, named.stderr
    assert (tmp_path / "named.db").exists()
    assert not (tmp_path / "files" / "deskbell.db").exists()


def test_doctor_names_what_is_wrong(tmp_path: Path) -> None:
    done = deskbell("doctor", cwd=tmp_path, database="postgresql://127.0.0.1:1/x", delivery_allow="x/y")
    assert done.returncode == 1
    assert "✘ database: PostgreSQL does not answer" in done.stdout
    assert "✘ delivery: delivery_allow" in done.stdout


def test_an_account_made_while_the_server_runs_works_at_once_and_its_email_is_taken(house: Server) -> None:
    async def story() -> None:
        email = f"{SystemClock().now()}@example.com"
        account = create_account(house.folder, house.database, email)
        async with Desk(house, account) as desk:
            assert (await desk.get("/inboxes"))["payload"] == []
        again = deskbell(
            "admin",
            "create-account",
            "--name",
            "B",
            "--email",
            email,
            cwd=house.folder,
            database=house.database,
        )
        check_refused(again, "email", "taken")

    run(story())


def test_an_accounts_format_is_set_from_the_command_line(house: Server) -> None:
    async def story() -> None:
        account = create_account(house.folder, house.database, f"{SystemClock().now()}@example.com")
        number = str(account["account_id"])
        wanted = ("admin", "set-payload-format", number, "chatwoot")
        done = deskbell(*wanted, cwd=house.folder, database=house.database)
        assert done.returncode == 0, done.stderr
        async with Desk(house, account) as desk:
            assert (await desk.get(""))["default_payload_format"] == "chatwoot"
            hook = await desk.webhook("https://example.com/bell", ["message_created"])
            assert hook["payload_format"] == "chatwoot"
        for wrong in ((number, "xml"), ("999999", "hoory")):
            refused = deskbell(
                "admin", "set-payload-format", *wrong, cwd=house.folder, database=house.database
            )
            assert refused.returncode != 0
            assert "Traceback" not in refused.stderr

    run(story())


def test_a_second_server_on_the_same_sqlite_file_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with serving(tmp_path, sqlite_url) as server:
            second = Server(tmp_path, sqlite_url, name="second")
            with pytest.raises(ProcessError, match="served by another process"):
                await second.start()
            assert await second.ended() == 2
            taken = Server(tmp_path, sqlite_url, "--port", server.address.rpartition(":")[2], name="taken")
            with pytest.raises(ProcessError, match="cannot listen on"):
                await taken.start()

    run(story())


def test_servers_started_side_by_side_on_an_empty_database_share_it(
    empty_postgres_url: str, tmp_path: Path
) -> None:
    async def story() -> None:
        servers = [Server(tmp_path, empty_postgres_url, name=f"server-{number}") for number in range(3)]
        try:
            await asyncio.gather(*(server.start() for server in servers))
            assert [await server.stop() for server in servers] == [0, 0, 0]
        finally:
            for server in servers:
                server.destroy()

    run(story())


def test_an_app_for_the_platform_is_made_and_its_token_is_of_use(tmp_path: Path) -> None:
    database = "sqlite:///app.db"
    command = ("admin", "create-platform-app", "--name")
    made = deskbell(*command, "Provisioner", "--json", cwd=tmp_path, database=database)
    assert made.returncode == 0, made.stderr
    token = json.loads(made.stdout)["api_access_token"]
    told = deskbell(*command, "Another", cwd=tmp_path, database=database)
    assert "Platform app 2 is ready." in told.stdout
    assert "Access token: " in told.stdout
    check_refused(deskbell(*command, " ", cwd=tmp_path, database=database), "name", "blank")

    async def found() -> str:
        opened = await open_database(f"sqlite:///{tmp_path}/app.db", SystemClock())
        try:
            async with opened.read() as reader:
                return (await platform.app_of(reader, token)).name
        finally:
            await opened.close()

    assert run(found()) == "Provisioner"


def test_a_link_for_a_new_password_is_printed_and_opens_the_dashboard(house: Server) -> None:
    async def story() -> None:
        email = f"ada{SystemClock().now()}@example.com"
        create_account(house.folder, house.database, email)
        done = deskbell(
            "admin", "reset-password", email.title(), "--database", house.database, cwd=house.folder
        )
        assert done.returncode == 0, done.stderr
        link = done.stdout.strip()
        assert link.startswith(f"{house.address}/app/reset?")
        fields = dict(parse_qsl(urlsplit(link).query)) | {"password": "a whole new one"}
        async with httpx.AsyncClient(base_url=house.address, headers={"origin": house.address}) as ada:
            assert (await ada.get(link)).status_code == 200
            assert (await ada.post("/app/reset", data=fields)).status_code == 303
            assert (await ada.get("/app")).headers["location"].startswith("/app/accounts/")
            signed_in = {"email": email, "password": "a whole new one"}
            assert (await ada.post("/auth/sign_in", json=signed_in)).status_code == 200
        check_refused(
            deskbell(
                "admin",
                "reset-password",
                "nobody@example.org",
                "--database",
                house.database,
                cwd=house.folder,
            ),
            "nobody has this email",
        )

    run(story())


def test_who_is_locked_out_is_asked_for_a_code_no_more(house: Server) -> None:
    async def story() -> None:
        email = f"eve{SystemClock().now()}@example.com"
        create_account(house.folder, house.database, email)
        command = ("admin", "switch-off-two-factor")
        rest = ("--database", house.database)
        told = deskbell(*command, email, *rest, cwd=house.folder)
        assert "was asked for no code anyway" in told.stdout
        database = await open_database(house.database, SystemClock())
        try:
            async with database.unit() as unit:
                known = await identity.by_email(unit, email)
                assert known is not None
                await two_factor.begin(unit, known.user_id)
                secret = (await two_factor_queries.state(unit, known.user_id)).secret
                assert secret is not None
                await two_factor.confirm(unit, known.user_id, pyotp.TOTP(secret).now())
            done = deskbell(*command, email.title(), *rest, cwd=house.folder)
            assert "asked for a code no more" in done.stdout
            async with database.read() as reader:
                assert not await two_factor_queries.is_on(reader, known.user_id)
        finally:
            await database.close()
        check_refused(
            deskbell(*command, "nobody@example.org", *rest, cwd=house.folder), "nobody has this email"
        )

    run(story())
