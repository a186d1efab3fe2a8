unroll help fit
