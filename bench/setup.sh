#!/bin/sh
# Makes the virtual environment that bench/compare.py measures peers in: BUILD/bench-venv (BUILD: first argument, else build).
# Each package is installed on its own; one that cannot be had is left out with a word, and compare.py then leaves its column empty.
set -u
build=${1:-build}
venv=$build/bench-venv
log=$build/bench-venv.log
mkdir -p "$build"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv" || { echo "bench/setup.sh: python3 -m venv failed (Debian: python3-venv)"; exit 1; }
: > "$log"
for package in numpy onnxruntime onnx jax torch; do
    if "$venv/bin/python" -c "import $package" 2> /dev/null; then
        echo "$package: there"
    elif "$venv/bin/python" -m pip install "$package" >> "$log" 2>&1; then
        echo "$package: installed"
    else
        echo "$package: cannot be installed, left out ($log says why)"
    fi
done
