# syntax=docker/dockerfile:1
# One image for every process: `serve CONTEXT`, `work CONTEXT`, or `run` for the whole platform.
# A release pins the base by digest: --build-arg PYTHON=3.11.13-slim-bookworm@sha256:…
ARG PYTHON=3.11.13-slim-bookworm

FROM python:${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv --without-pip /opt/talent
WORKDIR /src
# Apart from the source, so that a change of ours does not fetch everybody else's again.
COPY requirements-image.lock deploy/image/requirements-build.lock /locks/
RUN python -m pip --python /opt/talent/bin/python install --require-hashes -r /locks/requirements-image.lock \
 && python -m pip install --require-hashes -r /locks/requirements-build.lock
COPY . .
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir /dist . \
 && python -m pip --python /opt/talent/bin/python install --no-deps --no-index /dist/*.whl
RUN python -m compileall -q /opt/talent/lib

FROM python:${PYTHON}
# What the base brings and a running service must not have.
RUN python -m pip uninstall --yes --quiet pip setuptools wheel || true \
 && rm -rf /usr/local/lib/python3.11/ensurepip \
 && groupadd --gid 10001 talent \
 && useradd --uid 10001 --gid talent --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin talent \
 && install -d -o talent -g talent /data
COPY --from=build /opt/talent /opt/talent
ENV PATH=/opt/talent/bin:$PATH \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    TALENT_HOST=0.0.0.0 TALENT_PORT=8000 TALENT_DATA=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=6 \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"TALENT_PORT\"]}/healthz', timeout=2)"]
ENTRYPOINT ["talent"]
CMD ["run"]
