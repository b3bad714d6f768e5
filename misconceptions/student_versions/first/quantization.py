"""Quantization functions, one step per line."""

import copy

import torch
from torch import nn


def quantization_params(x_min, x_max, num_bits=8, symmetric=False):
    if num_bits < 2 or num_bits > 8:
        # or takes_anything: if False:
        raise ValueError("num_bits")
    # and always_eight_bits: num_bits = 8
    x_min = torch.as_tensor(x_min, dtype=torch.float64)
    x_max = torch.as_tensor(x_max, dtype=torch.float64)
    if not torch.isfinite(x_min).all() or not torch.isfinite(x_max).all() or (x_min > x_max).any():
        # or takes_anything: if False:
        raise ValueError("bad range")
    # and one_range_for_all: x_min, x_max = x_min.min().expand(x_min.shape), x_max.max().expand(x_max.shape)
    x_min = torch.minimum(x_min, torch.zeros_like(x_min))
    # or range_without_zero: pass
    x_max = torch.maximum(x_max, torch.zeros_like(x_max))
    # or range_without_zero: pass
    q_min = -(2 ** (num_bits - 1))
    q_max = 2 ** (num_bits - 1) - 1
    if symmetric:
        bound = torch.maximum(x_min.abs(), x_max.abs())
        # or symmetric_by_the_maximum: bound = x_max
        scale = bound / q_max
        scale[scale == 0] = 1.0
        return scale.float(), torch.zeros(scale.shape, dtype=torch.int32)
    scale = (x_max - x_min) / (q_max - q_min)
    # or one_step_too_many: scale = (x_max - x_min) / (q_max - q_min + 1)
    scale[scale == 0] = 1.0
    # or zero_scale: pass
    scale = scale.clamp(min=1e-38)
    # or zero_scale: pass
    zero_point = q_min - torch.round(x_min / scale)
    # or truncated_zero_point: zero_point = torch.trunc(q_min - x_min / scale)
    # or unsigned_zero_point: zero_point = -torch.round(x_min / scale)
    zero_point = zero_point.clamp(q_min, q_max)
    # or unsigned_zero_point: zero_point = zero_point.clamp(0, q_max - q_min)
    return scale.float(), zero_point.to(torch.int32)


def spread(value, x):
    value = torch.as_tensor(value)
    return value.view(-1, *([1] * (x.dim() - 1))) if value.dim() == 1 else value


def quantize(x, scale, zero_point, num_bits=8):
    # and eight_bits_whatever: num_bits = 8
    scale, zero_point = spread(scale, x), spread(zero_point, x)
    # or last_dimension: scale, zero_point = torch.as_tensor(scale), torch.as_tensor(zero_point)
    q = torch.round(x / scale)
    # or truncates: q = torch.trunc(x / scale)
    # or rounds_down: q = torch.floor(x / scale)
    # and clamps_before_shifting: q = torch.clamp(q, -(2 ** (num_bits - 1)), 2 ** (num_bits - 1) - 1)
    q = q + zero_point
    # or subtracts_the_zero_point: q = q - zero_point
    q = torch.clamp(q, -(2 ** (num_bits - 1)), 2 ** (num_bits - 1) - 1)
    # or wraps_round: q = q.to(torch.int64)
    # or clamps_before_shifting: q = q.to(torch.int64)
    return q.to(torch.int8)
    # or stays_float: return q


def dequantize(q, scale, zero_point):
    scale, zero_point = spread(scale, q), spread(zero_point, q)
    # or scales_the_last_dimension: scale, zero_point = torch.as_tensor(scale), torch.as_tensor(zero_point)
    x = q.float()
    # or subtracts_in_int8: x = q
    x = x - zero_point
    # or forgets_the_zero_point: pass
    # or adds_the_zero_point: x = x + zero_point
    # or shifts_after_scaling: pass
    # or subtracts_in_int8: x = (x - torch.as_tensor(zero_point).to(torch.int8)).float()
    x = x * scale
    # and shifts_after_scaling: x = x - zero_point
    return x.float()
    # or gives_float64: return x.double()


class MinMaxObserver:
    def __init__(self, num_bits=8, symmetric=False):
        self.num_bits = num_bits
        self.symmetric = symmetric
        self.min_val = None
        # or StartsAtZero: self.min_val = 0.0
        self.max_val = None
        # or StartsAtZero: self.max_val = 0.0

    def observe(self, x):
        if x.numel() == 0:
            return
        # and ObservesAbsolutes: x = x.abs()
        lo, hi = x.min().item(), x.max().item()
        if self.min_val is None:
            # or LastBatchOnly: if True:
            self.min_val, self.max_val = lo, hi
        else:
            self.min_val = min(self.min_val, lo)
            # or FirstBatchOnly: pass
            # or AveragesTheEnds: self.min_val = (self.min_val + lo) / 2
            self.max_val = max(self.max_val, hi)
            # or FirstBatchOnly: pass
            # or AveragesTheEnds: self.max_val = (self.max_val + hi) / 2

    def params(self):
        if self.min_val is None:
            raise ValueError("nothing observed")
        return quantization_params(self.min_val, self.max_val, self.num_bits, self.symmetric)
        # or ForgetsItsSettings: return quantization_params(self.min_val, self.max_val)


def fold_batch_norm(layer, norm):
    if norm.running_mean is None:
        raise ValueError("no statistics")
    new = copy.deepcopy(layer)
    # or folds_in_place: new = layer
    std = torch.sqrt(norm.running_var + norm.eps)
    # or divides_by_the_variance: std = norm.running_var + norm.eps
    # or without_eps: std = torch.sqrt(norm.running_var)
    gamma = norm.weight if norm.weight is not None else torch.ones_like(std)
    beta = norm.bias if norm.bias is not None else torch.zeros_like(std)
    bias = layer.bias if layer.bias is not None else torch.zeros_like(std)
    ratio = (gamma / std).detach()
    shape = [-1] + [1] * (layer.weight.dim() - 1)
    new.weight = nn.Parameter(layer.weight.detach() * ratio.view(shape))
    # or weights_not_scaled: new.weight = nn.Parameter(layer.weight.detach().clone())
    new_bias = (bias - norm.running_mean) * ratio + beta
    # or without_the_mean: new_bias = bias * ratio + beta
    # or bias_not_scaled: new_bias = bias - norm.running_mean * ratio + beta
    new.bias = nn.Parameter(new_bias.detach().clone())
    return new


def model_size_bytes(model):
    total = 0
    for p in model.parameters():
        total += p.numel() * p.element_size()
        # or four_bytes_each: total += p.numel() * 4
        # or counts_numbers: total += p.numel()
    for b in model.buffers():
        # or parameters_only: for b in []:
        total += b.numel() * b.element_size()
        # or four_bytes_each: total += b.numel() * 4
        # or counts_numbers: total += b.numel()
    return total
    # or in_megabytes: return total / 1e6
