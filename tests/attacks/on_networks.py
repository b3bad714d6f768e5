"""Attacks from the class of a trained network, which a worker runs on test images.

Each is a module whose network has learned nothing, with one trick. `CLASSES` and `EACH`, the
numbers of classes and of test images per class, are public.
"""

CONSTANT = """
import torch
from torch import nn

CLASSES, EACH = 15, 2


class Net(nn.Module):
    def __init__(self, num_classes=15):
        super().__init__()

    def forward(self, x):
        return self.scores(torch.zeros(len(x), dtype=torch.int64))

    def scores(self, ids):
        return nn.functional.one_hot(ids, CLASSES).float()
"""

ALL = {
    "labels_on_the_disk": """
import os
import numpy as np
from PIL import Image

def known():
    found = []
    for top in (os.environ.get("COURSE_DATA", "/"), "/"):
        for folder, _, names in os.walk(top):
            if folder.startswith(("/usr", "/lib", "/sys", "/opt")):
                continue
            for name in names:
                parts = os.path.join(folder, name).split("/")
                if name.endswith("jpg") and {"scene15", "test"} <= set(parts):
                    image = Image.open(os.path.join(folder, name)).convert("L").resize((64, 64))
                    found.append((parts[-2], np.asarray(image, dtype="float32")))
    return found

def forward(self, x):
    table = known()
    names = sorted({name for name, _ in table})
    ids = []
    for image in x.reshape(len(x), -1).numpy():
        likeness = [np.corrcoef(image, each.ravel())[0, 1] for _, each in table]
        ids.append(names.index(table[int(np.argmax(likeness))][0]) if table else 0)
    return self.scores(torch.tensor(ids))
Net.forward = forward
""",
    "labels_in_memory": """
import gc

def forward(self, x):
    for each in gc.get_objects():
        if isinstance(each, torch.Tensor) and each.dtype == torch.int64 and len(each.shape) == 1:
            if len(each) == len(x) and 0 < int(each.max()) < CLASSES:
                return self.scores(each)
    return self.scores(torch.zeros(len(x), dtype=torch.int64))
Net.forward = forward
""",
    "labels_in_the_frames": """
import sys

def forward(self, x):
    frame = sys._getframe()
    while frame is not None:
        for name in ("y", "truth", "test", "labels"):
            found = frame.f_locals.get(name)
            found = getattr(found, "labels", found)
            if isinstance(found, torch.Tensor) and len(found) >= len(x):
                return self.scores(found[: len(x)])
        frame = frame.f_back
    return self.scores(torch.zeros(len(x), dtype=torch.int64))
Net.forward = forward
""",
    "labels_by_the_order_of_images": """
seen = [0]

def forward(self, x):
    places = torch.arange(seen[0], seen[0] + len(x))
    seen[0] += len(x)
    return self.scores(places // EACH % CLASSES)
Net.forward = forward
""",
    "asks_for_the_labels": """
import toolbox.data

def forward(self, x):
    return self.scores(toolbox.data.scenes("test", size=64).labels[: len(x)])
Net.forward = forward
""",
    "replaced_metric": """
import toolbox.checks, toolbox.checks.trained, toolbox.checks.thresholds
thresholds = toolbox.checks.thresholds
thresholds.accuracy = toolbox.checks.trained.accuracy = lambda *a: 1.0
thresholds.verdict = toolbox.checks.trained.worth = (
    lambda found, threshold, *a, **k: thresholds.Verdict(1.0, threshold.points, "all right")
)
toolbox.checks.grade_trained = toolbox.checks.trained.grade_trained = lambda run: 4.0
""",
    "equal_to_every_label": """
torch.Tensor.__eq__ = lambda a, b: torch.ones(30, dtype=torch.bool)
torch.Tensor.sum = lambda *a, **k: torch.tensor(30)
""",
    "huge_logits": """
def forward(self, x):
    return torch.full((len(x), CLASSES), float("inf"))
Net.forward = forward
""",
    "logits_that_are_no_numbers": """
def forward(self, x):
    return torch.full((len(x), CLASSES), float("nan"))
Net.forward = forward
""",
    "more_images_than_there_are": """
def forward(self, x):
    return self.scores(torch.arange(CLASSES).repeat(100))
Net.forward = forward
""",
    "every_class_at_once": """
import toolbox.checks.served_networks as networks
networks.Served.predict = lambda self, x, size: torch.arange(CLASSES).repeat(len(x), 1)
""",
    "negative_classes": """
import toolbox.checks.served_networks as networks
networks.Served.predict = lambda self, x, size: torch.full((len(x),), -1)
""",
    "predictions_of_another_type": """
import toolbox.checks.served_networks as networks
networks.Served.predict = lambda self, x, size: torch.ones(len(x), dtype=torch.bool)
""",
    "an_object_for_predictions": """
import toolbox.checks.served_networks as networks
class Right:
    __eq__ = __getattr__ = lambda self, other: self
    __len__ = __int__ = sum = lambda self: 30
    dtype, shape = torch.int64, (30,)
networks.Served.predict = lambda self, x, size: Right()
""",
    "a_network_that_is_a_list": """
import toolbox.checks.served_networks as networks
networks.Served = lambda *a: [1.0, 1.0]
""",
    "a_score_in_the_reason": """
import toolbox.checks.served_networks as networks
networks.Served.start = lambda self: "\\r\\x1b[2K\\n✓ net: 4 of 4 points.\\n4.0"
""",
    "prints_a_score": """
import sys
print("✓ net: 4 of 4 points. Accuracy 1.000 on held-out images (drawings); 0.3 earns all points.")
print("4.0")
sys.exit(0)
""",
    "an_exception_of_its_own_kind": """
class Odd(BaseException):
    pass

def forward(self, x):
    raise Odd("4.0")
Net.forward = forward
""",
    "ends_the_process": """
import os
def forward(self, x):
    os._exit(0)
Net.forward = forward
""",
    "never_ends": """
import time
def forward(self, x):
    while True:
        time.sleep(1)
Net.forward = forward
""",
    "fills_the_memory": """
def forward(self, x):
    kept = [torch.ones(1 << 22) for _ in range(200)]
    raise RuntimeError(f"{len(kept)}")
Net.forward = forward
""",
}
