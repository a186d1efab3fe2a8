#!/bin/sh
# A model without an end symbol gives its sequences none, however many there are; one that has it takes it for the end of a line of a stream.
# With weights of zero every symbol of the vocabulary has probability 1/V.
. "$(dirname "$0")/lib.sh"
printf 'data text[t] : chars\nparam E, V, c\ne[t] : 2 = E text[t-1]\ntext[t] ~ categorical(V e[t] + c)\n' > m.unr
tensors w.safetensors '{"E":{"dtype":"F32","shape":[3,2],"data_offsets":[0,24]},"V":{"dtype":"F32","shape":[3,2],"data_offsets":[24,48]},"c":{"dtype":"F32","shape":[3],"data_offsets":[48,60]}}' 60
printf 'a\nb\n\\n\n' > v.txt
printf 'abba\nab\n' > t.txt
printf 'ab\n' > one.txt
printf 'abza\n' > z.txt
run unroll import m.unr w.safetensors --vocabulary text=v.txt --map auto -q -o m.model
near "two lines" 1.0986122887 1e-6 "$(score m.model text=t.txt negative)"
near "one line" 1.0986122887 1e-6 "$(score m.model text=one.txt negative)"
near "a stream" 1.0986122887 1e-6 "$(score m.model text=t.txt --stream negative)"
run unroll score m.model text=t.txt
says "2 lines are 2 sequences without an end symbol"
run unroll score m.model text=t.txt --stream
silent note
run unroll score m.model text=z.txt
says "'z'" "each is as good as impossible"
run unroll explain m.model text=t.txt

# fitted on one long sequence: the same
awk 'BEGIN { for (i = 0; i < 60; i++) print "abab" }' > long.txt
run unroll fit m.unr text=long.txt --stream -q -o s.model --epochs 30 --rate 0.1 --chunk 20
printf 'abab\nabab\n' > two.txt
a=$(score s.model text=two.txt --stream negative)
near "a stream of what was fitted" 0 0.3 "$a"
near "its lines, without ends" 0.15 0.3 "$(score s.model text=two.txt negative)"

# the end symbol is the end of a line of a stream: 4 symbols, of which <eos> is one
sed 's/chars/words/' m.unr > w.unr
tensors e.safetensors '{"E":{"dtype":"F32","shape":[4,2],"data_offsets":[0,32]},"V":{"dtype":"F32","shape":[4,2],"data_offsets":[32,64]},"c":{"dtype":"F32","shape":[4],"data_offsets":[64,80]}}' 80
printf '<eos>\nthe\ncat\n<unk>\n' > words.txt
printf 'the cat\nthe cat <unk>\n' > w.txt
run unroll import w.unr e.safetensors --vocabulary text=words.txt --map auto -q -o w.model
near "lines" 1.3862943611 1e-6 "$(score w.model text=w.txt negative)"
near "a stream" 1.3862943611 1e-6 "$(score w.model text=w.txt --stream negative)"
run unroll score w.model text=w.txt --stream
silent note
# what is generated ends with it, but goes on past it where a stream is asked for, in which it ends lines; 200 symbols have none with probability 0.75^200
number() { wc -w < out | tr -d ' '; }
run unroll sample w.model --max-length 200
same "no end symbol is printed" 0 "$(grep -c '<eos>' out)"
[ "$(number)" -lt 100 ] || fault "a line of $(number) words of which each is the last with probability 1/4"
run unroll sample w.model --max-length 200 --stream
same "as long as was asked" 200 "$(number)"
says "<eos>"
silent note
run unroll sample w.model --max-length 200 --stream --prompt "the <eos> cat"
same "a prompt and as much more" 203 "$(number)"
same "which may hold ends of lines" "the <eos> cat" "$(cut -d' ' -f1-3 out)"
run unroll predict w.model --max-length 9 --beam 3 --stream
same "by beam search" 9 "$(number)"
run unroll sample w.model text=w.txt --continue --max-length 50 --stream
same "what the data begin, all of them one text" 57 "$(number)"
# fitted on lines there is an end symbol too, but nothing learnt of what comes after it
run unroll fit w.unr text=w.txt -q -o lines.model --epochs 3
run unroll sample lines.model --max-length 200
[ "$(number)" -lt 100 ] || fault "a line of $(number) words"
silent note
run unroll sample lines.model --max-length 200 --stream
same "as long as was asked, of lines" 200 "$(number)"
says "what comes after the end of one it has not learnt"
# fitted on one long text, with or without an end symbol in an imported vocabulary: nothing has to be asked for
run unroll fit w.unr text=w.txt --stream -q -o stream.model --epochs 3
run unroll sample stream.model --max-length 200
same "as long as was asked, of a stream" 200 "$(number)"
silent note
run unroll fit w.model text=w.txt --stream -q -o again.model --epochs 3
run unroll sample again.model --max-length 200
same "as long as was asked, of a stream with an end symbol" 200 "$(number)"
# among characters it is the end of a line
printf 'a\nb\n<eos>\n' > ve.txt
run unroll import m.unr w.safetensors --vocabulary text=ve.txt --map auto -q -o e.model
run unroll sample e.model --max-length 60 --stream
same "sixty characters, ends of lines among them" 61 "$(wc -c < out | tr -d ' ')"
[ "$(wc -l < out)" -gt 3 ] || fault "no ends of lines in: $(cat out)"

# ... where it is known: with a vocabulary without it each end of a line is as unknown as before
printf '<nl>\nthe\ncat\n<unk>\n' > nl.txt
run unroll import w.unr e.safetensors --vocabulary text=nl.txt --map auto -q -o nl.model
run unroll score nl.model text=w.txt --stream
says "2 of 7 symbols" "'<eos>'"
finish
