# As trapeze, configured as the artifact shipped it. Context: node, watchdog/ and function/, as `npm run images -- build --engine` lays them out.
# The settings are those of helpers/images/function-layers.ts; a test compares them.
ARG BASE=debian:12-slim
FROM ${BASE}
# OpenFaaS' of-watchdog may take the place of ours: the path of its binary in the context.
ARG WATCHDOG=watchdog/fwatchdog
COPY node /opt/node
COPY watchdog/opt/ /opt/
COPY ${WATCHDOG} /usr/bin/fwatchdog
COPY function/ /srv/fn/
ENV PATH=/opt:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV HOME=/tmp
ENV mode=http
ENV fprocess="node --no-node-snapshot index.cjs"
ENV upstream_url=http://127.0.0.1:3000
ENV http_host=127.0.0.1
ENV http_port=3000
ENV GLIBC_TUNABLES=glibc.malloc.arena_max=1:glibc.malloc.top_pad=16777216
WORKDIR /srv/fn
USER 65534:65534
EXPOSE 8080
ENTRYPOINT ["/usr/bin/fwatchdog"]
