"""The application: the routes under their names, what every answer carries, what no request may exceed."""

from __future__ import annotations

from typing import Final

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError
from starlette.routing import Match, Route

from runner.contract.errors import DemoRunnerError
from runner.service.api import auth, files, hosted, live, runs, saved_tests, steering, stream, validation
from runner.service.api.guard import Guard
from runner.service.api.identity import Attempts
from runner.service.api.models import VERSION
from runner.service.api.pages import ROUTER as PAGES
from runner.service.api.tails import Tails
from runner.service.running import Service

ABOUT: Final = (
    "Records a sentence into a browser test and replays it. Runs are under /demo-runner/runs and /test-runs, "
    "saved tests under /demo-runner/tests and /tests; a run is streamed at ws://.../demo-runner/runs/{id}/stream."
)
STARTS_A_MINUTE: Final = 30


async def not_allowed(request: Request, error: Exception) -> JSONResponse:
    """Another method is needed. All that the path knows are named, whichever handlers they are of."""
    methods = {
        method
        for route in request.app.routes
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods or ()
    }
    return JSONResponse({"detail": "Method Not Allowed"}, 405, headers={"Allow": ", ".join(sorted(methods))})


async def database_away(request: Request, error: Exception) -> JSONResponse:
    """The database did not answer, which is nobody's fault who asks us."""
    structlog.get_logger().error("database", path=request.url.path, error=str(getattr(error, "orig", error)))
    return JSONResponse({"detail": "The database does not answer just now. Try again."}, 503)


async def not_done(request: Request, error: Exception) -> JSONResponse:
    """We could not do our work."""
    message = error.message if isinstance(error, DemoRunnerError) else "Internal Server Error"
    structlog.get_logger().error("not done", path=request.url.path, error=message)
    return JSONResponse({"detail": message}, 500)


def application(service: Service, invitation: live.Invitation | None = None) -> FastAPI:
    """The API of a running service, and its page; an invitation signs in who is at this machine."""
    app = FastAPI(title="demo-runner", version=VERSION, description=ABOUT, docs_url=None, redoc_url=None)
    app.state.service = service
    app.state.invitation = invitation
    app.state.attempts = Attempts(service.settings.auth_attempts)
    app.state.starts = Attempts(max(STARTS_A_MINUTE, service.settings.auth_attempts))
    app.state.tails = Tails(service.runs, service.wire)
    for name in ("/demo-runner/runs", "/test-runs"):
        for router in (runs.ROUTER, files.OF_A_RUN, stream.ROUTER):
            app.include_router(router, prefix=name, tags=["runs"])
    for name in ("/demo-runner/tests", "/tests"):
        app.include_router(saved_tests.ROUTER, prefix=name, tags=["saved tests"])
    app.include_router(auth.ROUTER, tags=["accounts"])
    app.include_router(files.ROUTER, tags=["artifacts"])
    app.include_router(validation.ROUTER, tags=["validation runs"])
    app.include_router(hosted.ROUTER, tags=["hosted product"])
    app.include_router(live.ROUTER, tags=["live page"])
    app.include_router(steering.ROUTER, tags=["live page"])
    app.include_router(live.PAGE)
    app.include_router(PAGES)
    app.add_middleware(Guard)
    app.add_exception_handler(405, not_allowed)
    app.add_exception_handler(OperationalError, database_away)
    app.add_exception_handler(DemoRunnerError, not_done)
    app.add_exception_handler(Exception, not_done)
    return app
