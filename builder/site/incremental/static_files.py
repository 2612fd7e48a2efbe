"""Puts the files into the site that are not made from Markdown. Downloads take no space there: they are hard links."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from builder.site.docs_folder import DATA

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files


def place_static_files(files: Files, config: MkDocsConfig) -> None:
    """Put every file that is no page into the folder `config.site_dir`."""
    made_later = {*config.theme.static_templates, *map(str, config.extra_templates)}
    folders = set()
    for file in files:
        if not file.is_documentation_page() and not file.inclusion.is_excluded():  # type: ignore[no-untyped-call]
            folder = os.path.dirname(file.abs_dest_path)
            if folder not in folders:
                os.makedirs(folder, exist_ok=True)
                folders.add(folder)
            if file.src_uri in made_later or not _is_linked(file):
                file.copy_file()


def _is_linked(file: File) -> bool:
    """Link a download, if it can be. The builder never writes into one, but replaces it."""
    if not file.src_uri.startswith(f"{DATA}/") or not file.abs_src_path or file.src_dir is None:
        return False
    try:
        os.link(file.abs_src_path, file.abs_dest_path, follow_symlinks=False)
    except OSError:
        return False
    return True
