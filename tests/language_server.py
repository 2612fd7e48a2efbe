"""A client for the YAML language server, with the project's schemas and settings: what editors see as they type.

The server is Red Hat's, which VS Code uses too. As in any text editor, the client sends JSON-RPC over the server's
standard input and output (https://microsoft.github.io/language-server-protocol).
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from golden import ROOT, SITES, furnish

from builder.assembly import schemas_of
from builder.site.docs_folder import write_schemas

VISIT = "visits/kim-putin-vladivostok.yml"


@dataclass(kw_only=True)
class Server:
    """A running language server that has opened the project at `root`."""

    process: subprocess.Popen[bytes]
    root: Path
    settings: dict[str, Any]
    requests: int = 0

    def request(self, method: str, **params: object) -> Any:
        """Send a request and return the result. Answers requests of the server in between."""
        self.requests += 1
        number = self.requests
        self._send({"id": number, "method": method, "params": params})
        return self._until(lambda message: message.get("id") == number and "method" not in message)["result"]

    def notify(self, method: str, **params: object) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def type(self, path: str, text: str) -> list[str]:
        """Open a new summary and return what is underlined: each text with its message."""
        address = self.address(path)
        document = {"uri": address, "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", textDocument=document)
        diagnostics = self._until(lambda message: _is_about(message, address))["params"]["diagnostics"]
        lines = text.split("\n")
        return [f"{_between(lines, each['range'])}: {each['message']}" for each in diagnostics]

    def hover(self, path: str, text: str, at: str) -> str:
        """What is shown when hovering over the first letter of `at` in an open text."""
        answer = self.request("textDocument/hover", **self._place(path, text, at, 0))
        return str(answer["contents"]["value"]) if answer else ""

    def suggestions(self, path: str, text: str, after: str) -> dict[str, str]:
        """The suggestions right after `after` in an open text, each with its description."""
        answer = self.request("textDocument/completion", **self._place(path, text, after, len(after)))
        items = answer["items"] if isinstance(answer, dict) else answer or []
        return {item["label"]: _plain(item.get("documentation")) for item in items}

    def address(self, path: str) -> str:
        return (self.root / "summaries" / path).as_uri()

    def _place(self, path: str, text: str, at: str, beyond: int) -> dict[str, object]:
        before = text[: text.index(at) + beyond]
        position = {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}
        return {"textDocument": {"uri": self.address(path)}, "position": position}

    def _until(self, matches: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while True:
            message = self._receive()
            if matches(message):
                return message
            if "method" in message and "id" in message:
                self._send({"id": message["id"], "result": self._answer(message)})

    def _answer(self, message: dict[str, Any]) -> object:
        if message["method"] != "workspace/configuration":
            return None
        return [self.settings.get(item["section"], {}) for item in message["params"]["items"]]

    def _send(self, message: dict[str, object]) -> None:
        assert self.process.stdin is not None
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while (line := self.process.stdout.readline().strip()) or not length:
            if not line:
                raise EOFError("the language server has ended")
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return message


def _is_about(message: dict[str, Any], address: str) -> bool:
    is_published = message.get("method") == "textDocument/publishDiagnostics"
    return is_published and bool(message["params"]["uri"] == address)


def _between(lines: list[str], span: dict[str, Any]) -> str:
    start, end = span["start"], span["end"]
    line = lines[int(start["line"])]
    return line[start["character"] : end["character"] if end["line"] == start["line"] else None]


def _plain(documentation: object) -> str:
    return str(documentation["value"] if isinstance(documentation, dict) else documentation or "")


@contextmanager
def serving(module: Path, root: Path) -> Iterator[Server]:
    """Run the server of an npm package on a project, with the project's settings for VS Code."""
    written = json.loads((root / ".vscode" / "settings.json").read_text("utf-8"))
    settings: dict[str, Any] = {}
    for name, value in written.items():
        group, _, key = name.partition(".")
        settings.setdefault(group, {}).update({key: value} if key else value)
    command = ["node", str(module / "bin" / "yaml-language-server"), "--stdio"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        server = Server(process=process, root=root, settings=settings)
        folders = [{"uri": root.as_uri(), "name": root.name}]
        markup = {"contentFormat": ["markdown", "plaintext"]}
        item = {"documentationFormat": ["markdown", "plaintext"]}
        capabilities = {
            "workspace": {"configuration": True, "workspaceFolders": True},
            "textDocument": {"hover": markup, "completion": {"completionItem": item}, "publishDiagnostics": {}},
        }
        server.request(
            "initialize", processId=None, rootUri=root.as_uri(), workspaceFolders=folders, capabilities=capabilities
        )
        server.notify("initialized")
        server.notify("workspace/didChangeConfiguration", settings=settings)
        try:
            yield server
            server.request("shutdown")
        finally:
            server.notify("exit")


def lay_out_project(root: Path) -> None:
    """Write an explainer with its schemas and settings."""
    project = furnish(root)
    shutil.copytree(SITES / "one-of-each" / "summaries", project.summaries)
    shutil.copytree(ROOT / ".vscode", root / ".vscode")
    write_schemas(schemas_of(project), project.schemas)
