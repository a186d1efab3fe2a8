# texts against references without a model: BLEU, chrF, error rates; several references; what is wrong with a call
printf 'the cat sat on the mat .\nHello, world!\n' > out.txt
printf 'the cat sat on a mat .\nHello , world !\n' > ref.txt
printf 'the cat sits on the mat .\nHi world!\n' > more.txt
unroll score --hypothesis out.txt --reference ref.txt
unroll score --hypothesis out.txt --reference ref.txt --reference more.txt --tokenize none --csv
gzip -k ref.txt && unroll score --hypothesis out.txt --reference ref.txt.gz --json -o s.json && head -3 s.json
unroll score --hypothesis out.txt; echo $?
unroll score --reference out.txt; echo $?
unroll score --hypothesis out.txt --reference ref.txt x.model; echo $?
unroll score --hypothesis out.txt --reference ref.txt -o ref.txt; echo $?
unroll score --hypothesis out.txt --reference ref.txt --tokenize zh; echo $?
head -1 ref.txt > short.txt
unroll score --hypothesis out.txt --reference short.txt; echo $?
unroll score --hypothesis none.txt --reference short.txt
