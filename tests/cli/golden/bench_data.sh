unroll bench lstm
