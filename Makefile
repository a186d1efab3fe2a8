# The two commands are `make demo` and `make check`; CMake does the building.
BUILD      ?= build
JOBS       ?= $(shell nproc 2>/dev/null || echo 2)
PREFIX     ?= /usr/local
CTEST_ARGS ?=
PACKAGES    = gcc g++ libc6-dev cmake pkg-config libxsmm-dev libxbyak-dev libopenblas-dev liblapacke-dev libjansson-dev libutf8proc-dev \
              libsentencepiece-dev zlib1g-dev liblzma-dev libcmocka-dev gnuplot-nox graphviz valgrind

FUZZ_SECONDS ?= 60
FUZZ_TARGETS ?= $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

.PHONY: all demo check check-san check-tsan check-long fuzz bench format install clean deps

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

# What runs on several threads, under the thread sanitizer
TSAN_TESTS ?= ^(base/pool|base/file|model/(threads|fit|lanes|save|stream|use)|plan/(batch|groups|windows|recompute))$$
check-tsan: export TSAN_OPTIONS ?= halt_on_error=0
check-tsan:
	@$(MAKE) --no-print-directory check BUILD=build-tsan CMAKE_ARGS="-DUNROLL_SANITIZE=thread -DCMAKE_BUILD_TYPE=RelWithDebInfo" CTEST_ARGS="-R '$(TSAN_TESTS)'"

check-long: all
	@cd $(BUILD) && ctest --output-on-failure -L long -j 1 $(CTEST_ARGS)

# Each target for FUZZ_SECONDS by libFuzzer: `make fuzz FUZZ_TARGETS="text model" FUZZ_SECONDS=600`. What it finds lies in build-fuzz/found.
fuzz:
	@sh tests/fuzz/run.sh build-fuzz $(JOBS) $(FUZZ_SECONDS) $(FUZZ_TARGETS)

bench: all
	@$(BUILD)/unroll bench

# clang-format 14 (Debian 12's); other versions lay some things out otherwise
format:
	@find src -name '*.[ch]' | xargs clang-format -i

# The tables of options in doc/CLI.md, from what the program says of them
manual: all
	@sh tests/cli/manual.sh $(BUILD)/unroll doc/CLI.md > $(BUILD)/CLI.md && cp $(BUILD)/CLI.md doc/CLI.md

install: all
	@cmake --install $(BUILD) --prefix $(PREFIX)

clean:
	rm -rf build build-san build-tsan demo/out

# Installs what is missing by apt; where everything is there, apt is not called.
deps:
	@sh cmake/deps.sh $(PACKAGES)
