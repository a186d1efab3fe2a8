# The two commands are `make demo` and `make check`; CMake does the building.
BUILD      ?= build
JOBS       ?= $(shell nproc 2>/dev/null || echo 2)
PREFIX     ?= /usr/local
CTEST_ARGS ?=
PACKAGES    = gcc g++ libc6-dev cmake pkg-config libxsmm-dev libxbyak-dev libopenblas-dev liblapacke-dev libjansson-dev libutf8proc-dev \
              libsentencepiece-dev zlib1g-dev liblzma-dev libcmocka-dev gnuplot-nox graphviz valgrind

.PHONY: all demo check check-san check-long bench install clean deps

all: deps
	@cmake -S . -B $(BUILD) $(CMAKE_ARGS) > $(BUILD).log 2>&1 || { cat $(BUILD).log; rm -f $(BUILD).log; exit 1; }
	@rm -f $(BUILD).log
	@cmake --build $(BUILD) -j $(JOBS)

demo: all
	@sh demo/run.sh $(BUILD)/unroll

check: all
	@cd $(BUILD) && ctest --output-on-failure -LE long -j $(JOBS) $(CTEST_ARGS)

check-san: export ASAN_OPTIONS ?= detect_leaks=1
check-san:
	@$(MAKE) --no-print-directory check BUILD=build-san CMAKE_ARGS="-DUNROLL_SANITIZE=ON -DCMAKE_BUILD_TYPE=RelWithDebInfo"

check-long: all
	@cd $(BUILD) && ctest --output-on-failure -L long -j 1 $(CTEST_ARGS)

bench: all
	@$(BUILD)/unroll bench

install: all
	@cmake --install $(BUILD) --prefix $(PREFIX)

clean:
	rm -rf build build-san demo/out

# Installs what is missing by apt; where everything is there, apt is not called.
deps:
	@sh cmake/deps.sh $(PACKAGES)
