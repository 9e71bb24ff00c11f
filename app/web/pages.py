"""The page on which one asks, and its files."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles

from app.web.state import State, welcome

STATIC = Path(__file__).parent / "static"

router = APIRouter(include_in_schema=False)


class RevalidatedFiles(StaticFiles):
    """Static files that browsers ask about again, so that an update shows at once."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """A file, or 304 where the browser has it already."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "no-cache"
        return response


@router.api_route("/", methods=["GET", "HEAD"])
async def get_page(request: Request, state: State) -> FileResponse:
    """The page; a browser that comes for the first time gets its visitor cookie here."""
    response = FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})
    welcome(request, response, state.settings)
    return response


def install(app: FastAPI) -> None:
    """Serve the page and its files."""
    app.include_router(router)
    app.mount("/static", RevalidatedFiles(directory=STATIC), name="static")
