unroll bench --cell lstm --lengths ragged
