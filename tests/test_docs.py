"""The documents say what is true: commands, targets, settings, fields, links, languages."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from typer.main import get_command

from assist.cli import app
from assist.config import Settings, settings_markdown
from assist.events import FinalEvent, Tone

ROOT = Path(__file__).parent.parent


def tracked() -> list[Path]:
    """Files that git knows, or everything but hidden and built files where there is no git."""
    if (ROOT / ".git").exists():
        command = ["git", "ls-files", "-z"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        names = [ROOT / name for name in done.stdout.split("\0") if name]
        return [path for path in names if path.is_file()]
    skipped = re.compile(r"(^|/)(\.(?!ci/)|node_modules/|build/|var/|assist/server/static/)")
    everything = (path for path in ROOT.rglob("*") if path.is_file())
    return [p for p in everything if not skipped.search(p.relative_to(ROOT).as_posix())]


TRACKED = tracked()
DOCUMENTS = sorted(path for path in TRACKED if path.suffix == ".md")
READMES = (ROOT / "README.md", ROOT / "README.tr.md")
SETTINGS = {
    f"{group}.{name}": field
    for group, info in Settings.model_fields.items()
    for name, field in type(info.default).model_fields.items()
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


document = pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)


# What stands in a document

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`([^`\n]+(?:\n[^`\n]+)?)`(?!`)")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Document:
    """A Markdown file taken apart."""

    blocks: list[tuple[str, str]]
    inline: list[str]
    links: list[str]
    headings: list[tuple[int, str]]
    prose: str

    @classmethod
    def read(cls, path: Path) -> Document:
        text = path.read_text(encoding="utf-8")
        prose = FENCE.sub("", text)
        return cls(
            blocks=FENCE.findall(text),
            inline=[" ".join(code.split()) for code in INLINE.findall(prose)],
            links=LINK.findall(prose),
            headings=[(len(marks), title) for marks, title in HEADING.findall(prose)],
            prose=prose,
        )

    @property
    def commands(self) -> Iterator[str]:
        """Lines that somebody could type, from shell blocks and inline code."""
        for kind, body in self.blocks:
            if kind in ("sh", "bash", "console", ""):
                joined = body.replace("\\\n", " ")
                yield from (line.strip().removeprefix("$ ") for line in joined.splitlines())
        yield from self.inline

    @property
    def tables(self) -> list[list[list[str]]]:
        """Each table as rows of cells, without the line under the head."""
        found: list[list[list[str]]] = []
        inside = False
        for line in self.prose.splitlines():
            if line.startswith("|"):
                cells = [cell.strip() for cell in line.strip("|").split("|")]
                found = found if inside else [*found, []]
                if not all(set(cell) <= set("-: ") for cell in cells):
                    found[-1].append(cells)
            inside = line.startswith("|")
        return found


def slug(title: str) -> str:
    """The anchor that a heading gets on the pages where the documents are read."""
    plain = re.sub(r"[^\w\- ]", "", title.lower())
    return plain.replace(" ", "-")


# Commands

VARIABLE = re.compile(r"^[A-Za-z_]\w*=\S+\s+")


def words_of(line: str) -> list[str]:
    """A command in words, without what is set in front of it and a comment behind it."""
    while found := VARIABLE.match(line):
        line = line[found.end() :]
    try:
        words = shlex.split(line, comments=True)
    except ValueError:  # a quotation mark in something that is no command
        return []
    if words and words[0].rpartition("/")[0] in ("", ".venv/bin"):
        words[0] = words[0].rpartition("/")[2]
    return words


def commands(path: Path, program: str) -> list[list[str]]:
    """The arguments of each call of `program` in a document."""
    found = (words_of(line) for line in Document.read(path).commands)
    return [words[1:] for words in found if words and words[0] == program]


def problem_with(arguments: list[str]) -> str | None:
    """Why `assist ARGUMENTS` could not be typed, or None."""
    command: Any = get_command(app)
    given = list(arguments)
    while given and hasattr(command, "commands"):
        if given[0] == "--help":
            return None
        default = getattr(command, "default", None)
        if given[0] not in command.commands and default:
            given.insert(0, default)
        if given[0] not in command.commands:
            return f"no command {given[0]!r} among {sorted(command.commands)}"
        command = command.commands[given.pop(0)]
    options = {option: p for p in command.params for option in (*p.opts, *p.secondary_opts)}
    for word in given:
        name = word.partition("=")[0]
        if name.startswith("-") and name not in {*options, "--help"}:
            return f"no option {name!r} among {sorted(options)}"
    takes = any(p.param_type_name == "argument" for p in command.params)
    if given and not given[0].startswith("-") and not takes:
        return f"{given[0]!r} is given to a command that takes no arguments"
    return None


@document
def test_every_command_named_is_one_of_the_program(path: Path) -> None:
    for arguments in commands(path, "assist"):
        problem = problem_with(arguments)
        assert problem is None, f"assist {' '.join(arguments)}: {problem}"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("assist frobnicate", "no command 'frobnicate'"),
        ("assist call FILE --louder", "no option '--louder'"),
        ("assist models fetch twice", "takes no arguments"),
    ],
)
def test_a_command_that_is_none_is_found(line: str, reason: str) -> None:
    assert reason in str(problem_with(words_of(f"ASSIST_SERVER__PORT=0 .venv/bin/{line}")[1:]))


def all_options(command: Any) -> set[str]:
    """Options of a command and of every command below it."""
    own = {option for p in command.params for option in (*p.opts, *p.secondary_opts)}
    return own.union(*(all_options(below) for below in getattr(command, "commands", {}).values()))


def test_every_option_that_the_readmes_name_by_itself_is_one() -> None:
    known = all_options(get_command(app))
    for path in READMES:
        named = [code.split()[0] for code in Document.read(path).inline if code.startswith("--")]
        assert named and set(named) <= known


def make_names() -> tuple[set[str], set[str]]:
    """Targets and variables of the Makefile."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z][\w-]*)\s*:(?!=)", text, re.MULTILINE)
    return set(targets), set(re.findall(r"^(\w+)\s*[?:]?=", text, re.MULTILINE))


@document
def test_every_make_target_named_is_in_the_makefile(path: Path) -> None:
    targets, variables = make_names()
    for arguments in commands(path, "make"):
        for word in arguments:
            name, equals, _ = word.partition("=")
            assert name in (variables if equals else targets), f"make {' '.join(arguments)}"


@document
def test_every_script_named_is_there(path: Path) -> None:
    for arguments in commands(path, "python"):
        if not arguments or arguments[0].startswith("-c"):
            continue
        if arguments[0] == "-m":
            module = arguments[1]
            if module.startswith("assist."):
                assert (ROOT / f"{module.replace('.', '/')}.py").is_file(), module
        else:
            assert (ROOT / arguments[0]).is_file(), arguments[0]


def test_the_readmes_name_the_commands_of_a_first_day() -> None:
    for path in READMES:
        named = {arguments[0] for arguments in commands(path, "assist") if arguments}
        assert {"call", "score", "models"} <= named
        assert {("run",), ("test",)} <= {tuple(words) for words in commands(path, "make")}


def test_the_sample_that_the_readmes_play_is_there() -> None:
    for path in READMES:
        names = {
            word.partition("=")[2]
            for words in commands(path, "make")
            for word in words
            if word.startswith("SAMPLE=")
        }
        assert names, "the README plays no other sample"
        for name in names:
            assert (ROOT / "audio_samples" / f"{name}.flac").is_file(), name


# Settings


def test_the_settings_page_is_written_from_the_definitions() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert page == settings_markdown(), "run `assist settings --markdown > docs/settings.md`"


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_described_in_a_sentence(name: str) -> None:
    description = SETTINGS[name].description or ""
    assert re.fullmatch(r"[A-Z].+\.", description), description
    assert "|" not in description, "it would break the table"


@document
def test_every_setting_named_is_one(path: Path) -> None:
    fields = {f"tone.{name}" for name in Tone.__struct_fields__}
    groups = "|".join(Settings.model_fields)
    files = r"(?!(?:md|onnx|py|toml|flac|parquet)\b)"
    for code in Document.read(path).inline:
        if re.fullmatch(rf"(?:{groups})\.{files}\w+", code):
            assert code in SETTINGS.keys() | fields, code
        for group, name in re.findall(r"\bASSIST_([A-Z]+(?:_[A-Z]+)*)__(\w+)", code):
            assert f"{group}.{name}".lower() in SETTINGS, code


@document
def test_settings_in_toml_examples_can_be_read(path: Path) -> None:
    for kind, body in Document.read(path).blocks:
        tables = tomllib.loads(body) if kind == "toml" else {}
        if tables.keys() <= Settings.model_fields.keys():
            Settings.model_validate(tables)


# Events


def test_the_documents_describe_the_events_as_they_are() -> None:
    events = {kind.__struct_config__.tag: kind for kind in get_args(FinalEvent)}
    common = {"call_id", "seq", "position"}
    for path in (ROOT / "docs" / "events.md", ROOT / "docs" / "events.tr.md"):
        (table,) = [t for t in Document.read(path).tables if t[0][0] == "`type`"]
        described = {row[0].strip("`"): INLINE.findall(row[2]) for row in table[1:]}
        assert described.keys() == events.keys()
        for tag, kind in events.items():
            names = [field.name for field in msgspec.structs.fields(kind)]
            assert sorted(described[str(tag)]) == sorted(set(names) - common), tag


# Links and rooms


def leads_somewhere(path: Path, target: str) -> bool:
    """Whether a link in `path` has a file, and a heading if it names one; other sites may rest."""
    if "://" in target or target.startswith("mailto:"):
        return True
    file, _, anchor = target.partition("#")
    linked = (path.parent / file).resolve() if file else path
    if not linked.exists():
        return False
    return not anchor or anchor in {slug(title) for _, title in Document.read(linked).headings}


@document
def test_every_link_leads_somewhere(path: Path) -> None:
    wrong = [target for target in Document.read(path).links if not leads_somewhere(path, target)]
    assert not wrong


def test_the_architecture_has_every_room_and_no_other() -> None:
    page = Document.read(ROOT / "docs" / "architecture.md")
    (rooms,) = [table for table in page.tables if table[0][0] == "room"]
    named = {name.rstrip("/") for row in rooms[1:] for name in INLINE.findall(row[0])}
    for name in named:
        assert (ROOT / name).exists(), name
    package = ROOT / "assist"
    folders = {path.parent for path in package.rglob("*.py") if path.parent.parent == package}
    files = {path for path in package.glob("*.py") if path.name != "__init__.py"}
    assert {name_of(path) for path in folders | files} <= named


# Two languages


def skeleton(path: Path) -> dict[str, object]:
    """What both READMEs must have in common, whatever their words."""
    page = Document.read(path)
    other = re.compile(r"^((README|docs/events)(\.tr)?\.md|#.*)$")
    return {
        "headings": [level for level, _ in page.headings],
        "blocks": page.blocks,
        "inline code": sorted(set(page.inline)),
        "links": [link for link in page.links if not other.match(link)],
        "tables": [[len(row) for row in table] for table in page.tables],
        "points": len(re.findall(r"^- ", page.prose, re.MULTILINE)),
    }


@pytest.mark.parametrize("part", skeleton(READMES[0]))
def test_both_readmes_have_the_same(part: str) -> None:
    english, turkish = (skeleton(path)[part] for path in READMES)
    assert english == turkish


def test_the_readmes_lead_to_each_other() -> None:
    for path, other in zip(READMES, reversed(READMES), strict=True):
        assert other.name in Document.read(path).links


@pytest.mark.parametrize("path", READMES, ids=name_of)
def test_a_readme_stays_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 160


def test_turkish_text_has_no_letters_from_broken_lower_casing() -> None:
    assert "i\u0307" not in READMES[1].read_text(encoding="utf-8")


# What must not stand in the project

# Written so that this file does not contain what it looks for.
REGISTRIES = (
    r"pypi\.o[r]g|pythonhosted\.o[r]g|npmjs\.(o[r]g|co[m])|yarnpkg\.co[m]"
    r"|hugging[f]ace\.co|anaconda\.o[r]g|proxy\.golang\.o[r]g|--(extra-)?index-[u]rl"
)
MACHINE = r"(?<![\w./-])/(?:wo[r]k|home|ro[o]t|Users|mnt)/[\w.-]"


def text_of(path: Path) -> str:
    data = path.read_bytes()
    return "" if b"\0" in data[:8192] else data.decode("utf-8")


@pytest.mark.parametrize(
    ("forbidden", "what"), [(REGISTRIES, "package registry"), (MACHINE, "path of one machine")]
)
def test_nothing_names_a_registry_or_a_machine(forbidden: str, what: str) -> None:
    found = [
        f"{name_of(path)}: {match.group()}"
        for path in TRACKED
        for match in re.finditer(forbidden, text_of(path))
    ]
    assert not found, f"{what}: {found}"


@pytest.mark.parametrize(
    ("forbidden", "text"),
    [
        (REGISTRIES, "https://py" + "pi.org/simple"),
        (REGISTRIES, "pip install --index-" + "url http://mirror"),
        (MACHINE, "open('/ho" + "me/ayse/call.wav')"),
    ],
)
def test_what_must_not_stand_there_would_be_found(forbidden: str, text: str) -> None:
    assert re.search(forbidden, text)
