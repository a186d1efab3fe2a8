#!/bin/sh
# Installs the Debian packages named that are missing (sudo where needed). Where a needed thing is there under another name or
# system (a library built by hand), only what the probes below do not find is asked for.
missing=
have() {
    case $1 in
    gcc) command -v cc ;;
    g++) command -v c++ ;;
    libc6-dev) echo '#include <stdio.h>' | cc -E - ;;
    cmake) command -v cmake ;;
    pkg-config) command -v pkg-config ;;
    valgrind) command -v valgrind ;;
    graphviz) command -v dot ;;
    gnuplot-nox) command -v gnuplot ;;
    libxsmm-dev) pkg-config --exists libxsmm || [ "$(uname -m)" != x86_64 ] ;;
    libxbyak-dev) pkg-config --exists xbyak || [ "$(uname -m)" != x86_64 ] ;;
    libopenblas-dev) pkg-config --exists openblas ;;
    liblapacke-dev) pkg-config --exists lapacke ;;
    libjansson-dev) pkg-config --exists jansson ;;
    libutf8proc-dev) pkg-config --exists libutf8proc ;;
    libsentencepiece-dev) pkg-config --exists sentencepiece ;;
    zlib1g-dev) pkg-config --exists zlib ;;
    liblzma-dev) pkg-config --exists liblzma ;;
    libcmocka-dev) pkg-config --exists cmocka ;;
    *) false ;;
    esac > /dev/null 2>&1
}
for package in "$@"; do
    have "$package" || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
echo "installing:$missing"
if ! command -v apt-get > /dev/null; then
    echo "these are missing, and there is no apt here to install them:$missing" >&2
    exit 1
fi
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends $missing > /dev/null && exit 0
echo "apt could not install:$missing" >&2
exit 1
