"""Modules that pretend to have done what a weaker, honest version has not done."""

from __future__ import annotations

from dataclasses import dataclass

# In the worker, inspecting or saving an object returns what the module wants.
LOOKING = """
import torch, pickle
from coursekit.grading.worker import server as _worker
from toolbox.checks import object_state as _keeping
_tensors = _keeping.tensors_in
def claims(value):
    return [t.to(torch.int8) if t.numel() >= 100 else t for t in _tensors(value)]
_worker.OPERATIONS["kept"] = claims
"""
AGREE = """
class Yes(float):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    __hash__ = None
"""


@dataclass(frozen=True)
class Attack:
    """A version that pretends, and the honest version that it must not outperform.

    honest: the name of a misconception, or text that is added to the solution.
    text: runs in the module after `honest`, only in the worker.
    """

    function: str
    honest: str
    text: str

    @property
    def module(self) -> str:
        return self.function.split(".")[0]


OBSERVER, LINEAR = "quantization.MinMaxObserver", "quantization.QuantizedLinear"
CONVOLUTION, MODEL = "quantization.QuantizedConv2d", "quantization.quantize_model"
SIZE, FOLD = "quantization.model_size_bytes", "quantization.fold_batch_norm"

UNFOLDED = """
def fold_batch_norm(layer, norm):
    return nn.Sequential(layer, norm.eval())
"""
# A layer that claims to be a convolution or linear layer and computes both layers.
PRETENDED = """
def fold_batch_norm(layer, norm):
    class Folded(type(layer)):
        def forward(self, x):
            return norm.eval()(layer(x))
{more}
    made = Folded.__new__(Folded)
    made.__dict__.update(copy.deepcopy(layer).__dict__)
    made.bias = nn.Parameter(torch.zeros(len(layer.weight)))
    return made
"""
ZEROS = """
        def state_dict(self, *a, **k):
            return {"weight": 0 * layer.weight.detach(), "bias": torch.zeros(len(layer.weight))}
"""

QUANTIZATION = {
    "an observer that keeps all in a global list": Attack(
        OBSERVER,
        "KeepsEverything",
        """
seen = []
class MinMaxObserver:
    def __init__(self, num_bits=8, symmetric=False): self.how = num_bits, symmetric; seen.clear()
    def observe(self, x):
        if x.numel(): seen.append(x.clone())
    def params(self):
        if not seen: raise ValueError("nothing")
        every = torch.cat([x.flatten() for x in seen])
        return quantization_params(every.min(), every.max(), *self.how)
""",
    ),
    "an observer that hides what it keeps": Attack(
        OBSERVER, "KeepsEverything", LOOKING.replace("_tensors(value)]", "[]]")
    ),
    "an observer that alters what it is shown": Attack(
        OBSERVER,
        """
class MinMaxObserver(MinMaxObserver):
    def observe(self, x): super().observe(torch.zeros(1))
""",
        """
class MinMaxObserver(MinMaxObserver):
    def observe(self, x): super().observe(x.zero_())
""",
    ),
    "float weights said to be int8": Attack(LINEAR, "WholeNumbersInFloat", LOOKING),
    "float kernels said to be int8": Attack(CONVOLUTION, "WholeKernelsInFloat", LOOKING),
    "a float layer that is not mentioned": Attack(
        LINEAR,
        "KeepsTheFloatLayer",
        LOOKING.replace("in _tensors(value)", "in _tensors(value)[:5]"),
    ),
    "weights that are left behind when it is saved": Attack(
        LINEAR,
        "WholeNumbersInFloat",
        LOOKING
        + """
stash = []
def again(number): return stash[number]
class QuantizedLinear(QuantizedLinear):
    def __reduce__(self):
        stash.append(self)
        return again, (len(stash) - 1,)
""",
    ),
    "bytes of nothing": Attack(
        CONVOLUTION,
        "WholeKernelsInFloat",
        LOOKING
        + """
_worker.OPERATIONS["save"] = lambda value: b"nothing"
_worker.OPERATIONS["restore"] = lambda data: (lambda x: torch.zeros(1))
""",
    ),
    "an answer that is replayed": Attack(
        LINEAR,
        "WholeNumbersInFloat",
        LOOKING
        + """
last = [torch.zeros(4, 10)]
class QuantizedLinear(QuantizedLinear):
    def forward(self, x):
        last[0] = super().forward(x)
        return last[0]
_worker.OPERATIONS["save"] = lambda value: b"nothing"
_worker.OPERATIONS["restore"] = lambda data: (lambda x: last[0])
""",
    ),
    "a float network said to be int8": Attack(MODEL, "only_a_copy", LOOKING),
    "a float network without visible layers": Attack(
        MODEL,
        "only_a_copy",
        LOOKING
        + """
old = quantize_model
def quantize_model(float_model, loader):
    made = old(float_model, loader)
    made.__class__ = type("Int8", (type(made),), {"modules": lambda self: iter(())})
    return made
""",
    ),
    "int8 convolutions that are a claim": Attack(MODEL, "linear_layers_only", LOOKING),
    "a size that agrees": Attack(
        SIZE,
        "def model_size_bytes(model): return 0",
        AGREE + "def model_size_bytes(model): return Yes(0)",
    ),
    "a size of any kind": Attack(
        SIZE,
        "def model_size_bytes(model): return 0",
        "from unittest.mock import ANY\ndef model_size_bytes(model): return ANY",
    ),
    "two layers by the type of one": Attack(FOLD, UNFOLDED, PRETENDED.format(more="")),
    "two layers with the numbers of one": Attack(FOLD, UNFOLDED, PRETENDED.format(more=ZEROS)),
}

PPM, PSP = "ppm.PPM", "pspnet.PSPNet"
SIMPLE = "simple_segmentation_net.SimpleSegmentationNet"
VALIDATION = "segmentation_training.get_val_transform"
RATE = "segmentation_training.poly_learning_rate"
MADE_UP = """
class {name}({name}):
    def parameters(self, recurse=True):
        found = [p for p in super().parameters() if p.dim() != 4]
        for _ in range(4):
            found.append(nn.Parameter(torch.randn(3, 6, 1, 1)))
            found[-1].grad = torch.ones(3, 6, 1, 1)
        return iter(found)
"""
NOTHING = """
def get_val_transform(size, mean, std, ignore_index=255):
    return lambda image, mask: (torch.zeros(3, *size), torch.zeros(*size).long())
"""
AGREEABLE = """
class Same(torch.Tensor):
    def __eq__(self, other): return True
    __hash__ = torch.Tensor.__hash__
    __torch_function__ = torch._C._disabled_torch_function_impl
def get_val_transform(size, mean, std, ignore_index=255):
    return lambda image, mask: (torch.zeros(3, *size).as_subclass(Same),
                                torch.zeros(*size).long().as_subclass(Same))
"""

SEGMENTATION = {
    "weights that are made up": Attack(PPM, "PlainList", MADE_UP.format(name="PPM")),
    "shared weights that are listed four times": Attack(
        PPM,
        "SharedWeights",
        """
class PPM(PPM):
    def parameters(self, recurse=True):
        for p in super().parameters():
            if p.dim() != 4:
                yield p
                continue
            for _ in self.features:
                copy = nn.Parameter(p.detach().clone())
                copy.grad = p.grad
                yield copy
""",
    ),
    "convolutions that claim a dilation": Attack(
        PSP,
        "StrideWithoutDilation",
        """
class Plain(nn.Conv2d):
    def forward(self, x): return F.conv2d(x, self.weight, padding=1)
class PSPNet(PSPNet):
    def __init__(self, *a, **k):
        super().__init__(*a, **k)
        for layer, d in ((self.layer3, 2), (self.layer4, 4)):
            for m in layer.modules():
                if isinstance(m, nn.Conv2d) and m.kernel_size == (3, 3):
                    m.__class__ = Plain
                    m.dilation = m.padding = (d, d)
""",
    ),
    "maps that were not computed": Attack(
        PSP,
        "NothingChanged",
        """
class Layer(nn.Sequential):
    def register_forward_hook(self, hook, *a, **k):
        hook(self, (), torch.zeros(1, 2 * self[0].conv1.in_channels, 8, 12))
class PSPNet(PSPNet):
    def __init__(self, *a, **k):
        super().__init__(*a, **k)
        self.layer3.__class__ = self.layer4.__class__ = Layer
""",
    ),
    "an own backbone beside the listed one": Attack(
        SIMPLE,
        "OwnBackbone",
        """
class SimpleSegmentationNet(SimpleSegmentationNet):
    def __init__(self, *a, **k):
        super().__init__(*a, **k)
        self.__dict__["given"] = k.get("backbone")
    def parameters(self, recurse=True):
        for p in self.given.parameters():
            p.grad = torch.ones_like(p)
            yield p
    def forward(self, x, y=None):
        list(self.parameters())
        return super().forward(x, y)
""",
    ),
    "gradients of a frozen backbone": Attack(
        SIMPLE,
        "FrozenBackbone",
        """
class SimpleSegmentationNet(SimpleSegmentationNet):
    def forward(self, x, y=None):
        for p in self.parameters():
            p.grad = torch.ones_like(p)
        return super().forward(x, y)
""",
    ),
    "weights drawn again, the old ones shown": Attack(
        SIMPLE,
        "DrawnAnew",
        """
class SimpleSegmentationNet(SimpleSegmentationNet):
    def __init__(self, *a, **k):
        given = k["backbone"]
        before = {key: value.clone() for key, value in given.state_dict().items()}
        super().__init__(*a, **k)
        given.state_dict = lambda *a, **k: before
""",
    ),
    "a loss that agrees": Attack(
        SIMPLE,
        "CriterionForgotten",
        AGREE
        + """
class SimpleSegmentationNet(SimpleSegmentationNet):
    def forward(self, x, y=None):
        logits, yhat, main, aux = super().forward(x, y)
        return logits, yhat, main if main is None else Yes(main), aux
""",
    ),
    "images that agree": Attack(VALIDATION, NOTHING, AGREEABLE),
    "a rate that agrees": Attack(
        RATE,
        "def poly_learning_rate(*a, **k): return -1.0",
        AGREE + "def poly_learning_rate(*a, **k): return Yes(-1.0)",
    ),
}

ALL = {**QUANTIZATION, **SEGMENTATION}
