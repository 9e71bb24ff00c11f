"""What this machine's processor can do that decides how a model is best run."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")


@cache
def instruction_sets(cpuinfo: Path = _CPUINFO) -> frozenset[str]:
    """The instruction sets that the kernel lists; none where there is no such list (not Linux)."""
    try:
        text = cpuinfo.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return frozenset()
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name.strip() in {"flags", "Features"}:
            return frozenset(value.split())
    return frozenset()


def multiplies_bf16(cpuinfo: Path = _CPUINFO) -> bool:
    """Whether bfloat16 products have instructions of their own (AMX, AVX-512) and so pay."""
    return not instruction_sets(cpuinfo).isdisjoint({"amx_bf16", "avx512_bf16"})


def multiplies_int8(cpuinfo: Path = _CPUINFO) -> bool:
    """Whether eight-bit products have instructions of their own (VNNI, AMX, ARM's) and so pay."""
    return not instruction_sets(cpuinfo).isdisjoint(
        {"avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm"}
    )
