"""What can go wrong in evaluation.

EvalError
├── DatasetError        a dataset cannot be read
├── RunError            a run's file cannot be read, written or continued
├── SystemUnusableError the system under test cannot be asked at all
├── NoAnswerError       it gave no answer to one case
│   └── BusyError       … but may do so a little later
└── JudgeOutputError    a judge's reply is no verdict
"""

from __future__ import annotations


class EvalError(Exception):
    """Root of what evaluation raises; its text is a sentence for people who run it."""


class DatasetError(EvalError):
    """A dataset cannot be read: which file and line, and what is wrong there."""


class RunError(EvalError):
    """A run's file cannot be read, written or continued."""


class SystemUnusableError(EvalError):
    """The system under test cannot be asked at all: trying further cases is of no use."""


class NoAnswerError(EvalError):
    """The system under test gave no answer to one case; the others are asked all the same."""


class BusyError(NoAnswerError):
    """It could not be reached or has too much to do. Trying again may help."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        """How long the system asks to be left alone; None where it does not say."""


class JudgeOutputError(EvalError):
    """A judge's reply is no verdict. The case stays unscored."""
