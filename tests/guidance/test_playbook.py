"""Claims about playbooks: what is in ours, and what is said of a wrong one."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.errors import PlaybookError
from assist.guidance.commands import check
from assist.guidance.lexicon import situations
from assist.guidance.mechanics import MechanicsRules
from assist.guidance.playbook import (
    MechanicsCondition,
    Playbook,
    load_playbook,
    playbook_files,
    read_playbook,
)
from assist.guidance.positive import positive
from assist.guidance.situations import classify

LANGUAGES = ("tr", "en")
PACKS = ("telecom", "bank", "ecommerce", "health")

GOOD = """\
[playbook]
name = "Test"
language = "en"
version = "1"

[mechanics]
dead_air = { value = 4.0, source = "us" }

[[rule]]
id = "late"
why = "They wait."
warm = ["Sorry for the wait."]
factual = ["New date: [date]."]
[rule.when]
any = ["delay"]

[[rule]]
id = "quiet"
situation = "dead_air"
why = "Silence."
warm = ["Still here."]
factual = ["Still checking."]
[rule.when]
mechanics = { dead_air = 8.0 }
"""


def written(folder: Path, text: str, name: str = "en.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def ours(language: str) -> list[Playbook]:
    """The general playbook, and with each pack."""
    return [load_playbook(language), *(load_playbook(language, None, [pack]) for pack in PACKS)]


def every_text(book: Playbook) -> list[str]:
    return [text for rule in book.rules for text in (*rule.warm, *rule.factual)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_playbook_has_at_least_sixty_situations_and_tones_of_voice(language: str) -> None:
    book = load_playbook(language)
    combinations = {
        (when.any or when.all or (rule.situation,), when.tone, when.trend)
        for rule in book.rules
        for when in (rule.when,)
    }
    assert len(combinations) >= 60
    assert sum(bool(rule.when.tone or rule.when.trend) for rule in book.rules) >= 60


def test_both_languages_know_the_same_rules_in_their_own_words() -> None:
    turkish, english = load_playbook("tr"), load_playbook("en")
    assert [rule.id for rule in turkish.rules] == [rule.id for rule in english.rules]
    assert set(every_text(turkish)).isdisjoint(every_text(english))


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_phrases_are_what_we_ask_of_agents(language: str) -> None:
    for text in {text for book in ours(language) for text in every_text(book)}:
        found = {tag.tag for tag in classify(text, speaker="agent", language=language)}
        assert found.isdisjoint({"refusal", "negative_phrasing", "blame"}), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_phrases_promise_no_number_and_leave_clear_blanks(language: str) -> None:
    for text in {text for book in ours(language) for text in every_text(book)}:
        assert not re.search(r"\d", text), text
        assert re.sub(r"\[[a-zçğıöşü ]+\]", "", text).count("[") == 0, text


@pytest.mark.parametrize("phrase", ["sakin ol", "calm down"])
def test_nobody_is_told_to_calm_down(phrase: str) -> None:
    for language in LANGUAGES:
        for text in {text for book in ours(language) for text in every_text(book)}:
            assert phrase not in text.lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_threshold_says_where_it_is_from(language: str) -> None:
    book = load_playbook(language)
    for name in book.mechanics.__struct_fields__:
        assert getattr(book.mechanics, name).source != "default"
    for rule in book.rules:
        assert bool(rule.source) == (rule.when.mechanics is not None), rule.id


def test_the_version_changes_with_the_content_and_only_with_it(tmp_path: Path) -> None:
    first = read_playbook(written(tmp_path, GOOD))
    same = read_playbook(written(tmp_path, GOOD.replace("\n", "\r\n")))
    other = read_playbook(written(tmp_path, GOOD.replace("Still here", "I am here")))
    assert first.version == same.version != other.version
    assert re.fullmatch(r"[0-9a-f]{8}", first.version)


def test_a_company_takes_its_own_file_and_ours_for_the_other_language(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    assert load_playbook("en", tmp_path).name == "Test"
    assert load_playbook("tr", tmp_path) == load_playbook("tr")


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_speaks_of_its_industry_in_both_languages(pack: str) -> None:
    general = {language: load_playbook(language) for language in LANGUAGES}
    books = {language: load_playbook(language, None, [pack]) for language in LANGUAGES}
    assert [rule.id for rule in books["tr"].rules] == [rule.id for rule in books["en"].rules]
    for language, book in books.items():
        changed = set(book.rules) - set(general[language].rules)
        assert len(changed) >= 8
        assert book.version != general[language].version
        assert book.mechanics == general[language].mechanics


def test_a_pack_of_ones_own_replaces_rules_by_their_id_and_adds_others(tmp_path: Path) -> None:
    own = GOOD.replace('id = "late"', 'id = "delay"').replace('"Test"', '"Ours"')
    written(tmp_path, own, "en.ours.toml")
    general, book = load_playbook("en"), load_playbook("en", tmp_path, ["ours"])
    assert book.name == "General + Ours"
    assert {rule.id for rule in book.rules} - {rule.id for rule in general.rules} == {"quiet"}
    assert next(rule.warm for rule in book.rules if rule.id == "delay") == ("Sorry for the wait.",)
    assert load_playbook("tr", tmp_path, ["ours"]) == load_playbook("tr")


def test_a_pack_that_is_nowhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlaybookError, match=r"no pack 'toys'.*bank, ecommerce, health, telecom"):
        load_playbook("en", tmp_path, ["toys"])


def test_thresholds_that_are_not_given_keep_their_defaults(tmp_path: Path) -> None:
    rules = read_playbook(written(tmp_path, GOOD)).mechanics
    assert rules.dead_air.value == 4.0
    assert rules.backchannel.value == 1.0


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('name = "Test"', "name = Test", 2, "not TOML"),
        ("[playbook]", "[playbook", 1, "not TOML"),
        ('version = "1"', 'version = "1"\ncolour = "red"', 5, "unknown field `colour`"),
        ('why = "They wait."', 'why = "They wait."\nwhi = "x"', 12, "unknown field `whi`"),
        ('warm = ["Sorry for the wait."]', "warm = []", 12, "length >= 1"),
        ('warm = ["Sorry for the wait."]', 'warm = [""]', 12, "length >= 1"),
        ('warm = ["Sorry for the wait."]\n', "", 9, "missing required field `warm`"),
        ('any = ["delay"]', 'any = ["delai"]', 15, "'delai' is not a situation"),
        ('any = ["delay"]', 'speaker = "agent"\nany = ["delay"]', 16, "'delay' is not a situation"),
        ('any = ["delay"]', "", 14, "nothing that starts it"),
        ('any = ["delay"]', 'tone = ["cross"]', 15, "Invalid enum value 'cross'"),
        ('any = ["delay"]', 'any = ["delay"]\npriority = 200', 16, "unknown field `priority`"),
        ('id = "late"', 'id = "late"\npriority = 200', 11, "<= 100"),
        ('id = "quiet"', 'id = "late"', 18, "twice"),
        ('situation = "dead_air"\n', "", 18, "no situation"),
        ("dead_air = 8.0", "dead_air = -1.0", 24, "> 0.0"),
        ("dead_air = { value = 4.0, source", "dead_air = { value = 0.0, source", 7, "> 0.0"),
        ('language = "en"', 'language = "de"', 3, "'de'"),
        ('language = "en"', 'language = "tr"', 3, "named en.toml"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_reason(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    path = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(PlaybookError) as caught:
        read_playbook(path)
    message = str(caught.value)
    assert message.startswith(f"{path}, line {line}: "), message
    assert reason in message
    assert "\n" not in message


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "en.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PlaybookError, match=r"en\.toml is not UTF-8"):
        read_playbook(path)


def test_a_missing_folder_or_language_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlaybookError, match="does not exist"):
        load_playbook("en", tmp_path / "nowhere")
    with pytest.raises(PlaybookError, match="'de'"):
        load_playbook("de")


def test_checking_a_folder_reads_every_file_in_it(tmp_path: Path) -> None:
    with pytest.raises(PlaybookError, match="no playbook"):
        check(tmp_path)
    written(tmp_path, GOOD)
    assert [book.language for book in check(tmp_path)] == ["en"]
    written(tmp_path, GOOD, "de.toml")
    with pytest.raises(PlaybookError, match=r"de\.toml"):
        check(tmp_path)


DOCUMENT = (Path(__file__).parents[2] / "docs" / "playbook.md").read_text("utf-8")


def test_the_example_in_the_documents_is_a_playbook(tmp_path: Path) -> None:
    example = re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)[0]
    book = read_playbook(written(tmp_path, example))
    assert book.rules[0].when.any == ("delay",)


def test_the_documents_list_every_situation_measure_and_threshold() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \|", DOCUMENT, re.MULTILINE))
    known = {
        *situations(),
        *MechanicsCondition.__struct_fields__,
        *MechanicsRules.__struct_fields__,
    }
    assert known <= rows | {"any", "all", "none"}
    assert {"speaker", "tone", "earlier_tone", "trend", "phase", "mechanics"} <= rows


lines = st.lists(st.sampled_from([*GOOD.splitlines(), "[[rule]]", "x = 1", "]", '"""', "any = 3"]))


@given(lines)
@settings(deadline=None, max_examples=150)
def test_any_file_is_read_or_refused_in_one_sentence(parts: list[str]) -> None:
    class Memory(msgspec.Struct):
        content: bytes
        name: str = "en.toml"

        def read_bytes(self) -> bytes:
            return self.content

    try:
        read_playbook(Memory("\n".join(parts).encode()))  # type: ignore[arg-type]
    except PlaybookError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_adds_what_its_industry_has_to_say(language: str, pack: str) -> None:
    general = [item.id for item in load_playbook(language).checklist]
    with_pack = [item.id for item in load_playbook(language, None, [pack]).checklist]
    assert [item for item in with_pack if item in general] == general
    assert len(with_pack) > len(general)
    assert with_pack[-1] == "farewell"


def test_a_pack_without_a_checklist_leaves_the_company_its_own(tmp_path: Path) -> None:
    item = '[[checklist]]\nid = "greeting"\ntext = "Hello"\nany = ["greeting"]\n'
    written(tmp_path, GOOD + item, "en.toml")
    written(tmp_path, GOOD, "en.ours.toml")
    book = load_playbook("en", tmp_path, ["ours"])
    assert [item.text for item in book.checklist] == ["Hello"]


TURNED = """
[rephrase]
priority = 60
cooldown = 30.0
expires = 15.0

[[template]]
id = "ours"
any = ["refusal"]
say = "Let me show you what we can do instead: [option]."
why = "Our house style."
"""


def test_a_company_has_positive_forms_of_its_own(tmp_path: Path) -> None:
    before = load_playbook("en", tmp_path)
    (tmp_path / "positive").mkdir()
    written(tmp_path / "positive", TURNED, "en.toml")
    book = load_playbook("en", tmp_path)
    form = positive("en", book.positive).rephrase("I'm afraid we can't refund that.")
    assert form is not None
    assert form.say == "Let me show you what we can do instead: [option]."
    assert book.version != before.version
    assert load_playbook("tr", tmp_path).positive == ""
    assert tmp_path / "positive" / "en.toml" in playbook_files(["en"], tmp_path)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (TURNED.replace('say = "Let', "say = Let"), "line 10"),
        (TURNED.replace("id =", "name ="), "line 8"),
        (TURNED.replace('any = ["refusal"]', 'match = ["(("]'), "cannot read"),
    ],
)
def test_a_mistake_in_ones_own_positive_forms_is_named(
    tmp_path: Path, content: str, line: str
) -> None:
    (tmp_path / "positive").mkdir()
    written(tmp_path / "positive", content, "en.toml")
    with pytest.raises(PlaybookError, match=line) as caught:
        load_playbook("en", tmp_path)
    assert "en.toml" in str(caught.value)


def test_ones_own_playbook_keeps_the_products_unless_it_has_some(tmp_path: Path) -> None:
    written(tmp_path, GOOD, "en.toml")
    assert load_playbook("en", tmp_path).products == load_playbook("en").products
    written(tmp_path, GOOD + '[slots]\nproducts = ["time machine"]\n', "en.toml")
    assert load_playbook("en", tmp_path).products == ("time machine",)
    written(tmp_path, GOOD + '[slots]\nproducts = ["flux capacitor"]\n', "en.ours.toml")
    assert load_playbook("en", tmp_path, ["ours"]).products == ("time machine", "flux capacitor")
