# The runner with a browser, for machines that have a container engine and nothing else:
#   docker build -t demo-runner .
#   docker run --rm -v "$PWD/runs:/runs" demo-runner record --prompt "..." --url https://app.example.com
FROM python:3.12.12-slim-bookworm AS wheel
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY runner runner
COPY selectors selectors
COPY schemas schemas
COPY fixtures fixtures
COPY live live
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.12.12-slim-bookworm
# The fonts are for pages in most scripts.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        chromium chromium-headless-shell chromium-sandbox fonts-liberation fonts-noto-core fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*
COPY --from=wheel /wheels /wheels
RUN pip install --no-cache-dir "$(ls /wheels/*.whl)[serve]" && rm -rf /wheels

# Not root: Chromium's sandbox needs that, and it is used where the host allows user namespaces to containers.
# Where it does not, the runner says so (`doctor`) and goes on without; see seccomp in compose.yaml.
RUN useradd --create-home --uid 10001 runner && mkdir /runs && chown runner:runner /runs
USER runner
WORKDIR /home/runner
# Runs go to ./runs by default, and so into the volume.
RUN ln -s /runs runs
VOLUME ["/runs"]
ENV PYTHONUNBUFFERED=1
ENTRYPOINT ["demo-runner"]
CMD ["--help"]
