echo '{"epoch": 1, "train_loss": 2.0, "valid_loss": null}' > l.jsonl
unroll plot l.jsonl --what loss -o l.bmp
