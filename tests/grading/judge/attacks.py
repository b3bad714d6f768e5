"""Modules that try to earn points without computing an area: each defines `area` or interferes."""

from __future__ import annotations

WRONG = "def area(width, height):\n    return -7\n"

# Objects that equal anything they are compared with.
AGREE = """
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __bool__(self): return True
    __hash__ = None
"""
BASES = {
    "object": "Yes()",
    "int": "Yes(0)",
    "float": "Yes(0.0)",
    "str": "Yes('12')",
    "complex": "Yes(0)",
    "tuple": "Yes((12,))",
    "list": "Yes([12])",
    "dict": "Yes({12: 12})",
    "set": "Yes({12})",
    "Fraction": "Yes(1, 7)",
    "Decimal": "Yes('1')",
    "np.float64": "Yes(0.0)",
    "np.ndarray": "np.zeros(()).view(Yes)",
    "torch.Tensor": "torch.zeros(()).as_subclass(Yes)",
}
IMPORTS = "import numpy as np, torch\nfrom fractions import Fraction\nfrom decimal import Decimal\n"
AGREEABLE = {
    f"agreeable_{base}": f"{IMPORTS}class Yes({base}):{AGREE}\ndef area(a, b): return {made}\n"
    for base, made in BASES.items()
}
AGREEABLE |= {
    "anything_of_mock": "from unittest.mock import ANY\ndef area(a, b): return ANY\n",
    "magic_mock": (
        "from unittest.mock import MagicMock\n"
        "def area(a, b):\n    m = MagicMock()\n    m.__eq__.return_value = True\n    return m\n"
    ),
    "lies_about_its_class": (
        f"class Yes:{AGREE}\n    __class__ = property(lambda self: int)\n"
        "def area(a, b): return Yes()\n"
    ),
    "claims_an_address": (
        f"class Yes:{AGREE}\n    __array_interface__ = dict(data=(8, False), shape=(),"
        " typestr='<i8', version=3)\ndef area(a, b): return Yes()\n"
    ),
    "claims_an_array": (
        f"import numpy as np\nclass Yes:{AGREE}\n    def __array__(self, *a, **k):"
        " return np.array([object()])\ndef area(a, b): return Yes()\n"
    ),
    "metaclass": (
        "class All(type):\n    def __instancecheck__(c, x): return True\n"
        f"class Yes(metaclass=All):{AGREE}\ndef area(a, b): return Yes\n"
    ),
}

# Patches of what would decide if everything ran in one process.
PATCHED = {
    "expect": "import toolbox.checks.expect as e\ne._check = lambda *a, **k: None\n",
    "every_expectation": (
        "from toolbox.checks import expect\n"
        "for n in ('close', 'equal', 'raises'): setattr(expect, n, lambda *a, **k: None)\n"
    ),
    "allclose": "import numpy as np\nnp.allclose = np.all = lambda *a, **k: True\n",
    "bool": "import builtins\nbuiltins.bool = lambda *a: True\n",
    "isinstance": "import builtins\nbuiltins.isinstance = lambda *a: True\n",
    "outcome": (
        "from toolbox.checks.outcome import Outcome\nOutcome.passed = property(lambda s: True)\n"
    ),
    "describe": "import toolbox.checks.plugin as p\np.describe = lambda *a: None\n",
    "earned": "import toolbox.checks.scores as s\ns.earned = lambda o: 8.0\n",
    "runtest": "from _pytest import python\npython.Function.runtest = lambda self: None\n",
    "hook_calls": "import pluggy._callers as c\nc._multicall = lambda *a, **k: []\n",
    "json": (
        "import json\nold = json.dumps\n"
        "json.dumps = lambda *a, **k: old(*a, **k).replace('-7', '13')\n"
    ),
    "course": "from toolbox.course import Task\nTask.total = property(lambda s: 1000.0)\n",
    "modules": "import sys\nsys.modules['toolbox.checks.expect'] = None\n",
    "tests": "import unit_tests.test_shapes as t\nfor n in dir(t): setattr(t, n, None)\n",
}
PATCHED = {f"patched_{name}": WRONG + text for name, text in PATCHED.items()}

# Modules that send messages to the judge, or stop doing so.
PEER = """
import gc, sys
def peer():
    frame = sys._getframe()
    while frame is not None:
        if type(frame.f_locals.get("self")).__name__ == "Worker":
            return frame.f_locals["self"]
        frame = frame.f_back
"""
SAY = """
def say(state=(), blobs=(), **message):
    peer().send({"state": {"grad": True, **dict(state)}, **message}, list(blobs))
"""
SPEAKING = {
    "says_thirteen_first": "say(ok=13)",
    "says_thirteen_often": "[say(ok=13) for _ in range(50)]",
    "says_passed": "say(ok='passed', outcome='passed')",
    "claims_changes": "say(ok=13, changed=[[0, 12]])",
    "claims_parameters": "say(ok=1, shared=[[True, 1, 0, 0, 0]])",
    "claims_generators": "say(ok=1, generators=[[0, 0]], blobs=[b''])",
    "writes_files": "say(ok=1, state={'files': [['../../x', 0]]}, blobs=[b'x'])",
    "asks_for_os": "say(ask=['import', 'os'])",
    "asks_for_the_test": "say(ask=['get', ['H', 1], '__globals__'])",
    "raises_elsewhere": "say(error={'origin': 0})",
    "leaves_the_test": (
        "say(error={'type': 'Exit', 'base': 'SystemExit', 'module': 'pytest',"
        " 'text': '', 'frames': []})"
    ),
    "interrupts": (
        "say(error={'type': 'X', 'base': 'KeyboardInterrupt', 'module': '',"
        " 'text': '', 'frames': []})"
    ),
    "says_noise": "peer()._line.sendall(b'\\xff' * 1000)",
    "says_nothing_more": "peer()._line.close()",
    "too_long": "peer()._line.sendall(b'\\x00\\xff\\xff\\xff\\x00\\x00\\x00\\x00')",
    "exits": "import os; os._exit(0)",
    "exits_politely": "raise SystemExit(0)",
    "skips": "import pytest; pytest.skip('not needed')",
    "passes_by_exit": "import pytest; pytest.exit('passed', 0)",
    "kills_all": "import os, signal; os.kill(-1, signal.SIGKILL)",
}
SPEAKING = {
    name: f"{PEER}{SAY}\ndef area(width, height):\n    {text}\n    return -7\n"
    for name, text in SPEAKING.items()
}

# Modules that search for the tests and print what they find.
LOOKING = {
    "strings": "[x for x in gc.get_objects() if isinstance(x, str) and 'secret' in x]",
    "dictionaries": "[x for x in gc.get_objects() if isinstance(x, dict) and 'test_secret' in x]",
    "modules": "[m for m in sys.modules if 'hidden' in m and 'nbgrader' not in m]",
    "lines": "[k for k in __import__('linecache').cache if 'hidden' in k]",
    "frames": "[f.filename for f in __import__('inspect').stack() if 'test_' in f.filename]",
    "memory": "open('/proc/self/mem', 'rb').read(10)",
    "maps": "open('/proc/1/environ', 'rb').read()",
    "files": "[p for p in __import__('pathlib').Path('/').rglob('test_hidden*')]",
}
LOOKING = {
    f"looks_for_{name}": (
        f"import gc, sys\ndef area(width, height):\n    found = {text}\n"
        "    if found: print('FO' + 'UND', found)\n    return -7\n"
    )
    for name, text in LOOKING.items()
}

# Values and exceptions that cause trouble when the judge describes a failure.
UNSHOWABLE = {
    "torch_function": (
        "import torch\nclass Yes(torch.Tensor):\n    @classmethod\n"
        "    def __torch_function__(cls, f, types, args=(), kwargs=None): return True\n"
        "def area(a, b): return Yes()\n"
    ),
    "detach_exits": (
        "class Odd:\n    def detach(self): raise SystemExit\ndef area(a, b): return Odd()\n"
    ),
    "detach_ends_the_process": (
        "import os\nclass Odd:\n    def detach(self): os._exit(1)\ndef area(a, b): return Odd()\n"
    ),
    "repr_fails": (
        "class Odd:\n    def __repr__(self): raise OSError\ndef area(a, b): return Odd()\n"
    ),
    "error_of_no_form": (
        "import coursekit.grading.worker.server as w\n"
        "w.described = lambda *a, **k: {'type': 'Skipped', 'base': 'Exception', 'frames': []}\n"
        "class Odd:\n    def detach(self): raise OSError\n"
        "    def __repr__(self): raise OSError\ndef area(a, b): return Odd()\n"
    ),
}

ALL = {**AGREEABLE, **PATCHED, **SPEAKING, **LOOKING, **UNSHOWABLE}
