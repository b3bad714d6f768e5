"""An nbgrader course of the nine parts with small data sets, and students who submit them.

The course's own drawing code is reduced to a few images per class. Graders find an empty data
folder, and draw and decode what they need.
"""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

import nbformat

from coursekit import course_file
from coursekit.builds import nbgrader_release, trees
from coursekit.samples import RIGHT, SAMPLES, hand_in
from tests.collecting.colab import saved_by_colab
from tests.conftest import ROOT
from toolbox.course import Course, Part, from_dict

PICTURES = 2  # per class and split
FEW = f"""

def scaled(count: int, scale: float) -> int:
    return min(count, {PICTURES})
"""
THRESHOLD = 0.3  # for accuracy and mean IoU, with weights from a few training steps
STEPS = 25
TRAIN = """
import importlib, inspect, sys
import torch
from torch import nn
from toolbox import course, data
from toolbox.training import checkpoints
from toolbox.models.backbones import load_backbone
from toolbox.segmentation import small_backbone

torch.manual_seed(0)
for trained in (t for name in sys.argv[3:] for t in course.load().part(name).trained):
    module, name = trained.model.split(".")
    model = getattr(importlib.import_module(f"student_code.{module}"), name)
    masks = trained.score == "mean_iou"
    load, size = (data.driving, (180, 240)) if masks else (data.scenes, 64)
    test = load("test", size)
    mean, std = data.pixel_statistics(load("train", size))
    given = {"num_classes": len(test.classes)}
    if masks:
        given |= {"pretrained": False, "backbone": small_backbone()}
    elif "backbone" in inspect.signature(model).parameters:
        backbone = load_backbone("alexnet", "course")
        given["backbone"] = backbone.model
        mean, std = torch.tensor(backbone.mean[:1]), torch.tensor(backbone.std[:1])
    net, targets = model(**given), test.masks.long() if masks else test.labels
    x = (test.images.float() / 255 - mean[:, None, None]) / std[:, None, None]
    net.train()
    optimizer = torch.optim.Adam([p for p in net.parameters() if p.requires_grad], lr=3e-3)
    for _ in range(int(sys.argv[2])):
        optimizer.zero_grad()
        scores = net(x)
        scores = scores[0] if isinstance(scores, tuple) else scores
        nn.functional.cross_entropy(scores, targets, ignore_index=255).backward()
        optimizer.step()
    checkpoints.save_weights(f"{sys.argv[1]}/{trained.run}/weights.pt", net)
"""


class NineParts:
    """The course in `folder`, and the weights of its trained networks.

    parts: the ids of the parts that can be handed in. Default: all.
    """

    def __init__(self, folder: Path, parts: Collection[str] = ()) -> None:
        self.folder = folder
        self.facts = _with_low_thresholds(course_file.read(ROOT / "course.toml"))
        self.course: Course = from_dict(self.facts)
        self.nbgrader = folder / "nbgrader"
        nbgrader_release.write_settings(ROOT, self.facts, self.course, self.nbgrader)
        (self.nbgrader / "data").mkdir()
        tree = trees.students_course(ROOT, self.facts, self.course, b"{}\n", solved=False)
        self.parts = [part for part in self.course.built_parts if not parts or part.id in parts]
        for part in self.parts:
            nbgrader_release.write_source(ROOT, self.course, part, tree, self.nbgrader)
            _cut_down(self.nbgrader / "source" / part.id)
        _release(self.nbgrader, [part.id for part in self.parts])
        self.weights = folder / "weights"
        self._train()

    def _train(self) -> None:
        """Fit each network to a few test images, which is enough for points in a test."""
        solved = self.folder / "solved"
        tree = trees.students_course(ROOT, self.facts, self.course, b"{}\n", solved=True)
        trees.write(tree, solved)
        _cut_down(solved)
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                TRAIN,
                str(self.weights),
                str(STEPS),
                *(p.id for p in self.parts),
            ],
            cwd=solved,
            env={**environment(self.folder / "data-of-training"), "PYTHONPATH": str(solved)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]

    def hand_in(self, part: Part) -> list[str]:
        """Submit a part for every student. Return their names."""
        right = self.hands_in_all(part)
        colab = right.parent.parent / "colab" / part.id
        shutil.copytree(right, colab, dirs_exist_ok=True)
        path = colab / f"{part.id}.ipynb"
        nbformat.write(saved_by_colab(nbformat.read(path, as_version=4)), path)
        stub = self.nbgrader / "release" / part.id / "student_code" / f"{part.modules[0]}.py"
        shutil.copyfile(stub, colab / "student_code" / f"{part.modules[0]}.py")
        return ["right", "colab"]

    def hand_in_samples(self, part: Part) -> list[str]:
        """Submit a part for the course's sample students, too."""
        for sample in SAMPLES:
            if sample is not RIGHT:
                hand_in(sample, part, ROOT, self.nbgrader)
        return [sample.student for sample in SAMPLES if sample is not RIGHT]

    def hands_in_all(self, part: Part) -> Path:
        """Submit the complete solution: code of all parts so far, answers, own cells, weights."""
        place = hand_in(RIGHT, part, ROOT, self.nbgrader)
        modules = trees.modules_up_to(self.course, part)
        for name, content in trees.student_code(ROOT, modules, solved=True).items():
            (place / name).write_bytes(content)
        path = place / f"{part.id}.ipynb"
        notebook, solved = nbformat.read(path, as_version=4), ROOT / "notebooks" / path.name
        sources = {cell.id: cell.source for cell in nbformat.read(solved, as_version=4).cells}
        for cell in notebook.cells:
            if cell.cell_type == "code" and "YOUR CODE HERE" in cell.source:
                cell.source = sources[cell.id]
        nbformat.write(notebook, path)
        for trained in part.trained:
            to = place / "results" / "checkpoints" / trained.run
            shutil.copytree(self.weights / trained.run, to)
        return place

    def copy(self, to: Path) -> Path:
        """Copy the nbgrader course, submissions included."""
        return Path(shutil.copytree(self.nbgrader, to))


def environment(data: Path) -> dict[str, str]:
    """Return the environment variables with which images are drawn into `data`."""
    return {
        **os.environ,
        "COURSE_DATA": str(data),
        "COURSE_DATA_PREFER": "offline",
        "COURSE_STEADY": "1",  # progress bars are not reproducible
        "OMP_NUM_THREADS": "1",
    }


def _with_low_thresholds(known: dict[str, Any]) -> dict[str, Any]:
    known = copy.deepcopy(known)
    for part in known["parts"]:
        for trained in part["trained"]:
            trained["offline"] = THRESHOLD
    return known


def _cut_down(course: Path) -> None:
    plan = course / "data_scripts" / "synthetic" / "plan.py"
    plan.write_text(plan.read_text(encoding="utf-8") + FEW, encoding="utf-8")


def _release(folder: Path, parts: list[str]) -> None:
    """Generate all releases with nbgrader in one process."""
    code = (
        "import json, sys\n"
        "from nbgrader.apps import NbGrader, NbGraderAPI\n"
        "app = NbGrader()\n"
        "app.load_config_file()\n"
        "api = NbGraderAPI(config=app.config)\n"
        "for part in json.loads(sys.argv[1]):\n"
        "    done = api.generate_assignment(part, force=True)\n"
        "    assert done['success'], done\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(parts)],
        cwd=folder,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
