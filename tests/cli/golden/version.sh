unroll --version
