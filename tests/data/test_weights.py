"""ImageNet weights: cached, from a mirror, from torchvision's address, or else the course's own."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
import torch
from torch import nn
from torchvision import models

from coursekit.mirror import add_weights
from data_scripts.packing import list_sum
from tests.data.hosts import BlackHole, Hosts, closed_port
from toolbox.models import backbones, imagenet
from toolbox.models.imagenet import NoWeights
from toolbox.segmentation.resnet_backbones import resnet

HOST, MIRROR = "download.pytorch.org", "mirror.example"
Capture = pytest.CaptureFixture[str]


def saved() -> bytes:
    stream = io.BytesIO()
    torch.save(nn.Linear(2, 1).state_dict(), stream)
    return stream.getvalue()


CONTENT = saved()
NAME = f"alexnet-owt-{hashlib.sha256(CONTENT).hexdigest()[:8]}.pth"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, hosts: Hosts, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use an empty cache, and a small network in place of AlexNet at torchvision's address."""

    def get_model(name: str, weights: object) -> nn.Module:
        model = nn.Linear(2, 1)
        model.load_state_dict(torch.load(tmp_path / "hub" / "checkpoints" / NAME))
        return model

    hosts[HOST].files[f"models/{NAME}"] = CONTENT
    url = hosts.url(f"https://{HOST}/models/{NAME}")
    monkeypatch.setattr(imagenet, "_address", lambda name: url)
    monkeypatch.setattr(imagenet, "_in_vain", {})
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    monkeypatch.setattr(models, "get_model", get_model)
    return tmp_path / "hub" / "checkpoints"


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    dead = f"http://127.0.0.1:{closed_port()}/models/{NAME}"
    monkeypatch.setattr(imagenet, "_address", lambda name: dead)


def test_weights_are_downloaded_checked_and_cached(
    hosts: Hosts, cache: Path, capsys: Capture
) -> None:
    found = backbones.load_backbone("alexnet")
    assert (found.source, found.input_size) == ("ImageNet weights", 224)
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "alexnet: ImageNet weights, input 224 x 224, from torchvision"
    assert [path.name for path in cache.iterdir()] == [NAME]
    backbones.load_backbone("alexnet")
    said = capsys.readouterr().out.splitlines()
    assert said == ["alexnet: ImageNet weights, input 224 x 224, from torchvision's cache"]
    assert hosts.asked[HOST] == 1


def test_an_interrupted_download_continues(hosts: Hosts, cache: Path) -> None:
    hosts[HOST].cut = 0.5
    with pytest.raises(NoWeights):
        imagenet.weights_file("alexnet")
    hosts[HOST].cut = None
    assert imagenet.weights_file("alexnet")[0].read_bytes() == CONTENT
    assert hosts[HOST].requests[-1][1] is not None


@pytest.mark.parametrize("place", ["", "weights/"])
def test_the_mirrors_folder_comes_first(
    place: str, hosts: Hosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    file = tmp_path / "mirror" / f"{place}{NAME}"
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT)
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(tmp_path / "mirror"))
    backbones.load_backbone("alexnet")
    assert "from the mirror" in capsys.readouterr().out
    assert not hosts.asked


def test_the_mirror_may_be_an_address(
    hosts: Hosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    file = tmp_path / "packed" / NAME
    file.parent.mkdir()
    file.write_bytes(CONTENT)
    list_sum(file)
    for path in file.parent.iterdir():
        hosts[MIRROR].files[path.name] = path
    monkeypatch.setenv("COURSE_DATA_MIRROR", hosts.url(f"{MIRROR}/"))
    backbones.load_backbone("alexnet")
    assert "from the mirror" in capsys.readouterr().out
    assert HOST not in hosts.asked


def test_wrong_weights_are_rejected_and_the_next_place_is_tried(
    hosts: Hosts, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / NAME).write_bytes(b"other weights")
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(tmp_path / "mirror"))
    backbones.load_backbone("alexnet")
    assert "from torchvision" in capsys.readouterr().out
    (cache / NAME).unlink()
    hosts[HOST].flips = True
    with pytest.raises(NoWeights, match=r"wrong checksum.*wrong checksum"):
        imagenet.weights_file("alexnet")
    assert list(cache.iterdir()) == []


def test_a_login_page_is_not_taken_for_weights(hosts: Hosts, cache: Path, capsys: Capture) -> None:
    hosts[HOST].portal = True
    assert "the course's own" in backbones.load_backbone("alexnet").source
    assert "a web page instead of the file" in capsys.readouterr().out
    assert list(cache.iterdir()) == []


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("name", sorted(backbones.COURSE_NETWORKS))
def test_without_a_network_the_course_weights_are_used(name: str, capsys: Capture) -> None:
    assert "the course's own" in backbones.load_backbone(name).source
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{name}: the course's own weights")
    assert f"because the ImageNet weights of {name} are not available: http://127.0.0.1" in line
    assert "can't be reached" in line
    with pytest.raises(RuntimeError, match="can't be reached"):
        backbones.load_backbone(name, "imagenet")


@pytest.mark.usefixtures("no_network")
def test_without_a_network_other_backbones_are_unavailable() -> None:
    with pytest.raises(RuntimeError, match="can't be reached"):
        backbones.load_backbone("resnet50")


def test_after_a_minute_the_network_is_tried_again(
    hosts: Hosts, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr(imagenet.time, "monotonic", lambda: clock[0])
    url = imagenet._address("alexnet")
    hosts.stop()
    with pytest.raises(NoWeights, match="can't be reached"):
        imagenet.weights_file("alexnet")
    hosts.start()
    clock[0] += imagenet.QUIET_SECONDS - 1
    with pytest.raises(NoWeights, match=f"{url} can't be reached"):
        imagenet.weights_file("alexnet")
    assert not hosts.asked
    clock[0] += 1
    assert imagenet.weights_file("alexnet")[1] == "from torchvision"


@pytest.mark.usefixtures("no_network")
def test_segmentation_starts_with_new_weights_then(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(models, "resnet50", lambda weights: nn.Linear(1, 1))
    resnet(50)
    said = capsys.readouterr().out
    assert "The ImageNet weights of resnet50 are not available" in said
    assert "Starting with untrained weights" in said


def test_a_host_that_never_answers_costs_less_than_three_seconds(
    black_hole: BlackHole, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert imagenet.NETWORK_SECONDS < 3
    monkeypatch.setattr(imagenet, "NETWORK_SECONDS", 0.1)
    monkeypatch.setattr(imagenet, "_address", lambda name: f"{black_hole.url}{NAME}")
    with pytest.raises(NoWeights, match=r"no answer within 0\.1 s"):
        imagenet.weights_file("alexnet")


def test_the_mirror_command_adds_the_weights(cache: Path, tmp_path: Path) -> None:
    said: list[str] = []
    add_weights(tmp_path / "up", ["alexnet"], said.append)
    assert (tmp_path / "up" / NAME).read_bytes() == CONTENT
    assert NAME in (tmp_path / "up" / "SHA256SUMS").read_text()
    assert said[-1] == f"{tmp_path / 'up' / NAME}: 0.0 MB"


def test_the_names_of_torchvisions_files_contain_their_checksum() -> None:
    for name in ("alexnet", "resnet18", "resnet50", "vgg19"):
        assert imagenet._PREFIX.search(imagenet.weights_of(name).url), name
