# syntax=docker/dockerfile:1

# The portal. Its stage "build" also migrates the database, once for each release: docs/deploying.md.
# e2e/proof/standalone.spec.ts performs these steps in a folder.

FROM node:24.21.0-trixie-slim AS base
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1

FROM base AS build
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# Optional. Builds with the same key accept each other's forms: a form that is open during a deployment can still be sent.
RUN --mount=type=secret,id=actions_key,env=NEXT_SERVER_ACTIONS_ENCRYPTION_KEY BUILD_OUTPUT=standalone npm run build
USER node
CMD ["node", "-C", "react-server", "scripts/run.mjs", "migrate"]

FROM base AS portal
ENV NODE_ENV=production HOSTNAME=0.0.0.0 PORT=3000
COPY --from=build /app/.next/standalone ./
COPY --from=build /app/.next/static ./.next/static
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server.js"]
