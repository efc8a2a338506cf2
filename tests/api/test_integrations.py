"""What an account can connect other systems with."""

from tests.support.api import API, PUBLIC_HOOK, on_api


def test_the_apps_are_deskbells_own_and_say_whether_they_are_used(url: str) -> None:
    async def story(api: API) -> None:
        listed = (await api.bob.get("integrations/apps")).json()["payload"]
        assert {one["id"]: one["enabled"] for one in listed} == {"webhook": False, "agent_bot": True}
        assert all(one["hooks"] == [] and "action" not in one for one in listed)
        await api.alice.post("webhooks", json={"url": PUBLIC_HOOK, "subscriptions": ["message_created"]})
        shown = (await api.alice.get("integrations/apps/webhook")).json()
        assert (shown["id"], shown["hook_type"], shown["enabled"], shown["action"]) == (
            "webhook",
            "account",
            True,
            "/webhook",
        )
        assert (await api.alice.get("integrations/apps/slack")).status_code == 404
        assert (await api.bot.get("integrations/apps")).status_code == 401
        assert (await api.stranger.get("integrations/apps")).status_code == 404

    on_api(url, story)
