unroll cells ltsm
