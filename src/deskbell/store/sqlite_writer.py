"""The one SQLite connection that writes.

Units take turns on it, each inside a savepoint, and one COMMIT, on a thread, makes a whole group of them durable: whoever
waits while it is written to disk forms the next group. So `synchronous=FULL` costs one fsync for up to 64 units.
"""

import asyncio
import sqlite3
from collections import deque
from concurrent.futures import ThreadPoolExecutor

from deskbell.store.database import DatabaseUnavailable
from deskbell.store.sqlite_connection import LOCK_PATIENCE, connect, translated

GROUP = 64


class Writer:
    """The one connection that writes: turns, savepoints, and the group whose commit is on its way."""

    def __init__(self, path: str) -> None:
        self.connection = connect(path)
        self._thread = ThreadPoolExecutor(1, "deskbell-commit")
        self._turns: deque[asyncio.Future[None]] = deque()
        self._group: list[asyncio.Future[None]] = []
        self._taken = False

    async def enter(self, *, urgent: bool = False) -> None:
        """Wait for a turn, an urgent unit for the next one, and open a savepoint."""
        give_up = asyncio.get_running_loop().time() + LOCK_PATIENCE
        if self._taken:
            turn = asyncio.get_running_loop().create_future()
            if urgent:
                self._turns.appendleft(turn)
            else:
                self._turns.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._pass_on()
                raise
        self._taken = True
        try:
            if not self.connection.in_transaction:
                await self._begin(give_up)
            with translated():
                self.connection.execute("SAVEPOINT unit")
        except BaseException:
            self._pass_on()
            raise

    async def keep(self) -> None:
        """End the turn; return when the unit is durable."""
        try:
            with translated():
                self.connection.execute("RELEASE unit")
        except BaseException:
            self.drop()
            raise
        durable = asyncio.get_running_loop().create_future()
        self._group.append(durable)
        self._pass_on()
        await durable

    def drop(self) -> None:
        """End the turn as if the unit had never been."""
        try:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK TO unit")
                self.connection.execute("RELEASE unit")
            else:  # an error so grave that SQLite rolled everything back, other units of the group too
                self._settle(
                    DatabaseUnavailable("The database could not be written. Nothing was changed; try again.")
                )
        finally:
            self._pass_on()

    async def close(self) -> None:
        while self._taken:
            turn = asyncio.get_running_loop().create_future()
            self._turns.append(turn)
            await turn
            self._pass_on()
        self._thread.shutdown()
        self.connection.close()

    async def _begin(self, give_up: float) -> None:
        while True:
            try:
                self.connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or asyncio.get_running_loop().time() > give_up:
                    raise DatabaseUnavailable(
                        f"The database cannot be written now ({error}). Try again."
                    ) from error
                await asyncio.sleep(0.005)
            else:
                return

    def _pass_on(self) -> None:
        if len(self._group) < GROUP:
            while self._turns:
                turn = self._turns.popleft()
                if not turn.done():
                    turn.set_result(None)
                    return
        if not self.connection.in_transaction:
            self._free()
        elif self._group:
            loop = asyncio.get_running_loop()
            loop.run_in_executor(self._thread, self.connection.commit).add_done_callback(self._committed)
        else:
            self.connection.rollback()
            self._free()

    def _committed(self, commit: asyncio.Future[None]) -> None:
        failure = commit.exception()
        if failure is not None:
            if self.connection.in_transaction:
                self.connection.rollback()
            self._settle(
                DatabaseUnavailable(
                    f"The database could not be written ({failure}). Nothing was changed; try again."
                )
            )
        self._settle(None)
        self._free()

    def _settle(self, failure: Exception | None) -> None:
        group, self._group = self._group, []
        for durable in group:
            if durable.done():
                continue
            if failure is None:
                durable.set_result(None)
            else:
                durable.set_exception(failure)

    def _free(self) -> None:
        self._taken = False
        while self._turns:
            turn = self._turns.popleft()
            if not turn.done():
                self._taken = True
                turn.set_result(None)
                return
