"""The hook for MkDocs, listed in mkdocs.yml under `hooks`. Its code is in `builder.site.plain_mkdocs`."""

import sys
from pathlib import Path

_ROOT = str(Path(__file__).resolve().parent.parent)

# MkDocs loads this file by its path, with builder/ instead of the project's root on sys.path, and restores sys.path
# afterwards. Once `builder` is imported, Python finds its modules without that entry.
sys.path.insert(0, _ROOT)

from builder.site.plain_mkdocs import on_config, on_post_build, on_pre_build, on_serve, on_shutdown, on_startup  # noqa: E402  # the path comes first

__all__ = ["on_config", "on_post_build", "on_pre_build", "on_serve", "on_shutdown", "on_startup"]
