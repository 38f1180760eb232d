# The server alone, over HTTP. It writes to /data and nowhere else:
#   docker run --read-only --volume testio:/data --publish 8080:8080 \
#     --env TESTIO_CUSTOMER_API_TOKEN --env TESTIO_HTTP_TOKEN testio-mcp-server

FROM node:24-slim AS build
WORKDIR /source
COPY . .
RUN node dev pack --to /packed @testio-mcp/server

FROM node:24-slim
COPY --from=build /packed /packed
RUN npm install --global --ignore-scripts --no-audit --no-fund /packed/testio-mcp-server-*.tgz \
  && rm -rf /packed /root/.npm \
  && install --directory --owner=node --group=node --mode=0700 /data
ENV TESTIO_HOME=/data
ENV TESTIO_HTTP_HOST=0.0.0.0
ENV TESTIO_HTTP_PORT=8080
VOLUME /data
EXPOSE 8080
USER node
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.TESTIO_HTTP_PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["testio-mcp-server"]
CMD ["--transport", "http"]
