# One image for `coach api`, `coach worker` and every other command. Debian, because vl-convert has no musl wheel.
FROM python:3.12.12-slim-bookworm AS packages

WORKDIR /app
COPY requirements/base.txt requirements/
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement requirements/base.txt

FROM python:3.12.12-slim-bookworm

RUN useradd --uid 1000 --user-group --no-create-home --shell /usr/sbin/nologin coach \
    && install --directory --owner=coach --group=coach --mode=0750 /data
COPY --from=packages /venv /venv
WORKDIR /app
COPY coach coach
COPY api api
COPY bots bots
COPY migrations migrations
COPY LICENSE README.md ./
RUN PYTHONPATH=/app /venv/bin/python -m compileall -q coach api bots migrations

ENV PATH=/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    COACH_DATA_DIR=/data
USER 1000:1000
VOLUME /data
EXPOSE 8765
ENTRYPOINT ["python", "-m", "coach.cli"]
CMD ["api"]
