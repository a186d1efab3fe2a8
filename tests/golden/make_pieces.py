#!/usr/bin/env python3
"""Makes tests/golden/data/pieces.model and pieces.txt: 400 pieces of the first 600 lines of tinyshakespeare that are not empty, by SentencePiece.

    python3 tests/golden/make_pieces.py        (needs sentencepiece 0.1.97, of which Debian 12 has the library; the files it wrote are kept)

pieces.txt: the version; then for each of the first 300 of those lines, and for some lines of other kinds, the ids of the whole line, and one line
more with what the library makes of them."""
import gzip, io, os
import sentencepiece

root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
lines = [x for x in gzip.open(os.path.join(root, "models", "data", "input.txt.gz"), "rt", encoding="utf-8").read().split("\n") if x.strip()][:600]
model = io.BytesIO()
sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(lines), model_writer=model, model_type="unigram", vocab_size=400 + 3, character_coverage=1.0,
                                         normalization_rule_name="identity", num_threads=1, minloglevel=3)
p = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
others = ["Unbelievable sesquipedalianism", "  blanks   before,  between and  after  ", "naïve café, ½ of it", "東京 is far", "<s> <unk> </s>", "a\u2581b \u2585 c", "x" * 70, "ab😀cd"]
here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
open(os.path.join(here, "pieces.model"), "wb").write(model.getvalue())
with open(os.path.join(here, "pieces.txt"), "w", encoding="utf-8") as f:
    f.write("%s\n" % sentencepiece.__version__)
    for x in lines[:300] + others:
        ids = p.encode(x.replace("\u2581", "\uFFFD"))     # a mark in the text itself is unknown: the library alone takes it for a blank
        f.write("%s\n%s\n%s\n" % (x, " ".join(map(str, ids)), p.decode(ids)))
