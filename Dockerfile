# The bot alone: no compiler, no tests, not root. Data lives in the volume /data.
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md LICENSE ./
COPY bot bot
COPY cogs cogs
COPY sandbox sandbox
# Dependencies at exactly the locked versions; the lock's development tools are left out. With what
# local translation models need (`docker exec paperboy paperboy models add ja`).
RUN python -m venv /opt/paperboy \
 && /opt/paperboy/bin/pip install --no-cache-dir --disable-pip-version-check \
      --constraint requirements.lock setuptools \
 && /opt/paperboy/bin/pip install --no-cache-dir --disable-pip-version-check \
      --no-build-isolation --constraint requirements.lock '.[local]' \
 && /opt/paperboy/bin/pip uninstall --yes setuptools pip

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data paperboy \
 && install -d -o paperboy -g paperboy /data
COPY --from=build /opt/paperboy /opt/paperboy
ENV PATH=/opt/paperboy/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PAPERBOY_DATA_DIR=/data \
    PAPERBOY_LOG_FORMAT=json
USER paperboy
WORKDIR /data
VOLUME /data
# `paperboy health` reads the heartbeat file that the running bot touches while it is connected.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["paperboy", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["paperboy"]
CMD ["run"]
