# syntax=docker/dockerfile:1
# An image that holds the program with its weights: it needs no network to ingest, serve and answer.
#
#   docker build --tag accord:local .
#
# Without PyTorch, which only training, evaluation and embedding models that are no BERT need: about
# 650 MB beside Python's own image. With it, and twice the passages a second in a large ingest where
# the processor multiplies bfloat16:
#
#   docker build --build-arg SETUP= --build-arg ACCORD_TORCH_INDEX=ADDRESS --tag accord:local .
#
# ADDRESS is that of PyTorch's CPU wheels (docs/deployment.md). Without it the set-up stops before
# it downloads the CUDA build.

ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ARG SETUP=--serve
ARG ACCORD_TORCH_INDEX
ENV PIP_CACHE_DIR=/var/cache/pip
WORKDIR /opt/accord

# What decides which packages are installed; changes of code alone do not install them again.
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY .setup/ .setup/
# The editable installation points to packages only, so each must be one already.
RUN for package in app ingest prompts vectorstore eval; do \
        mkdir "$package" && touch "$package/__init__.py"; \
    done
RUN --mount=type=cache,target=/var/cache/pip python .setup/install.py $SETUP
# The driver of PostgreSQL, in the versions and with the hashes of the lock.
RUN --mount=type=cache,target=/var/cache/pip \
    .venv/bin/pip install --no-deps --no-compile --require-hashes \
    --constraint .setup/requirements-dev.lock psycopg psycopg-binary

COPY app/ app/
COPY ingest/ ingest/
COPY prompts/ prompts/
COPY vectorstore/ vectorstore/
COPY network/ network/
COPY eval/ eval/
# Stops where the reader's weights are missing or damaged.
RUN .venv/bin/python -c "from app.reading.weights import BUNDLED, load; load(BUNDLED)"
# Compiled here because the running container cannot write, and only what is used: all of it would be
# 200 MB more. Using it is also the proof that everything is there. Then pip has done its work.
RUN export ACCORD_DATA_DIR=/tmp/tried \
    && .venv/bin/accord ingest ingest/sample >/dev/null \
    && .venv/bin/accord ask "When did Haven close?" >/dev/null \
    && .venv/bin/python -c "import app.bootstrap, app.mcp.server, app.slack.cli, app.web.serve, psycopg" \
    && find . -name '*.pyc' | sed 's,__pycache__/,,; s,\.cpython-[0-9]*\.pyc$,.py,' >/tmp/used \
    && .venv/bin/python -m compileall -q -f --invalidation-mode unchecked-hash -i /tmp/used \
    && rm -rf /tmp/tried /tmp/used \
    && .venv/bin/pip uninstall --quiet --yes setuptools pip

FROM ${PYTHON_IMAGE}
RUN groupadd --system --gid 10001 accord \
    && useradd --system --uid 10001 --gid accord --home-dir /data --no-create-home accord \
    && install --directory --owner accord --group accord --mode 0750 /data
COPY --from=build /opt/accord /opt/accord
ENV PATH=/opt/accord/.venv/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ACCORD_DATA_DIR=/data \
    ACCORD_HOST=0.0.0.0 \
    ACCORD_PORT=8000
WORKDIR /data
USER 10001:10001
VOLUME /data
EXPOSE 8000
# Alive, not ready: an empty library is no reason to restart. /readyz says whether it can answer.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['ACCORD_PORT']}/healthz\", timeout=4)"]
ENTRYPOINT ["accord"]
CMD ["serve"]
