# weights of PyTorch: the map that is proposed, the same by --map auto and by a file, a model that runs, and the weights back
weights=chars.safetensors
cp "$ROOT"/tests/golden/data/import_*.safetensors . && mv import_chars.safetensors $weights
printf 'data x[t] : chars\nhyper n = 4\nparam E, V, c\ne[t] : 5 = E x[t-1]\nh1[t] = lstm(n, e[t])\nh2[t] = lstm(n, h1[t])\nx[t] ~ categorical(V h2[t] + c)\n' > m.unr
sed -n '/^vocabulary/,/^text/p' "$ROOT/tests/golden/data/import_chars.txt" | sed '1d;$d' > vocab.txt
cat vocab.txt
unroll import m.unr "$weights" --vocabulary x=vocab.txt > found.map 2> said.txt
cat found.map said.txt
unroll import m.unr "$weights" --vocabulary x=vocab.txt --map auto -o auto.model
unroll import m.unr "$weights" --vocabulary x=vocab.txt --map found.map -o file.model -q
cmp auto.model file.model && echo same
unroll explain auto.model | grep 'has its weights'
unroll predict auto.model --prompt a --max-length 5
unroll export auto.model --map found.map -o out.safetensors
unroll import m.unr out.safetensors --vocabulary x=vocab.txt --map auto -o again.model -q
unroll export again.model --map found.map -o again.safetensors -q
cmp out.safetensors again.safetensors && echo same
# fitting goes on from there
printf 'abea\nba\n' > t.txt
unroll fit again.model x=t.txt --epochs 2 -q -o fitted.model | grep parameters
unroll export fitted.model --map found.map -o fitted.safetensors
# a regression: the scale of y
printf 'data x[t] : raw(3)\ndata y[t] : real\nparam w, b, s\nh[t] = lstm(4, x[t])\nm[t] = w'"'"' h[t] + b\ny[t] ~ normal(m[t], s)\n' > r.unr
unroll import r.unr import_regression.safetensors --map auto --scale y=10,2 -q -o r.model 
unroll import r.unr import_regression.safetensors
printf 'x1,x2,x3,y\n0,0,0,\n' > r.csv
unroll predict r.model r.csv --csv
