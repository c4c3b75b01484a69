# The release of Debian is named because its PostgreSQL client (17) must match the server in compose.yaml.
ARG PYTHON_IMAGE=python:3.12-slim-trixie

FROM ${PYTHON_IMAGE} AS build
# Only pg_dump and pg_restore are wanted; the package brings Perl with it, which stays behind in this stage.
# No fixed version (DL3008): the distribution's security updates are wanted.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && mkdir /postgresql \
    && cp /usr/lib/postgresql/*/bin/pg_dump /usr/lib/postgresql/*/bin/pg_restore /postgresql/
RUN python3 -m venv /venv
COPY requirements.txt /
RUN /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes \
    --requirement /requirements.txt
COPY . /app
# The user of the image cannot write here, so this is the only chance to compile.
RUN /venv/bin/python -m compileall -q /app

FROM ${PYTHON_IMAGE}
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpq5 \
    && rm -rf /var/lib/apt/lists/* \
    && mkdir /data /keys \
    && chown 10001:10001 /data /keys \
    && chmod 700 /data /keys
COPY --from=build /postgresql /usr/local/bin
COPY --from=build /venv /venv
COPY --from=build /app /app
# Keys lie apart from what they seal: whoever copies one volume must not have both.
ENV PATH=/venv/bin:$PATH \
    UNIONBOT_HOST=0.0.0.0 \
    UNIONBOT_PORT=8080 \
    UNIONBOT_DATABASE_URL=sqlite:////data/unionbot.sqlite3 \
    UNIONBOT_KEY_FILE=/keys/data.keys
WORKDIR /app
USER 10001:10001
VOLUME ["/data", "/keys"]
EXPOSE 8080
STOPSIGNAL SIGTERM
# Alive, not ready: a process whose database is away recovers by itself and must not be killed for it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; door = http.client.HTTPConnection('127.0.0.1', int(os.environ['UNIONBOT_PORT']), timeout=4); door.request('GET', '/healthz'); sys.exit(door.getresponse().status != 200)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["serve"]
