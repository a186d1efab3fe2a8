unroll --help
