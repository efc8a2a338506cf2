"""The API's description of itself."""

from fastapi.routing import APIRoute

from tests.support.api import API, on_api


def test_every_route_is_described_once_and_under_a_name_of_its_own(url: str) -> None:
    async def story(api: API) -> None:
        described = (await (await api.root()).get("/openapi.json")).json()
        assert described["openapi"].startswith("3.1")
        operations = {
            (method.upper(), path): operation["operationId"]
            for path, methods in described["paths"].items()
            for method, operation in methods.items()
        }
        served = {
            (method, route.path_format)
            for route in api.app.routes
            if isinstance(route, APIRoute) and route.include_in_schema
            for method in route.methods or ()
        }
        assert set(operations) == served
        assert len(set(operations.values())) == len(operations)

    on_api(url, story)


def test_every_operation_tells_how_it_refuses(url: str) -> None:
    async def story(api: API) -> None:
        described = (await (await api.root()).get("/openapi.json")).json()
        refusal = {"$ref": "#/components/schemas/Refusal"}
        for path, methods in described["paths"].items():
            for method, operation in methods.items():
                told = operation["responses"]
                assert {"400", "429", "500", "503"} <= set(told), (method, path)
                for status in set(told) & {"400", "401", "404", "409", "413", "422", "429"}:
                    assert told[status]["content"]["application/json"]["schema"] == refusal, (method, path)
        assert not any("Validation" in name for name in described["components"]["schemas"])

    on_api(url, story)


def test_a_server_says_that_it_is_up_and_that_it_can_work(url: str) -> None:
    async def story(api: API) -> None:
        root = await api.client("")
        assert (await root.get("/health")).json() == {"status": "ok"}
        assert (await root.get("/ready/")).json() == {"status": "ok"}

    on_api(url, story)
