# Sifara as a container: one static binary, no root, no Node at run time.
#
#	docker build -t sifara --build-arg VERSION="$(git describe --tags --always)" .
#	docker run -p 127.0.0.1:8080:8080 -v sifara:/data sifara serve --demo
#
# docs/operations.md says how to run it for a ministry.

FROM node:22-bookworm-slim AS node

FROM golang:1.26-bookworm AS build
COPY --from=node /usr/local/bin/ /usr/local/bin/
COPY --from=node /usr/local/lib/node_modules/ /usr/local/lib/node_modules/
WORKDIR /src
# What changes seldom comes first, so that it is fetched seldom.
COPY go.mod go.sum ./
RUN go mod download
COPY assets/package.json assets/package-lock.json assets/
RUN cd assets && npm ci --no-audit --no-fund --loglevel=error
COPY . .
ARG VERSION=unknown
RUN CGO_ENABLED=0 make build VERSION="$VERSION"

FROM alpine:3.22
# Certificates for the way out; PostgreSQL's client programs for
# `sifara backup` and `restore` of houses that use it.
RUN apk add --no-cache ca-certificates postgresql17-client \
	&& adduser -D -H -u 10001 sifara \
	&& install -d -o sifara -g sifara -m 0700 /data
COPY --from=build /src/bin/sifara /usr/local/bin/sifara
COPY LICENSE /usr/share/licenses/sifara/LICENSE
USER sifara
ENV SIFARA_DATA=/data SIFARA_LISTEN=:8080
VOLUME /data
EXPOSE 8080
# Alive is enough for a restart; whether it takes traffic is /readyz.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
	CMD wget -q -O /dev/null http://127.0.0.1:8080/healthz || exit 1
ENTRYPOINT ["sifara"]
CMD ["serve"]
