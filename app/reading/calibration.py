"""Logits become chances that mean what they say."""

from __future__ import annotations

import math
from dataclasses import dataclass

MOST = 30.0
"""Beyond this a chance is 0 or 1 to seven digits."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A line through the logits (Platt 1999), fitted on documents that training has not seen."""

    slope: float = 1.0
    offset: float = 0.0

    def chance(self, logit: float) -> float:
        """In [0, 1]."""
        value = min(MOST, max(-MOST, self.slope * logit + self.offset))
        return 1.0 / (1.0 + math.exp(-value))
