unroll cells > /dev/full
