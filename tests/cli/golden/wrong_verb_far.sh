unroll differentiate x
