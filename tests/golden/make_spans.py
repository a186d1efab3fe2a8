#!/usr/bin/env python3
"""Precision, recall and F1 over spans by seqeval, whose default mode counts as conlleval does, for test_spans.c. Made with seqeval 1.2.2:

    python3 make_spans.py > data/spans.txt

A case: its name and number of sequences; for each the labels that are right, then those guessed; then precision, recall, F1 in percent."""
import random
import warnings
import seqeval
from seqeval.metrics import f1_score, precision_score, recall_score

warnings.filterwarnings("ignore")
cases = [
    ("same", [("B-PER I-PER O B-LOC", "B-PER I-PER O B-LOC")]),
    ("none guessed", [("B-PER I-PER O B-LOC", "O O O O")]),
    ("none there", [("O O O", "O B-X O")]),
    ("nothing at all", [("O O", "O O")]),
    ("I after O", [("O I-PER I-PER O", "O B-PER I-PER O")]),
    ("type changes within I", [("B-PER I-LOC I-LOC O", "B-PER B-LOC I-LOC O")]),
    ("type changes, one guessed", [("I-PER I-LOC O I-LOC", "I-PER I-PER O I-LOC")]),
    ("IOB1", [("I-PER B-PER I-PER O I-LOC B-LOC", "I-PER I-PER I-PER O I-LOC B-LOC")]),
    ("too long", [("B-PER I-PER O O", "B-PER I-PER I-PER O")]),
    ("too short", [("B-PER I-PER I-PER O", "B-PER I-PER O O")]),
    ("to the end", [("O B-PER I-PER", "O B-PER I-PER"), ("I-PER O", "I-PER O")]),
    ("across examples", [("O I-PER", "O I-PER"), ("I-PER O", "O O")]),
    ("other type", [("B-PER I-PER", "B-LOC I-LOC")]),
    ("BIOES", [("B-PER I-PER E-PER S-LOC O", "B-PER I-PER E-PER S-LOC O"), ("B-PER E-PER S-PER S-PER", "B-PER E-PER E-PER S-PER")]),
    ("odd BIOES", [("O E-PER I-PER E-PER B-PER O", "O I-PER E-PER I-PER B-PER O"), ("S-PER I-PER B-PER S-PER", "S-PER E-PER B-PER E-PER")]),
]
rng = random.Random(11)
for k, parts in enumerate(["BIO", "BIOES", "IO", "BI"]):
    tags = ["O" if p == "O" else p + "-" + t for p in parts for t in ("PER", "LOC", "MISC")]
    seqs = []
    for _ in range(40):
        n = rng.randint(1, 15)
        want = [rng.choice(tags) for _ in range(n)]
        guess = [w if rng.random() < 0.7 else rng.choice(tags) for w in want]
        seqs.append((" ".join(want), " ".join(guess)))
    cases.append((f"random {parts}", seqs))
print("# made by make_spans.py with seqeval", getattr(seqeval, "__version__", "1.2.2"))
for name, seqs in cases:
    want, guess = [w.split() for w, _ in seqs], [g.split() for _, g in seqs]
    print("case", len(seqs), name)
    for w, g in seqs:
        print(w)
        print(g)
    print("%.17g %.17g %.17g" % tuple(100 * f(want, guess, zero_division=0) for f in (precision_score, recall_score, f1_score)))
