"""`python -m benchmarks.service.openapi`: the API against its document, in all phases of schemathesis."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.service.stage import served

CONFIG: Final = Path(__file__).parents[2] / "tests" / "service" / "schemathesis.toml"
PHASES: Final = "examples,coverage,fuzzing,stateful"


async def main(max_examples: int, seed: int) -> int:
    """Its exit code is 0 where no answer was undocumented and none a server's error."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        # what is made up here as a URL must not be visited, so that no runs are taken
        async with served(Path(folder), 0, "", "--auth-attempts", 1_000_000) as service:
            token = (await service.client.post("/auth/token")).json()["token"]
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG)),
                *("run", f"{service.url}/openapi.json", "--checks", "all", "--phases", PHASES),
                # that a prompt has a URL or comes with one, that a TestConfig is sound: no schema says it
                *("--exclude-checks", "positive_data_acceptance"),
                *("--header", f"Authorization: Bearer {token}", "--seed", str(seed), "--no-color"),
                *("--max-examples", str(max_examples), "--suppress-health-check", "all"),
                cwd=folder,
            )
            return await process.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--max-examples", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    sys.exit(asyncio.run(main(asked.max_examples, asked.seed)))
