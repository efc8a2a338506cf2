"""What people do in the model, at any moment."""

from deskbell.delivery import replay as replaying
from deskbell.desk.commands import conversations, messages, replays, webhooks
from deskbell.desk.commands.replays import Wanted
from deskbell.desk.commands.thread import Draft
from deskbell.desk.commands.webhooks import WebhookChanges
from deskbell.kit.clock import SECOND
from deskbell.model.webhook import TargetStatus
from deskbell.store import retention
from tests.delivery.model_log import TARGETS, Story
from tests.delivery.model_workers import Workers

CONVERSATIONS = (1, 2, 3, 4, 5)
SPANS = {1: 1, 2: 6, 3: 31, 4: 70, 5: 400}
EVENTS = ("talk", "toggle", "skip", "pause", "disable", "enable", "prune", "replay", "mend", "spoil", "time")


class People(Workers):
    """The part of the model that writes, and that minds its webhooks."""

    story: Story
    webhook_ids: list[int]

    async def _talk(self, numbers: list[int]) -> None:
        """Each says something; the last two in one unit."""
        for at, number in enumerate(numbers[:-1]):
            async with self.world.database.unit() as unit:
                said = [number, numbers[-1]] if at == len(numbers) - 2 else [number]
                for word, conversation in enumerate(said):
                    draft = Draft(content=f"word {at} {word}")
                    await messages.create_message(unit, self.world.alice, conversation, draft)
            self.story.told["message_created"] += len(said)

    async def _happen(self, what: str, place: int, number: int) -> None:
        self.receivers.forget_limits()
        statuses: dict[str, TargetStatus] = {"pause": "paused", "disable": "disabled", "enable": "enabled"}
        if what in statuses:
            await self._set_status(place, statuses[what])
        elif what in ("mend", "spoil"):
            self.receivers.moods[TARGETS[place]] = "fine" if what == "mend" else "broken"
        elif what == "time":
            self.world.clock.advance(SPANS[number] * SECOND)
            self.receivers.let_go()  # no attempt outlives its lease
            self._ring({1, 2, 3})  # as a look would
        elif what == "talk":
            await self._talk([number, number, 1 + number % len(CONVERSATIONS)])
        elif what == "toggle":
            await self.world.do(conversations.set_status, self.world.alice, number, None)
            self.story.told["conversation_updated"] += 1
        elif what == "skip":
            await self._skip(place)
        elif what == "prune":
            await self._prune()
        elif what == "replay":
            await self._replay(place, number)

    async def _skip(self, place: int) -> None:
        flying = {
            flight.delivery
            for flight in self.receivers.in_flight.values()
            if flight.lane[0] == TARGETS[place]
        }
        async with self.world.database.unit() as unit:
            await webhooks.skip_backlog(unit, self.world.alice, self.webhook_ids[place])
        log = await self._log()
        ours = {row["number"]: row["state"] for row in log.deliveries if row["target_id"] == place + 1}
        self.story.skipped_to[place + 1] = max(ours, default=0)
        assert all(ours[one] != "skipped" for one in flying), "what is in flight ends as usual"

    async def _prune(self) -> None:
        self.world.clock.advance(1)
        async with self.world.database.unit() as unit:
            await retention.prune(unit, self.world.account_id, unit.now, 100)
        self.story.pruned_at = self.world.clock.now()

    async def _replay(self, place: int, number: int) -> None:
        oldest = self.story.pruned_at
        wanted = (
            Wanted(dead_since=0, oldest=oldest) if number < 4 else Wanted(first_number=number, oldest=oldest)
        )
        async with self.world.database.unit() as unit:
            await replays.create_replay(unit, self.world.alice, self.webhook_ids[place], wanted)
        while await replaying.step(self.world.database):
            pass

    async def _set_status(self, place: int, status: TargetStatus) -> None:
        changes = WebhookChanges(status=status)
        async with self.world.database.unit() as unit:
            await webhooks.update_webhook(unit, self.world.alice, self.webhook_ids[place], changes)
        if status == "enabled":
            self.story.enabled_at[place + 1].append(self.world.clock.now())
