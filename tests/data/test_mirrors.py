"""Own copies: a mirror at an address, archives packed for it, and tables in course.toml."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from coursekit import mirror as packing_command
from coursekit.course_file import CourseFileError, read
from coursekit.errors import CourseProblem
from data_scripts import own_copies, registry
from data_scripts.download import part_file
from data_scripts.fetch import fetch
from data_scripts.manifest import differences
from data_scripts.packing import pack
from data_scripts.places import incoming, real_place
from data_scripts.problems import DataProblem, Unreachable
from tests.conftest import ROOT
from tests.data import drive, tiny
from tests.data.hosts import Hosts, closed_port
from tests.data.server import Server
from tools.site.course_file_page import page

MIRROR = "mirror.example"


def quiet(line: str) -> None:
    pass


@pytest.fixture
def packed(tiny_set: Server, hosts: Hosts, home: Path, tmp_path: Path) -> Hosts:
    """The tiny set, fetched once, packed and served by a mirror; its own address is dead."""
    fetch("tiny", say=quiet)
    pack("tiny", tmp_path / "packed")
    for path in (tmp_path / "packed").iterdir():
        hosts[MIRROR].files[f"data/{path.name}"] = path.read_bytes()
    home.rename(tmp_path / "elsewhere")
    tiny_set.status = 404
    return hosts


def use(hosts: Hosts, monkeypatch: pytest.MonkeyPatch, end: str = "/") -> None:
    monkeypatch.setenv("COURSE_DATA_MIRROR", hosts.url(f"{MIRROR}/data{end}"))


def put_in_course(tmp_path: Path, **table: str) -> None:
    """Make tmp_path, which tests use as the course's folder, one with this own copy."""
    (tmp_path / "course.json").write_text(json.dumps({"data": {"tiny": table}}))


@pytest.mark.parametrize("end", ["", "/"])
def test_a_mirror_may_be_an_address(
    end: str, packed: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The packed archive has other bytes than the original; the mirror's list vouches for it."""
    use(packed, monkeypatch, end)
    fetch("tiny", say=quiet)
    assert differences(real_place("tiny")) == []
    asked = [path for path, _ in packed[MIRROR].requests]
    assert asked == ["data/SHA256SUMS", "data/tiny.zip"]


def test_a_mirror_at_an_address_may_be_a_copy_of_the_original_without_a_list(
    packed: Hosts, tiny_set: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(packed, monkeypatch)
    packed[MIRROR].files = {"data/tiny.zip": tiny_set.content}
    fetch("tiny", say=quiet)
    assert differences(real_place("tiny")) == []


def test_a_damaged_archive_of_the_mirror_is_passed_over(
    packed: Hosts, tiny_set: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(packed, monkeypatch)
    packed[MIRROR].files["data/tiny.zip"] = b"PK damaged"
    with pytest.raises(DataProblem, match="wrong checksum"):
        fetch("tiny", say=quiet)
    tiny_set.status = 200
    fetch("tiny", say=quiet)
    assert differences(real_place("tiny")) == []


def test_other_contents_than_the_sets_are_rejected_in_spite_of_the_list(
    mirror: Path, hosts: Hosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of a mirror vouches for archives; what is in them is checked again."""
    from data_scripts.packing import list_sum

    fake = tmp_path / "fake" / "scene15.zip"
    fake.parent.mkdir()
    fake.write_bytes(tiny.archive({"train/coast/image_0001.jpg": b"x", "test/a/b.jpg": b"y"}))
    list_sum(fake)
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(fake.parent))
    with pytest.raises(DataProblem, match="files of scene15 are missing"):
        fetch("scene15", network=False, say=quiet)


def test_a_mirror_that_is_down_is_named_and_passed_over(
    packed: Hosts, tiny_set: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    down = f"http://127.0.0.1:{closed_port()}/data/"
    monkeypatch.setenv("COURSE_DATA_MIRROR", down)
    with pytest.raises(DataProblem) as caught:
        fetch("tiny", say=quiet)
    assert f"{down}tiny.zip can't be reached" in str(caught.value)
    assert not isinstance(caught.value, Unreachable)  # the set's own host did answer
    tiny_set.status = 200
    fetch("tiny", say=quiet)
    assert differences(real_place("tiny")) == []


def test_a_login_page_in_place_of_the_list_does_no_harm(
    packed: Hosts, tiny_set: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(packed, monkeypatch)
    packed[MIRROR].portal = True
    tiny_set.status = 200
    fetch("tiny", say=quiet)
    assert differences(real_place("tiny")) == []


def test_a_mirror_without_encryption_is_refused(
    tiny_set: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_DATA_MIRROR", "http://mirror.example/data")
    with pytest.raises(DataProblem, match="not an https address"):
        fetch("tiny", say=quiet)


def test_the_same_set_gives_the_same_archive_and_a_damaged_one_none(
    tiny_set: Server, tmp_path: Path
) -> None:
    fetch("tiny", say=quiet)
    first = pack("tiny", tmp_path / "a")
    assert pack("tiny", tmp_path / "b").sha256 == first.sha256
    assert (tmp_path / "a" / "SHA256SUMS").read_text() == f"{first.sha256}  tiny.zip\n"
    picture = real_place("tiny") / "train/coast/image_0001.jpg"
    picture.write_bytes(picture.read_bytes()[::-1])
    with pytest.raises(DataProblem, match="differs from the data set's manifest"):
        pack("tiny", tmp_path / "c")
    assert list((tmp_path / "c").iterdir()) == []


def test_the_packed_archive_is_accepted_from_a_folder(
    packed: Hosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(tmp_path / "packed"))
    fetch("tiny", network=False, say=quiet)
    assert differences(real_place("tiny")) == []


def test_the_instructors_copy_comes_first(packed: Hosts, tiny_set: Server, tmp_path: Path) -> None:
    content = packed[MIRROR].files["data/tiny.zip"]
    assert isinstance(content, bytes)
    url = packed.url(f"{MIRROR}/data/tiny.zip")
    put_in_course(tmp_path, url=url, sha256=tiny.sha256(content), drive="")
    marker = fetch("tiny", say=quiet)
    assert marker.source == "the instructor's own copy"
    assert len(tiny_set.requests) == 1  # to pack it


def test_an_instructors_copy_that_changed_is_named_and_passed_over(
    packed: Hosts, tiny_set: Server, tmp_path: Path
) -> None:
    url = packed.url(f"{MIRROR}/data/tiny.zip")
    put_in_course(tmp_path, url=url, sha256="0" * 64)
    with pytest.raises(DataProblem, match=r"own copy.*wrong checksum"):
        fetch("tiny", say=quiet)
    tiny_set.status = 200
    assert fetch("tiny", say=quiet).source == "a source for tests"


def test_the_halves_of_two_sources_have_separate_files(packed: Hosts, tmp_path: Path) -> None:
    url = packed.url(f"{MIRROR}/data/tiny.zip")
    own, published = (incoming("real", "tiny") / name for name in ("own-tiny.zip", "tiny.zip"))
    assert part_file(own, url) != part_file(published, url)


def test_an_instructors_copy_may_be_on_drive(
    packed: Hosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = packed[MIRROR].files["data/tiny.zip"]
    assert isinstance(content, bytes)
    drive.play(packed, content, monkeypatch)
    put_in_course(tmp_path, drive=drive.ID, sha256=tiny.sha256(content))
    assert fetch("tiny", say=quiet).source == "the instructor's own copy"


def test_an_instructors_copy_may_have_the_form_of_any_source(
    mirror: Path, no_mirror: None, hosts: Hosts, tmp_path: Path
) -> None:
    """For example the authors' archive of scene15, which has neither train nor test."""
    import zipfile

    theirs = {v: k for k, v in registry.data_set("scene15").sources[1].rename.items()}
    path = tmp_path / "scenes.zip"
    with zipfile.ZipFile(mirror / "scene15.zip") as ours, zipfile.ZipFile(path, "w") as packed:
        for name in ours.namelist():
            _, _, label, file = name.split("/")
            packed.writestr(f"{theirs.get(label, label)}/{file}", ours.read(name))
    hosts["own.example"].files["scenes.zip"] = path
    table = {"url": hosts.url("own.example/scenes.zip"), "sha256": tiny.sha256(path.read_bytes())}
    (tmp_path / "course.json").write_text(json.dumps({"data": {"scene15": table}}))
    marker = fetch("scene15", say=quiet)
    assert marker.source == "the instructor's own copy"
    assert marker.fingerprint == registry.data_set("scene15").sources[-1].content


def test_facts_that_cannot_be_read_are_reported(tmp_path: Path) -> None:
    (tmp_path / "course.json").write_text('{"data": {"tiny": {"address": "x"}}}')
    with pytest.raises(DataProblem, match="Each needs a url or a drive id"):
        own_copies.listed()


def test_mirror_packs_what_is_installed_and_prints_tables_for_the_course(
    tiny_set: Server, tmp_path: Path
) -> None:
    with pytest.raises(CourseProblem, match="No real data set is installed"):
        packing_command.mirror(tmp_path / "up", [], quiet)
    fetch("tiny", say=quiet)
    said: list[str] = []
    done = packing_command.mirror(tmp_path / "up", [], said.append)
    assert [each.path.name for each in done] == ["tiny.zip"]
    assert "0.1 MB" in said[0]
    table = "\n".join(packing_command.tables(done))
    assert f'sha256 = "{done[0].sha256}"' in table
    assert "[data.tiny]" in table
    with pytest.raises(DataProblem, match="Did you mean"):
        packing_command.mirror(tmp_path / "up", ["scene16"], quiet)


GOOD = '[data.scene15]\nurl = "https://example.org/a.zip"\nsha256 = "' + "a" * 64 + '"\n'


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (GOOD.replace("scene15", "scene16"), "Did you mean 'scene15'?"),
        (GOOD.replace("url", "address"), r"line \d+: data.scene15.address: unknown key"),
        (GOOD.replace("a" * 64, "abc"), r"line \d+: data.scene15.sha256"),
        (GOOD + 'drive = "1M8BYOy"\n', "give either a url or a drive id"),
        (GOOD.replace("https", "ftp"), r"data.scene15.url"),
        (re.sub("sha256.*", "", GOOD), "data.scene15.sha256 is missing"),
    ],
)
def test_mistakes_in_the_tables_are_reported_with_their_line(
    wrong: str, words: str, tmp_path: Path
) -> None:
    text = (ROOT / "course.toml").read_text(encoding="utf-8")
    path = tmp_path / "course.toml"
    path.write_text(text.replace("[[parts]]", GOOD + "[[parts]]", 1), encoding="utf-8")
    facts = read(path)
    assert facts["data"]["scene15"]["url"] == "https://example.org/a.zip"
    path.write_text(text.replace("[[parts]]", wrong + "[[parts]]", 1), encoding="utf-8")
    with pytest.raises(CourseFileError, match=words) as caught:
        read(path)
    found = re.search(r"line (\d+)", str(caught.value))
    if found:
        near = path.read_text(encoding="utf-8").splitlines()[int(found[1]) - 1]
        assert any(word in near for word in ("data.scene15", "address", "sha256", "url"))


def test_the_reference_page_of_the_course_file_has_the_tables() -> None:
    table = page().partition("## `[data.NAME]`")[2].partition("\n## ")[0]
    assert [f"| `{key}` |" in table for key in ("url", "drive", "sha256")] == [True] * 3
