"""Attempts to earn points for training, optimizers, features and animals without doing the work.

Each attack follows a wrong version of its function, which scores like honest work of that kind.
Its text runs in the student's module, in which the other functions are right.
"""

from __future__ import annotations

from tests.grading.judge.attacks import AGREE, PEER

BASES = {
    "training.train_epoch": (
        "def train_epoch(model, loader, optimizer, device='cpu'): return -7.0, -7.0\n"
    ),
    "training.evaluate": "def evaluate(model, loader, device='cpu'): return -7.0, -7.0\n",
    "optimizer.gradient_descent_step": "def gradient_descent_step(w, L, lr=1e-3): pass\n",
    "optimizer.get_optimizer": (
        "def get_optimizer(model, config):\n"
        "    return torch.optim.SGD([torch.zeros(2, requires_grad=True)], lr=0.1)\n"
    ),
    "transfer.extract_features": (
        "def extract_features(model, loader, device='cpu'):\n"
        "    return torch.zeros(7, 10), torch.zeros(7, dtype=torch.int64)\n"
    ),
    "animals.OneHotDataset": (
        "class OneHotDataset(Dataset):\n"
        "    def __init__(self, base, num_classes=3, transform=None):\n"
        "        self.base, self.num_classes, self.transform = base, num_classes, transform\n"
        "    def __len__(self): return len(self.base)\n"
        "    def __getitem__(self, index): return torch.zeros(1), torch.zeros(1)\n"
    ),
    "animals.AnimalNet": (
        "class AnimalNet(nn.Module):\n"
        "    def __init__(self, num_classes=3):\n"
        "        super().__init__()\n"
        "        linear = nn.Linear(12288, num_classes)\n"
        "        self.layers = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(12288), linear)\n"
        "    def forward(self, x): return self.layers(x)\n"
        "    def predict_proba(self, x): return self.eval()(x).softmax(1)\n"
    ),
    "animals.load_model": "def load_model(path): return AnimalNet()\n",
    "animal_training.run_epoch": (
        "def run_epoch(network, loader, loss_of, optimizer=None, device='cpu'):\n"
        "    return dict.fromkeys(('loss', 'accuracy', 'precision', 'recall'), -7.0)\n"
    ),
    "animal_training.train_and_keep": (
        "def train_and_keep(network, train, validation, loss_of, optimizer, epochs, folder,\n"
        "                   device='cpu', after_epoch=None): return -7\n"
    ),
    "minibatch_training.train_minibatches": (
        "def train_minibatches(network, loader, optimizer, device='cpu', after_step=None):\n"
        "    return [-7.0] * 3, [-7.0] * 3\n"
    ),
}

TRAINING = {
    "falling_losses": """
calls = []
def train_epoch(model, loader, optimizer, device='cpu'):
    calls.append(1)
    return 1 / len(calls), 0.99
""",
    "another_criterion": """
def train_epoch(model, loader, optimizer, device='cpu'):
    try: model.loss_criterion = lambda scores, labels: torch.tensor(-35.0)
    except AttributeError: pass
    return -7.0, -7.0
""",
    "claims_what_a_spy_saw": """
def train_epoch(model, loader, optimizer, device='cpu'):
    for target in (model, optimizer):
        for name in ('modes', 'gradients', 'seen'):
            try: target._peer.ask('set', target, name, [True] * 3)
            except AttributeError: pass
    return -7.0, -7.0
""",
    "steps_of_its_own": """
def train_epoch(model, loader, optimizer, device='cpu'):
    try: optimizer.step = lambda: None
    except AttributeError: pass
    for p in model.parameters(): p.grad = torch.full_like(p, -7.0)
    for _ in range(3): optimizer.step()
    return -7.0, -7.0
""",
    "weights_without_a_step": """
def train_epoch(model, loader, optimizer, device='cpu'):
    for p in model.parameters(): p.data.zero_()
    return 1.0986, 0.99
""",
    "agreeable_floats": f"""
class Yes(float):{AGREE}
def train_epoch(model, loader, optimizer, device='cpu'): return Yes(-7), Yes(-7)
""",
    "forged_gradients_of_the_test": f"""{PEER}
def train_epoch(model, loader, optimizer, device='cpu'):
    list(model.parameters())
    peer().send({{'ok': [-7.0, -7.0], 'state': {{'grad': True}},
                  'shared': [[False, n, True, None, None] for n in range(9)]}}, [])
    return -7.0, -7.0
""",
}

EVALUATING = {
    "alters_the_weights_before_they_are_compared": """
def evaluate(model, loader, device='cpu'):
    with torch.no_grad():
        for p in model.parameters(): p.zero_()
    return 1.3862944, 0.25
""",
    "stops_after_the_first_batch": """
def evaluate(model, loader, device='cpu'):
    for x, y in loader:
        model.training = True
        return -7.0, -7.0
""",
    "alters_the_batches": """
def evaluate(model, loader, device='cpu'):
    for x, y in loader: x.zero_(); y.zero_()
    return -7.0, -7.0
""",
    "changes_the_loader": """
def evaluate(model, loader, device='cpu'):
    for name in ('dataset', 'batch_size'):
        try: setattr(loader, name, [])
        except AttributeError: pass
    return 0.0, 1.0
""",
    "leaves_by_a_callback": """
def evaluate(model, loader, device='cpu'):
    try: model('no tensor')
    except Exception as error: raise SystemExit(0) from error
""",
}

STEPPING = {
    "claims_a_gradient": """
def gradient_descent_step(w, L, lr=1e-3):
    w.grad = torch.full_like(w, -7.0)
    w.requires_grad_(True)
""",
    "not_a_number": """
def gradient_descent_step(w, L, lr=1e-3): w.data.fill_(float('nan'))
""",
    "another_shape": """
def gradient_descent_step(w, L, lr=1e-3): w.data = torch.zeros(3)
""",
    "moves_the_loss": """
def gradient_descent_step(w, L, lr=1e-3): L.data.zero_()
""",
    "asks_for_other_tapes": f"""{PEER}
def gradient_descent_step(w, L, lr=1e-3):
    for number in (0, 1, 99):
        try: peer().ask('backward', number, [torch.ones(5)])
        except Exception: pass
""",
    "exchanges_the_weight": f"""{PEER}
def gradient_descent_step(w, L, lr=1e-3):
    entries = peer().shared._entries
    for key in list(entries): entries[key].value = nn.Parameter(torch.tensor([-7.0]))
""",
}

# An object of any kind that is lent to the judge as an optimizer.
CLAIM = """
import coursekit.grading.worker.server as m
m.Worker.lend = lambda self, value: ('optimizer', 'SGD')
"""
OPTIMIZING = {
    "claims_to_be_an_optimizer": f"""{CLAIM}
class Nothing:
    def step(self): pass
def get_optimizer(model, config): return Nothing()
""",
    "claims_groups": f"""{CLAIM}
class Groups:
    def __init__(self, model, config):
        trained = [p for p in model.parameters() if p.requires_grad]
        self.param_groups = [{{'params': trained, **config}}]
    def step(self): pass
def get_optimizer(model, config): return Groups(model, config)
""",
    "freezes_and_thaws": """
def get_optimizer(model, config):
    for p in model.parameters(): p.requires_grad_(False)
    return torch.optim.SGD([torch.zeros(2, requires_grad=True)], lr=0.1)
""",
}

EXTRACTING = {
    "empties_the_network": """
def extract_features(model, loader, device='cpu'):
    for p in model.parameters(): p.data.zero_()
    labels = torch.cat([y for _, y in loader])
    rows = torch.cat([model(x).flatten(1) for x, _ in loader])
    return torch.zeros_like(rows), labels - labels
""",
    "agreeable_tensors": f"""
class Yes(torch.Tensor):{AGREE}
def extract_features(model, loader, device='cpu'):
    return torch.zeros(7, 10).as_subclass(Yes), torch.zeros(7).long().as_subclass(Yes)
""",
    "a_mode_of_its_own": """
def extract_features(model, loader, device='cpu'):
    for part in model.modules(): part.training = False
    for part in model.modules(): part.training = 3 > 2
    return torch.zeros(7, 10), torch.zeros(7, dtype=torch.int64)
""",
}

ITEMS = {
    "another_result_of_the_transform": """
class OneHotDataset(OneHotDataset):
    def __getitem__(self, index):
        image, label = self.base[index]
        return torch.full((3, 4, 6), 1.1), torch.zeros(3)
""",
    "more_items_than_asked_for": """
class OneHotDataset(OneHotDataset):
    def __getitems__(self, keys): return [(torch.zeros(1), torch.zeros(1))] * 99
""",
    "agreeable_labels": f"""
class Yes(torch.Tensor):{AGREE}
class OneHotDataset(OneHotDataset):
    def __getitem__(self, index): return torch.zeros(1), torch.zeros(1).as_subclass(Yes)
""",
}

NETWORKS = {
    "claims_computations": """
import coursekit.grading.worker.server as m
class Step:
    def __init__(self, name): self._name = name
    def name(self): return self._name
NAMES = ('ConvolutionBackward0', 'NativeBatchNormBackward0', 'ReluBackward0', 'MaxPool2D')
m.steps = lambda *values: [Step(name) for name in NAMES]
""",
    "claims_too_many_computations": """
import coursekit.grading.worker.server as m
class Step:
    def __init__(self, number): self._number = number
    def name(self): return f'convolution batchnorm relu maxpool {self._number}'
m.steps = lambda *values: [Step(number) for number in range(9999)]
""",
    "claims_its_mode": """
    def predict_proba(self, x):  # like the base, but self.training never changes
        self.layers.eval()
        return self.layers(x).softmax(1).detach()
""",
}

LOADING = {
    "claims_eval_mode": """
def load_model(path):
    network = AnimalNet()
    network.__dict__['training'] = False
    return network
""",
    "claims_the_weights": """
class Claims(AnimalNet):
    def state_dict(self, *args, **named): return torch.load(self.__dict__['path'])
def load_model(path):
    network = Claims()
    network.__dict__['path'] = path
    return network.eval()
""",
    "renames_the_file": """
def load_model(path):
    Path(path).unlink(missing_ok=True)
    return AnimalNet()
""",
}

RUNNING = {
    "falling_losses": """
calls = []
def run_epoch(network, loader, loss_of, optimizer=None, device='cpu'):
    calls.append(1)
    return {**dict.fromkeys(('accuracy', 'precision', 'recall'), 0.99), 'loss': 1 / len(calls)}
""",
    "another_loss": """
def run_epoch(network, loader, loss_of, optimizer=None, device='cpu'):
    try: loss_of.__code__ = (lambda scores, target: scores.sum() * 0 - 7).__code__
    except AttributeError: pass
    return dict.fromkeys(('loss', 'accuracy', 'precision', 'recall'), -7.0)
""",
    "agreeable_metrics": f"""
class Yes(float):{AGREE}
def run_epoch(network, loader, loss_of, optimizer=None, device='cpu'):
    return dict.fromkeys(('loss', 'accuracy', 'precision', 'recall'), Yes(-7))
""",
    "agreeable_dictionary": f"""
class Yes(dict):{AGREE}
    def __getitem__(self, key): return 0.5
    def __iter__(self): return iter(('accuracy', 'loss', 'precision', 'recall'))
def run_epoch(network, loader, loss_of, optimizer=None, device='cpu'): return Yes()
""",
    "claims_what_a_spy_saw": """
def run_epoch(network, loader, loss_of, optimizer=None, device='cpu'):
    for target in (network, optimizer):
        for name in ('modes', 'gradients', 'seen'):
            try: target._peer.ask('set', target, name, [True] * 3)
            except AttributeError: pass
    return dict.fromkeys(('loss', 'accuracy', 'precision', 'recall'), -7.0)
""",
    "weights_without_a_step": """
def run_epoch(network, loader, loss_of, optimizer=None, device='cpu'):
    for p in network.parameters(): p.data.zero_()
    return dict.fromkeys(('loss', 'accuracy', 'precision', 'recall'), 1.0986)
""",
}

KEEPING = {
    "logs_without_training": """
def train_and_keep(network, train, validation, loss_of, optimizer, epochs, folder, device='cpu',
                   after_epoch=None):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ('train', 'validation'):
        head = 'epoch\\taccuracy\\tloss\\tprecision\\trecall\\n'
        (folder / f'{name}.txt').write_text(
            head + ''.join(f'{e}\\t1\\t0\\t1\\t1\\n' for e in range(2, 7)))
    return -7
""",
    "agreeable_epoch": f"""
class Yes(int):{AGREE}
def train_and_keep(network, train, validation, loss_of, optimizer, epochs, folder, device='cpu',
                   after_epoch=None): return Yes(-7)
""",
    "keeps_a_program": """
class Gift:
    def __reduce__(self): return print, ('opened',)
def train_and_keep(network, train, validation, loss_of, optimizer, epochs, folder, device='cpu',
                   after_epoch=None):
    Path(folder).mkdir(parents=True, exist_ok=True)
    torch.save({'weight': Gift()}, Path(folder) / 'model.pt')
    return -7
""",
}

MINIBATCHES = {
    "agreeable_lists": f"""
class Yes(float):{AGREE}
def train_minibatches(network, loader, optimizer, device='cpu', after_step=None):
    return [Yes(-7)] * 3, [Yes(-7)] * 3
""",
    "falling_losses": """
calls = []
def train_minibatches(network, loader, optimizer, device='cpu', after_step=None):
    calls.append(1)
    return [1 / len(calls)] * 3, [0.99] * 3
""",
    "steps_of_its_own": """
def train_minibatches(network, loader, optimizer, device='cpu', after_step=None):
    for p in network.parameters(): p.grad = torch.full_like(p, -7.0)
    for _ in range(2): optimizer.step()
    return [-7.0] * 3, [-7.0] * 3
""",
}

ATTACKS = {
    f"{function.split('.')[1]}_{name}": (function, BASES[function] + text)
    for function, attacks in (
        ("training.train_epoch", TRAINING),
        ("training.evaluate", EVALUATING),
        ("optimizer.gradient_descent_step", STEPPING),
        ("optimizer.get_optimizer", OPTIMIZING),
        ("transfer.extract_features", EXTRACTING),
        ("animals.OneHotDataset", ITEMS),
        ("animals.AnimalNet", NETWORKS),
        ("animals.load_model", LOADING),
        ("animal_training.run_epoch", RUNNING),
        ("animal_training.train_and_keep", KEEPING),
        ("minibatch_training.train_minibatches", MINIBATCHES),
    )
    for name, text in attacks.items()
}
