# Holdfast's daemons and command line on Debian 12.
#   docker build -t holdfast .

FROM debian:bookworm AS build
WORKDIR /src
# The packages first: they change less often than the code.
COPY scripts/lib.sh scripts/bootstrap scripts/packages.txt scripts/
RUN scripts/bootstrap build
COPY . .
RUN cmake --preset release -DHOLDFAST_TESTS=OFF \
 && cmake --build --preset release \
      --target holdfast holdfast-node holdfast-controller \
 && strip build/release/bin/holdfast*

FROM debian:bookworm-slim
# The shared libraries, and the programs that the node daemon starts: mkfs for
# templates, e2fsck and resize2fs for repair and growth.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      e2fsprogs libabsl20220623 libblkid1 libcivetweb1 libgoogle-glog0v6 \
      libgrpc++1.51 libprometheus-cpp-core1.0 libprotobuf32 libssl3 \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/build/release/bin/holdfast \
  /src/build/release/bin/holdfast-node \
  /src/build/release/bin/holdfast-controller /usr/bin/
# Which daemon, and its flags, are for the pod to say.
CMD ["holdfast", "help"]
