"""Which processes the benchmark counts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.processes import memory, run, tree


def test_the_tree_of_a_process_has_what_it_started() -> None:
    script = "exec 3<&0; cat <&3 & echo $!; wait"
    with subprocess.Popen(["sh", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        started = int(process.stdout.readline())
        assert tree(process.pid) == [process.pid, started]
        assert all(memory(each) > 0 for each in tree(process.pid))
        process.communicate("")
    assert memory(process.pid) == 0


def test_a_command_that_fails_is_reported_with_its_errors(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        run([sys.executable, "-c", "raise SystemExit('no pages')"], tmp_path)
    assert (caught.value.returncode, caught.value.stderr) == (1, b"no pages\n")
