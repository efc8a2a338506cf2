"""The `deskbell` command."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop

import deskbell
from deskbell.cli import admin, doctor
from deskbell.config import Settings, SettingsError, load
from deskbell.kit import logs
from deskbell.kit.errors import DeskbellError
from deskbell.store.migrate import migrate as migrate_database

app = typer.Typer(
    name="deskbell",
    help="A customer-messaging server in which every change rings a bell.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(admin.app, name="admin")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"deskbell {deskbell.__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version")
    ] = False,
) -> None:
    """A customer-messaging server in which every change rings a bell."""


Database = Annotated[
    str | None, typer.Option("--database", help="sqlite:///path or postgresql://user:password@host/name")
]
Config = Annotated[Path | None, typer.Option("--config", help="A TOML file with settings")]


@app.command()
def serve(
    role: Annotated[str | None, typer.Option(help="all, web or delivery")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 picks a free one")] = None,
    database: Database = None,
    config: Config = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Make a demo account and show every bell that rings")
    ] = False,
) -> None:
    """Start the server. An empty database is migrated first."""
    settings = settings_of(config, role=role, host=host, port=port, database=database)
    # Here and not above: the web framework takes longer to load than the other commands take to run.
    from deskbell.runtime.serve import serve as serve_forever  # noqa: PLC0415

    uvloop.run(serve_forever(settings, with_demo=demo))


@app.command()
def migrate(database: Database = None, config: Config = None) -> None:
    """Bring the database's tables up to date."""
    settings = settings_of(config, database=database)
    uvloop.run(migrate_database(settings.database))
    typer.echo("The tables are up to date.")


@app.command(name="doctor")
def examine(database: Database = None, config: Config = None) -> None:
    """Look whether everything is in place, and say what is not."""
    settings = settings_of(config, database=database)
    if not uvloop.run(doctor.examine(settings)):
        raise typer.Exit(1)


def settings_of(config: Path | None, **flags: Any) -> Settings:
    """The settings this command works with; configures logging by them."""
    settings = load(flags, config)
    logs.configure(settings.log_level, settings.log_form)
    return settings


def main() -> None:
    """Run the command; what a user can mend is told in a sentence, without a stack trace."""
    os.umask(0o077)  # what we write holds secrets
    try:
        app()
    except (SettingsError, DeskbellError) as error:
        typer.echo(f"deskbell: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
