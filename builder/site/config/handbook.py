"""The editor's handbook on the site of an explainer that has none of its own, so that its editors find it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from builder.project import PACKAGE_TEMPLATES
from builder.site.config.defaults import PLUGIN

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files

_DOCS: Final = PACKAGE_TEMPLATES.parent / "docs"
_FOLDER: Final = "handbook"


def add_handbook(files: Files, config: MkDocsConfig) -> None:
    """Add the pages of the builder's handbook, if mkdocs.yml has our plugin and docs/ no folder of this name."""
    from mkdocs.structure.files import File, InclusionLevel

    if PLUGIN not in config.plugins or any(path.startswith(f"{_FOLDER}/") for path in files.src_uris):
        return
    for path in sorted((_DOCS / _FOLDER).glob("*.md")):
        name = path.relative_to(_DOCS).as_posix()
        page = File(name, str(_DOCS), config.site_dir, config.use_directory_urls)
        page.inclusion = InclusionLevel.NOT_IN_NAV
        files.append(page)


def is_from_package(file: File) -> bool:
    """Whether a page is one of the builder's, which the explainer does not have and can't edit."""
    return file.src_dir == str(_DOCS) and file.src_uri.startswith(f"{_FOLDER}/")
