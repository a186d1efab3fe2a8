unroll cells rnn
