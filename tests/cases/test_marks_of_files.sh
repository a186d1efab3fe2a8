#!/bin/sh
# A byte-order mark before a text is no part of it: vocabularies, maps, hypotheses and references, model texts and what they use, texts, labels, logs.
# With weights of zero every symbol of a vocabulary of V has probability 1/V.
. "$(dirname "$0")/lib.sh"
mark() { printf '\357\273\277'; cat; }
printf 'data text[t] : chars\nparam E, V, c\ne[t] : 2 = E text[t-1]\ntext[t] ~ categorical(V e[t] + c)\n' > m.unr
tensors w.safetensors '{"E":{"dtype":"F32","shape":[4,2],"data_offsets":[0,32]},"V":{"dtype":"F32","shape":[4,2],"data_offsets":[32,64]},"c":{"dtype":"F32","shape":[4],"data_offsets":[64,80]}}' 80
printf 'abba\n' > t.txt
printf '<unk>\na\nb\n</s>\n' > v.txt
mark < v.txt > v_bom.txt
sed 's/$/\r/' v.txt | mark > v_crlf.txt
printf 'E = E%s\nV = V\nc = c\n' "'" > w.map
mark < w.map > w_bom.map
mark < m.unr > m_bom.unr
for v in v v_bom v_crlf; do
    for map in w w_bom; do
        run unroll import m_bom.unr w.safetensors --vocabulary text=$v.txt --map $map.map -o $v.model
        near "$v, $map: −log p of a, b, b, a and the end" 1.3862943611 1e-6 "$(score $v.model text=t.txt negative)"
    done
done
run unroll score v_bom.model text=v_bom.txt
silent "<unk>"          # as the vocabulary's own

# the cells of a file with a mark, as part of a model file
printf 'cell twice(x) = y {\n    y = 2 x\n}\n' | mark > cells.unr
printf 'use "cells.unr"\ndata y[t] : raw\nparam a, s\ny[t] ~ normal(twice(a), s)\n' > u.unr
printf 'y\n1\n3\n2\n' | mark > y.csv
run unroll fit u.unr y.csv -q -o u.model --log l.jsonl --epochs 2 --method gradients
run unroll predict u.model y.csv --horizon 1
mark < l.jsonl > l_bom.jsonl
run unroll plot l_bom.jsonl --what loss -o l.gp

# texts against texts
printf 'the cat sat on the mat\nunder the old oak tree\n' > ref.txt
mark < ref.txt > hyp.txt
run unroll score --hypothesis hyp.txt --reference ref.txt --csv
same "no errors" "0
0
100
100" "$(column value)"
run unroll score --hypothesis ref.txt --reference hyp.txt --csv
same "no errors the other way" "0
0
100
100" "$(column value)"
printf '\377\376a\0' > utf16.txt
fails 4 unroll score --hypothesis utf16.txt --reference ref.txt
says "utf16.txt: is UTF-16; save it as UTF-8"

# files of other kinds in place of weights
printf 'PK\003\004xxxxxxxxw/data.pklxxxx' > w.pt
fails 1 unroll import m.unr w.pt --vocabulary text=v.txt --map auto -o x.model
says "w.pt: is a file of PyTorch's torch.save" "safetensors.torch.save_file"
printf 'PK\003\004xxxxxxxxE.npyxxxx' > w.npz
fails 1 unroll import m.unr w.npz --vocabulary text=v.txt --map auto -o x.model
says "archive of NumPy's arrays"
printf '\211HDF\r\n\032\nxxxxxxxx' > w.h5
fails 1 unroll import m.unr w.h5 --vocabulary text=v.txt --map auto -o x.model
says "an HDF5 file"
fails 1 unroll score w.h5 text=t.txt
finish
