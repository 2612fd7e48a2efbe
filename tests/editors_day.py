"""An editor's day with the form: a real Sveltia CMS in a real browser, served by the preview of a mini-explainer.

The form works with the files on this machine through a window in which the editor picks the folder. No program can
press that window's button, so the browser gets a folder of its own instead, with the same files, and what the form
saves there is copied back.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jsonschema
from conftest import FLAGS, free_port
from golden import EXPLAINER, PYTHONPATH, furnish
from playwright.sync_api import Locator, Page, sync_playwright

from builder.form.bundle import install

BEFORE = "visits/blair-adams-1997.yml"
ADDED = "visits/tony-blair-and-gerry-adams-once-more.yml"

NEW_VISIT = """\
title: Tony Blair and Gerry Adams, once more
date: 2007-05
level: leaders
parties: [tony-blair, gerry-adams]
status: planned
sources: [it-115369, it-115274 para. 2]
"""

PICK = "window.showDirectoryPicker = () => navigator.storage.getDirectory()"
FILL = """async (files) => {
  const top = await navigator.storage.getDirectory();
  await top.getDirectoryHandle(".git", { create: true });
  for (const [path, text] of Object.entries(files)) {
    const parts = path.split("/");
    const name = parts.pop();
    let folder = top;
    for (const part of parts) folder = await folder.getDirectoryHandle(part, { create: true });
    const stream = await (await folder.getFileHandle(name, { create: true })).createWritable();
    await stream.write(text);
    await stream.close();
  }
}"""
READ = """async () => {
  const files = {};
  const walk = async (folder, prefix) => {
    for await (const [name, handle] of folder.entries())
      if (handle.kind === "directory") await walk(handle, `${prefix}${name}/`);
      else files[prefix + name] = await (await handle.getFile()).text();
  };
  await walk(await navigator.storage.getDirectory(), "");
  return files;
}"""


def lay_out(root: Path, package: Path) -> None:
    """Set up a mini-explainer with the form and a comment in a visit, all of it committed."""
    project = furnish(root)
    shutil.copytree(EXPLAINER / "summaries", project.summaries)
    install(project, package)
    explainer(root, "format")
    visit = project.summaries / BEFORE
    visit.write_text(f"# The first of many\n\n{visit.read_text('utf-8')}", "utf-8")
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "summaries")
    git(root, "commit", "--quiet", "--message", "Start")


def git(root: Path, *words: str) -> str:
    named = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *named, *words], cwd=root, check=True, capture_output=True, text=True).stdout


def explainer(root: Path, *words: str) -> str:
    """Run the command and return what it says. Raises CalledProcessError if it fails."""
    return subprocess.run(
        [sys.executable, "-m", "builder", *words],
        cwd=root,
        env={**os.environ, "PYTHONPATH": PYTHONPATH},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@contextmanager
def preview(root: Path) -> Iterator[str]:
    """Serve the preview and give its address."""
    port = free_port()
    words = [sys.executable, "-m", "builder", "serve", "--port", str(port)]
    with subprocess.Popen(
        words, cwd=root, env={**os.environ, "PYTHONPATH": PYTHONPATH}, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        try:
            while "Serving on" not in (line := process.stderr.readline()):
                assert line, "the preview did not start"
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.kill()


class Editor:
    """Somebody who fills in the form."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def field(self, name: str) -> Locator:
        return self.page.get_by_role("group", name=f"“\u2068{name}\u2069” Field", exact=True).first

    def scroll_to(self, what: Locator) -> Locator:
        """Scroll until a part of the form is there: it draws only what can be seen."""
        self.page.mouse.move(600, 600)
        for _ in range(60):
            if what.first.is_visible():
                break
            self.page.mouse.wheel(0, 300)
            self.page.wait_for_timeout(50)
        what.first.scroll_into_view_if_needed()
        return what.first

    def fill(self, name: str, text: str) -> None:
        self.scroll_to(self.field(name).get_by_role("textbox")).fill(text)

    def pick(self, name: str, *labels: str) -> None:
        for label in labels:
            self.scroll_to(self.field(name).get_by_role("combobox")).click()
            self.page.get_by_role("option", name=label).first.click()

    def add(self, name: str, *texts: str) -> None:
        for number, text in enumerate(texts):
            self.scroll_to(self.field(name).get_by_role("button", name="Add")).click()
            self.field(name).get_by_role("textbox").nth(number).fill(text)

    def save(self) -> None:
        """Save, which leads back to the list."""
        self.page.get_by_role("button", name="Save", exact=True).click()
        self.page.get_by_role("button", name="Create New Entry").wait_for()


def check_day(root: Path, executable: str) -> list[str]:
    """Add a visit, correct a fact, and check both. Returns what went wrong."""
    wrong: list[str] = []
    before = (root / "summaries" / BEFORE).read_text("utf-8")
    files = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in (root / "summaries").rglob("*.yml")}
    with preview(root) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.on("response", lambda answer: note_foreign(answer.url, address, wrong))
        page.on("pageerror", lambda error: wrong.append(f"an error in the page: {error}"))
        page.add_init_script(PICK)
        page.goto(f"{address}about/")
        page.evaluate(FILL, files)
        page.goto(f"{address}admin/")
        page.get_by_role("button", name="Work with Local Repository").click()
        page.get_by_role("button", name="Create New Entry").wait_for()
        editor = Editor(page)
        page.goto(f"{address}admin/#/collections/visits/new")
        editor.fill("Title", "Tony Blair and Gerry Adams, once more")
        editor.fill("Date", "2007-05")
        editor.scroll_to(editor.field("Level").get_by_role("radio", name="leaders")).check(force=True)
        editor.pick("Parties", "Tony Blair", "Gerry Adams")
        editor.pick("Status", "planned")
        editor.add("Sources", "it-115369", "it-115274 para. 2")
        editor.save()
        page.goto(f"{address}admin/#/collections/visits/entries/{Path(BEFORE).stem}")
        editor.fill("Venue", "Castle Buildings")
        editor.save()
        saved: dict[str, str] = page.evaluate(READ)
        browser.close()
    for path, text in saved.items():
        if files.get(path) != text:
            (root / path).write_text(text, "utf-8")
    said = explainer(root, "format", "--restore", "main")
    if said != f"Changed summaries/{BEFORE}.\nChanged summaries/{ADDED}.\n":
        wrong.append(f"after the form, `format --restore` said: {said}")
    if (now := (root / "summaries" / BEFORE).read_text("utf-8")) != before.replace(
        "level: leaders\n", "venue: Castle Buildings\nlevel: leaders\n"
    ):
        wrong.append(f"the corrected visit is:\n{now}")
    if (now := (root / "summaries" / ADDED).read_text("utf-8")) != NEW_VISIT:
        wrong.append(f"the new visit is:\n{now}")
    explainer(root, "format", "--check")
    explainer(root, "check")
    return wrong


def note_foreign(url: str, address: str, wrong: list[str]) -> None:
    if not url.startswith((address, "data:", "blob:")):
        wrong.append(f"another host answered: {url}")


def check_configuration(configuration: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    """What the CMS's own schema says is wrong in the configuration."""
    errors = jsonschema.Draft7Validator(schema).iter_errors(configuration)
    return [f"{error.json_path}: {error.message[:200]}" for error in errors]
