"""Pages that say why there is no other."""

from fastapi import Request, Response

from deskbell.kit.errors import DeskbellError, Invalid
from deskbell.web.dashboard.rendering import is_fragment, render

WORDS: dict[int, tuple[str, str]] = {
    403: ("You may not do this", "Ask an administrator of the account."),
    404: ("There is nothing here", "The address is wrong, or what was here is gone."),
    409: ("That could not be done", "Something changed in the meantime. Load the page again."),
    413: ("That is too much", "Send less at once."),
    422: ("Something is wrong", "Go back, and mend it."),
    429: ("That was too often", "Wait a little, and try again."),
    500: ("Something went wrong on our side", "Nothing was changed. Try again."),
    503: ("Not now", "Deskbell cannot reach its database. Try again in a moment."),
}


def refusal(request: Request, status: int, why: str = "") -> Response:
    """For htmx only the message, to show where people look; for a browser a page."""
    title, advice = WORDS.get(status, ("That did not work", "Go back, and try again."))
    if is_fragment(request):
        response = render(None, request, "toast.html", status, text=why or f"{title}. {advice}")
        response.headers["HX-Retarget"] = "#toasts"
        response.headers["HX-Reswap"] = "beforeend"
        return response
    return render(None, request, "refusal.html", status, title=title, text=why or advice)


def sentence(error: DeskbellError) -> str:
    """What is wrong, in one line: of a form with every field that is."""
    if not isinstance(error, Invalid):
        return error.message
    return " ".join(f"{one.removesuffix('.')}." for one in error.sentences)


def is_page(request: Request) -> bool:
    """Whether an address belongs to the dashboard."""
    path = request.url.path
    return path == "/app" or path.startswith("/app/")
