"""Compare the builder with MkDocs alone over the same pages, in turn, in one run; print ratios and peak memory.

Run it as `make bench`. It judges nothing: machines are noisy, ratios taken in one run are what counts.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUNS = 5


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("summaries", "templates", "builder", "docs", "mkdocs.yml"):
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, root / name)
        builder = [sys.executable, "-m", "builder"]
        run([*builder, "build"], root)  # the pages are there for MkDocs alone, and the caches of Python are warm
        alone = root / "alone.yml"
        alone.write_text((root / "mkdocs.yml").read_text("utf-8").replace("hooks:\n  - builder/hook.py\n", ""), "utf-8")
        commands = {
            "MkDocs alone": [
                sys.executable,
                "-m",
                "mkdocs",
                "build",
                "--quiet",
                "-f",
                str(alone),
                "-d",
                str(root / "alone"),
            ],
            "build": [*builder, "build"],
            "check": [*builder, "check"],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(RUNS):
            for name, command in commands.items():
                times[name].append(run(command, root))
        pages = sum(1 for _ in (root / "site").rglob("*.html"))
        print(f"{pages} pages, {RUNS} runs in turn, medians")
        for name, seconds in times.items():
            ratios = [one / other for one, other in zip(seconds, times["MkDocs alone"], strict=True)]
            print(f"  {name:12} {statistics.median(seconds):6.2f} s   {statistics.median(ratios):5.2f} of MkDocs alone")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"  largest process: {peak:.0f} MB")


def run(command: list[str], root: Path) -> float:
    """Run a command; give the seconds it took. Raises where it fails."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    started = time.perf_counter()
    subprocess.run(command, cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
