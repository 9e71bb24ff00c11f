"""What can go wrong in evaluation.

EvalError
├── DatasetError        a dataset cannot be read
├── RunError            a run's file cannot be read, written or continued
├── SystemUnusableError the system under test cannot be asked at all
└── JudgeOutputError    a judge's reply is no verdict
"""

from __future__ import annotations


class EvalError(Exception):
    """Root of what evaluation raises; its text is a sentence for whoever runs it."""


class DatasetError(EvalError):
    """A dataset cannot be read: which file and line, and what is wrong there."""


class RunError(EvalError):
    """A run's file cannot be read, written or continued."""


class SystemUnusableError(EvalError):
    """The system under test cannot be asked at all; no case was tried."""


class JudgeOutputError(EvalError):
    """A judge's reply is no verdict. The case stays unscored."""
