"""`deskbell admin`: what an operator does from the terminal."""

import secrets
from pathlib import Path
from typing import Annotated, cast, get_args

import msgspec
import typer
import uvloop

from deskbell.config import Settings, load
from deskbell.desk.actor import Actor
from deskbell.desk.commands import accounts, platform, profiles, two_factor
from deskbell.desk.commands.accounts import AccountChanges, NewAccount
from deskbell.desk.commands.platform import NewApp
from deskbell.desk.queries import identity
from deskbell.kit.clock import DAY, SystemClock
from deskbell.kit.passwords import hash_password
from deskbell.model.account import Account, PayloadFormat
from deskbell.store import installation, open_database
from deskbell.store.migrate import migrate
from deskbell.web.dashboard.entrance.signin import reset_link

FORMATS: tuple[str, ...] = get_args(PayloadFormat)

app = typer.Typer(help="Accounts and those who run them.", no_args_is_help=True)


@app.command()
def create_account(
    name: Annotated[str, typer.Option(help="What the account is called")],
    email: Annotated[str, typer.Option(help="Its first administrator's email")],
    password: Annotated[
        str | None, typer.Option(help="Their password; one is made and shown where none is given")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs")] = False,
    database: Annotated[
        str | None, typer.Option("--database", help="sqlite:///path or postgresql://…")
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", help="A TOML file with settings")] = None,
) -> None:
    """Create an account and its first administrator, and print their access token."""
    settings = load({"database": database}, config)
    shown = password or secrets.token_urlsafe(12)
    made = uvloop.run(_create(settings.database, name, email, shown))
    if as_json:
        typer.echo(msgspec.json.encode(made).decode())
        return
    typer.echo(f"Account {made.account_id} is ready. Administrator: user {made.user_id}, {email}")
    if password is None:
        typer.echo(f"Password: {shown}")
    typer.echo(f"Access token: {made.api_access_token}")


@app.command()
def create_platform_app(
    name: Annotated[str, typer.Option(help="What the app is called")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs")] = False,
    database: Annotated[
        str | None, typer.Option("--database", help="sqlite:///path or postgresql://…")
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", help="A TOML file with settings")] = None,
) -> None:
    """Create an app for the Platform API, and print its token, which is shown this once."""
    settings = load({"database": database}, config)
    made = uvloop.run(_create_app(settings.database, name))
    if as_json:
        typer.echo(msgspec.json.encode(made).decode())
        return
    typer.echo(f"Platform app {made.platform_app_id} is ready.")
    typer.echo(f"Access token: {made.api_access_token}")


@app.command()
def set_payload_format(
    account_id: Annotated[int, typer.Argument(help="The account's id")],
    payload_format: Annotated[str, typer.Argument(help=" or ".join(FORMATS))],
    database: Annotated[
        str | None, typer.Option("--database", help="sqlite:///path or postgresql://…")
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", help="A TOML file with settings")] = None,
) -> None:
    """Say which format an account's new webhooks, agent bots and API inboxes get, unless they say."""
    if payload_format not in FORMATS:
        raise typer.BadParameter(f"should be {' or '.join(FORMATS)}", param_hint="PAYLOAD_FORMAT")
    settings = load({"database": database}, config)
    changes = AccountChanges(default_payload_format=cast("PayloadFormat", payload_format))
    changed = uvloop.run(_change(settings.database, account_id, changes))
    typer.echo(f"Account {changed.id} begins with the format {changed.default_payload_format} from now on.")


@app.command()
def reset_password(
    email: Annotated[str, typer.Argument(help="Whose password is to be chosen anew")],
    database: Annotated[
        str | None, typer.Option("--database", help="sqlite:///path or postgresql://…")
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", help="A TOML file with settings")] = None,
) -> None:
    """Print a link by which somebody chooses a new password, once, within a day."""
    settings = load({"database": database}, config)
    link = uvloop.run(_reset(settings, email))
    if link is None:
        raise typer.BadParameter("nobody has this email", param_hint="EMAIL")
    typer.echo(link)


@app.command()
def switch_off_two_factor(
    email: Annotated[str, typer.Argument(help="Who is locked out")],
    database: Annotated[
        str | None, typer.Option("--database", help="sqlite:///path or postgresql://…")
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", help="A TOML file with settings")] = None,
) -> None:
    """Let somebody who lost their phone and their recovery codes sign in with the password alone."""
    settings = load({"database": database}, config)
    was_on = uvloop.run(_switch_off(settings.database, email))
    if was_on is None:
        raise typer.BadParameter("nobody has this email", param_hint="EMAIL")
    typer.echo(
        f"{email} is asked for a code no more." if was_on else f"{email} was asked for no code anyway."
    )


async def _switch_off(url: str, email: str) -> bool | None:
    await migrate(url)
    database = await open_database(url, SystemClock())
    try:
        async with database.unit() as unit:
            known = await identity.by_email(unit, email)
            return None if known is None else await two_factor.switch_off(unit, known.user_id)
    finally:
        await database.close()


async def _reset(settings: Settings, email: str) -> str | None:
    await migrate(settings.database)
    database = await open_database(settings.database, SystemClock())
    try:
        async with database.unit() as unit:
            known = await identity.by_email(unit, email)
            if known is None:
                return None
            token = await profiles.make_login_link(unit, known.user_id, DAY)
            kept = await installation.read(unit, installation.PUBLIC_URL)
    finally:
        await database.close()
    address = settings.public_url or kept or f"http://{settings.host}:{settings.port}"
    return reset_link(address, email.strip().lower(), token)


async def _change(url: str, account_id: int, changes: AccountChanges) -> Account:
    await migrate(url)
    database = await open_database(url, SystemClock())
    try:
        async with database.unit() as unit:
            actor = Actor(kind="system", account_id=account_id)
            return await accounts.update_account(unit, actor, changes)
    finally:
        await database.close()


async def _create_app(url: str, name: str) -> NewApp:
    await migrate(url)
    database = await open_database(url, SystemClock())
    try:
        async with database.unit() as unit:
            return await platform.create_app(unit, name)
    finally:
        await database.close()


async def _create(url: str, name: str, email: str, password: str) -> NewAccount:
    await migrate(url)
    password_hash = await hash_password(password)
    database = await open_database(url, SystemClock())
    try:
        async with database.unit() as unit:
            return await accounts.create_account(unit, name=name, email=email, password_hash=password_hash)
    finally:
        await database.close()
