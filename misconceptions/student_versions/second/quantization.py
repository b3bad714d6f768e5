"""Quantization in one or two expressions each."""

import torch


def _shape(value, x):
    value = torch.as_tensor(value)
    return value[(...,) + (None,) * (x.ndim - 1)] if value.ndim else value


def quantize(x, scale, zero_point, num_bits=8):
    scale, zero_point = _shape(scale, x), _shape(zero_point, x)
    half = 2 ** (num_bits - 1)
    # or eight_bits_whatever: half = 128
    steps = (x / scale).round()
    # or truncates: steps = (x / scale).trunc()
    # or rounds_down: steps = (x / scale).floor()
    q = steps + zero_point
    # or subtracts_the_zero_point: q = steps - zero_point
    q = q.clamp(-half, half - 1)
    # or wraps_round: q = q.long()
    return q.to(torch.int8)
    # or stays_float: return q


def dequantize(q, scale, zero_point):
    scale, zero_point = _shape(scale, q), _shape(zero_point, q)
    shifted = q.int() - zero_point
    # or adds_the_zero_point: shifted = q.int() + zero_point
    # or forgets_the_zero_point: shifted = q.int()
    values = shifted * scale
    return values.float()
    # or gives_float64: return values.double()


class MinMaxObserver:
    def __init__(self, num_bits=8, symmetric=False):
        self.bits, self.symmetric = num_bits, symmetric
        self.range = None

    def observe(self, x):
        if not x.numel():
            return
        # and ObservesAbsolutes: x = x.abs()
        low, high = float(x.min()), float(x.max())
        if self.range is None:
            # or LastBatchOnly: if True:
            self.range = (low, high)
            # or StartsAtZero: self.range = (min(low, 0.0), max(high, 0.0))
        else:
            self.range = (min(low, self.range[0]), max(high, self.range[1]))
            # or FirstBatchOnly: pass
            # or AveragesTheEnds: self.range = ((low + self.range[0]) / 2, (high + self.range[1]) / 2)

    def params(self):
        from student_code.quantization import quantization_params

        if self.range is None:
            raise ValueError("nothing was observed")
        return quantization_params(*self.range, num_bits=self.bits, symmetric=self.symmetric)
        # or ForgetsItsSettings: return quantization_params(*self.range)


def model_size_bytes(model):
    tensors = list(model.parameters()) + list(model.buffers())
    # or parameters_only: tensors = list(model.parameters())
    sizes = [t.numel() * t.element_size() for t in tensors]
    # or four_bytes_each: sizes = [t.numel() * 4 for t in tensors]
    # or counts_numbers: sizes = [t.numel() for t in tensors]
    return sum(sizes)
    # or in_megabytes: return sum(sizes) / 2**20
