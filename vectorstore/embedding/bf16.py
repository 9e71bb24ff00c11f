"""Half the bits where the time goes: linear layers in bfloat16, everything else in float32."""

from __future__ import annotations

from torch import Tensor, nn


class Bf16Linear(nn.Module):
    """A linear layer whose products are taken in bfloat16 and summed in float32.

    Its result is bfloat16. The residual stream stays float32, because adding the one to the other
    gives float32: that is what keeps the vectors far closer to the reference than a model that is
    bfloat16 throughout (docs/decisions/0008-embedding-runtimes.md).
    """

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.weight = nn.Parameter(linear.weight.bfloat16(), requires_grad=False)
        bias: Tensor | None = linear.bias  # torch's types forget that it may be absent
        self.bias = None if bias is None else nn.Parameter(bias.bfloat16(), requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        """Apply the layer to vectors of any precision."""
        return nn.functional.linear(x.bfloat16(), self.weight, self.bias)


def narrow_linear_layers(module: nn.Module) -> int:
    """Replace every linear layer below `module`; returns how many there were."""
    count = 0
    for name, child in module.named_children():
        if isinstance(child, nn.Linear):
            setattr(module, name, Bf16Linear(child))
            count += 1
        else:
            count += narrow_linear_layers(child)
    return count
