echo hello > l.jsonl
unroll plot l.jsonl --what loss -o l.gp
