unroll
