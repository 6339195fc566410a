"""`python -m benchmarks.drift.versions`: record on an old version of an application, replay on the new one.

Judged by the application's own state, never by what a page shows: for Django's admin the database must end as
the same flow left it in the old version, for the bundled bookshop each prompt has its oracle.

    --app NAME        only django-admin or bookshop
    --flow TEXT       only flows whose name contains TEXT
    --fallback NAME   only with this fallback: agent, repair or none (default: with each)
    --cellar FOLDER   where Django's versions are installed and kept (default: a temporary folder)
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.drift.bookshop_versions import bookshop
from benchmarks.drift.django_versions import django_admin
from benchmarks.drift.judging import FALLBACKS
from runner.contract.errors import RunnerError
from runner.page.browser import launch


async def _measured(options: Any) -> None:
    fallbacks = [options.fallback] if options.fallback else FALLBACKS
    with tempfile.TemporaryDirectory(prefix="drift-versions-") as folder:
        scratch = Path(folder)
        async with launch() as browser:
            if options.app != "django-admin":
                print(await bookshop(browser, fallbacks, options.flow), flush=True)
            if options.app != "bookshop":
                try:
                    cellar = options.cellar or scratch
                    print(await django_admin(browser, cellar, scratch, fallbacks, options.flow))
                except RunnerError as error:
                    # without its package registry the rest is still worth measuring
                    print(f"Django's admin was not measured: {error}", file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.drift.versions",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--app", choices=("django-admin", "bookshop"))
    parser.add_argument("--flow", default="")
    parser.add_argument("--fallback", choices=FALLBACKS)
    parser.add_argument("--cellar", type=Path)
    asyncio.run(_measured(parser.parse_args(arguments)))


if __name__ == "__main__":
    main()
