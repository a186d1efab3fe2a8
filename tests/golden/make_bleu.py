#!/usr/bin/env python3
"""BLEU and chrF2 of a few corpora by sacreBLEU, for test_bleu.c. Made with sacrebleu 2.6.0:

    python3 make_bleu.py > data/bleu.txt

A case: its name, segments and references; a line for each hypothesis, then one for each of its references (a \\ before n, r, t or \\ as in C);
then BLEU by tokenisation and chrF2. A case of one segment for each pair, then corpora."""
import random
import sacrebleu
from sacrebleu.metrics import BLEU, CHRF

pairs = [
    ("the cat sat on the mat", "the cat sat on the mat"),
    ("the cat sat on the mat", "a cat was sitting on the mat"),
    ("", "nothing was said here"),
    ("something was said", ""),
    ("", ""),
    ("word", "word"),
    ("word", "other"),
    ("Hello, world!", "Hello, world."),
    ("He paid $1,234.56 in 2001-2002, or 5%.", "He paid $1,234.56 during 2001-2002: 5%."),
    ("3,5 .5 5. a,b 1.a a.1 ...,,", "3,5 .5 5. a, b 1. a a .1 ... ,"),
    ("state-of-the-art 5-year plan 7-", "state-of-the-art 5-year plans 7 -"),
    ("&quot;Tom &amp; Jerry&quot; &lt;b&gt; &amp;lt;", "\"Tom & Jerry\" <b> <"),
    ("skipped <skipped> words", "skipped words"),
    ("ends with a dash -\nnext", "ends with a dash next"),
    ("line\nbreaks here\n", "line breaks here"),
    ("café naïve résumé coöperate", "café naive résumé cooperate"),
    ("Ein großer Hund läuft über die Straße .", "Ein großer brauner Hund läuft über eine Straße ."),
    ("кошка сидит на окне, и смотрит.", "кошка сидит на окне и смотрит ."),
    ("猫は窓に座っています。", "猫が窓に座っている。"),
    ("no\u00a0break\u3000and\u2009thin\u2003spaces", "no break and thin spaces"),
    ("emoji 😀 and 👩‍👩‍👧 here", "emoji 😀 and 👩 here"),
    ("a a a a a a a", "a a b a"),
    ("the the the the the the the", "the cat is on the mat"),
    ("[x] (y) {z} a/b c@d e#f g^h i_j k`l m~n o|p q\\r s=t u+v", "[ x ] (y) { z } a / b c@d e # f g ^ h i_j k ` l m~n o | p q \\ r s = t u + v"),
    ("it's 'quoted' and don't", "it's ' quoted ' and do n't"),
    ("  leading and   trailing  blanks  ", "leading and trailing blanks"),
    ("1990s, 20.000 3.14, 10,000,000.", "1990s , 20.000 3.14 , 10,000,000 ."),
    ("ABC abc", "abc ABC"),
    ("tab\there\rand", "tab here and"),
    ("a", "a b c d e f"),
    ("a b c d e f g h", "a"),
    ("\u2018curly\u2019 \u201cquotes\u201d \u2013 dash\u2026", "'curly' \"quotes\" - dash..."),
    ("\u00a1Hola! \u00bfQu\u00e9 tal?", "\u00a1Hola! \u00bf Qu\u00e9 tal ?"),
    ("x.y.z.,.,", "x . y . z ."),
]
cases = [(f"pair{i}", [h], [[r]]) for i, (h, r) in enumerate(pairs)]
cases.append(("all", [h for h, _ in pairs], [[r] for _, r in pairs]))
words = "the a cat dog sat ran on in mat house , . 5 3.2 big-red don't it's it & % über".split()
rng = random.Random(7)


def sentence(low, high):
    return " ".join(rng.choice(words) for _ in range(rng.randint(low, high)))


for k, refs in enumerate([1, 2, 3, 5]):
    hyp = [sentence(0, 14) for _ in range(12)]
    cases.append((f"random{k}", hyp, [[h if rng.random() < 0.1 else sentence(0, 14) for _ in range(refs)] for h in hyp]))
cases.append(("two", ["the dog ran", "he saw it .", "", "one"], [["a dog ran away", "the dog was running"], ["it was seen", "he saw that ."], ["", "x"], ["two", "one"]]))
cases.append(("lengths", ["a b c d e"], [["a b c d e f g", "a b c", "x y z"]]))


def escaped(s):
    return s.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


print("# made by make_bleu.py with sacrebleu", sacrebleu.__version__)
for name, hyp, refs in cases:
    streams = [list(s) for s in zip(*refs)]
    print("case", name, len(hyp), len(streams))
    for h, rs in zip(hyp, refs):
        print(escaped(h))
        for r in rs:
            print(escaped(r))
    for tok in ("13a", "none", "char"):
        print(tok, "%.17g" % BLEU(tokenize=tok, force=True).corpus_score(hyp, streams).score)
    print("chrF2", "%.17g" % CHRF().corpus_score(hyp, streams).score)
