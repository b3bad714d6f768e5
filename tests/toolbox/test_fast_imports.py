"""A shell command imports torchvision without what a check rarely uses; that still works."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

USED = """
import sys
from toolbox.submission.fast_imports import import_fast

import_fast()
import_fast()
from torchvision import transforms
import torch, torchvision

def loaded(name):
    return name in sys.modules

image = torch.rand(3, 8, 8)
assert transforms.Compose([transforms.Resize((4, 4))])(image).shape == (3, 4, 4)
assert not loaded("torch._dynamo") and not loaded("torchvision.models.alexnet")

from torchvision.transforms import v2  # imports torch's compiler itself
from torchvision.models import alexnet
from torchvision.datasets import ImageFolder
from torchvision.ops import nms

assert loaded("torchvision.models.alexnet")
assert torchvision.models.alexnet is alexnet
with torch.device("meta"):
    assert alexnet().classifier[-1].out_features == 1000
assert issubclass(ImageFolder, torchvision.datasets.VisionDataset)
assert v2.Compose([v2.RandomHorizontalFlip(1.0)])(image).equal(image.flip(-1))
boxes = torch.tensor([[0.0, 0, 1, 1], [0, 0, 1, 1]])
assert nms(boxes, torch.tensor([0.5, 0.9]), 0.5).tolist() == [1]
assert sum(type(each).__name__ == "_WhenUsed" for each in sys.meta_path) == 1
"""


def test_what_is_imported_late_works_like_what_is_imported_at_once() -> None:
    done = subprocess.run(
        [sys.executable, "-c", USED], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
