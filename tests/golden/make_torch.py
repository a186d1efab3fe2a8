#!/usr/bin/env python3
"""Makes tests/golden/data/torch_*.txt: recurrent networks computed by PyTorch in double precision.

    python3 tests/golden/make_torch.py            (needs torch; the files it wrote are kept, the tests need only them)

Each file holds one case: a model text, data, parameters cut from PyTorch's layout (gates one under the other: i f g o,
r z n) into the model's own, and what PyTorch found: hidden states of every example and position, final states, the loss
and its gradient for every parameter. The likelihood is normal(mean, 1) on random targets, so every state receives a
different gradient from above. Ragged cases run in PyTorch as packed sequences."""
import math, os
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

torch.set_default_dtype(torch.float64)
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
I = 3

# how a cell's parameters are cut: name -> ("ih" | "hh", gate) or bias -> ("b", gate) both added, ("bih", gate), ("bhh", gate)
CELLS = {
    "rnn":       {"W": ("ih", 0), "U": ("hh", 0), "b": ("b", 0)},
    "rnn_relu":  {"W": ("ih", 0), "U": ("hh", 0), "b": ("b", 0)},
    "lstm":      {n + g: (k, i) for n, k in (("W", "ih"), ("U", "hh"), ("b", "b")) for i, g in enumerate("ifgo")},
    "gru_torch": {"Wr": ("ih", 0), "Wz": ("ih", 1), "Wn": ("ih", 2), "Ur": ("hh", 0), "Uz": ("hh", 1), "Un": ("hh", 2),
                  "br": ("b", 0), "bz": ("b", 1), "bn": ("bih", 2), "cn": ("bhh", 2)},
}
NET = {"rnn": torch.nn.RNN, "rnn_relu": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru_torch": torch.nn.GRU}


def numbers(t):
    return " ".join("%.17g" % v for v in t.detach().reshape(-1).tolist())


def cut(net, cell, what, suffix, n, grad):
    """one of the model's parameters from PyTorch's stacked ones (or their gradients)"""
    kind, gate = what
    def part(name):
        p = getattr(net, name + "_" + suffix)
        return (p.grad if grad else p)[gate * n:(gate + 1) * n]
    if kind == "ih": return part("weight_ih")
    if kind == "hh": return part("weight_hh")
    if kind == "bih": return part("bias_ih")
    if kind == "bhh": return part("bias_hh")
    # both biases enter as their sum: either's gradient is the sum's
    return part("bias_ih") if grad else part("bias_ih") + part("bias_hh")


def case(name, cell, n, lengths, layers=1, both=False, start=False, seed=1):
    torch.manual_seed(seed)
    kw = {"nonlinearity": "relu"} if cell == "rnn_relu" else {}
    net = NET[cell](I, n, num_layers=layers, bidirectional=both, batch_first=True, **kw)
    with torch.no_grad():
        for p in net.parameters():
            p.uniform_(-0.7, 0.7)
    width = n * (2 if both else 1)
    B, T = len(lengths), max(lengths)
    x, y = torch.randn(B, T, I), torch.randn(B, T, width)
    z = torch.randn(n).requires_grad_() if start else None
    h0 = z.expand(1, B, n).contiguous() if start else None
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    out, final = net(packed, h0)
    out, _ = pad_packed_sequence(out, batch_first=True, total_length=T)
    seen = torch.zeros(B, T, 1)
    for b, l in enumerate(lengths):
        seen[b, :l] = 1
    loss = (seen * (0.5 * (out - y) ** 2 + 0.5 * math.log(2 * math.pi))).sum()
    loss.backward()

    lines = ["data  x[t] : raw(%d)" % I, "data  y[t] : raw(%d)" % width]
    states = []                                     # quantity of each PyTorch layer and direction, and its suffix
    if both:
        lines += ["f[t] = %s(%d, x[t])" % (cell, n), "b[t] = reverse %s(%d, x[t])" % (cell, n), "o[t] = [f[t]; b[t]]"]
        states = [("f", "l0"), ("b", "l0_reverse")]
    else:
        if start:
            lines += ["param z", "h1[0] = z"]
        for k in range(layers):
            lines.append("h%d[t] = %s(%d, %s[t])" % (k + 1, cell, n, "h%d" % k if k else "x"))
            states.append(("h%d" % (k + 1), "l%d" % k))
        lines.append("o[t] = h%d[t]" % layers)
    lines.append("y[t] ~ normal(o[t], 1)")

    with open(os.path.join(HERE, "torch_%s.txt" % name), "w") as f:
        def record(kind, what, t):
            f.write("%s %s %d %s\n" % (kind, what, t.numel(), numbers(t)))
        f.write("torch %s\nlengths %d %s\n" % (torch.__version__.split("+")[0], B, " ".join(map(str, lengths))))
        f.write("model %d\n%s\n" % (len(lines), "\n".join(lines)))
        record("data", "x", torch.cat([x[b, :l] for b, l in enumerate(lengths)]))
        record("data", "y", torch.cat([y[b, :l] for b, l in enumerate(lengths)]))
        for q, suffix in states:
            for p, what in CELLS[cell].items():
                record("param", q + "." + p, cut(net, cell, what, suffix, n, False))
                record("grad", q + "." + p, cut(net, cell, what, suffix, n, True))
        if start:
            record("param", "z", z)
            record("grad", "z", z.grad)
        for b, l in enumerate(lengths):
            record("value", "o %d" % b, out[b, :l])
        hn, cn = final if cell == "lstm" else (final, None)
        for k, (q, suffix) in enumerate(states):    # the state after the last step taken: position 1 of a reverse one
            for b in range(B):
                record("first" if "reverse" in suffix else "last", "%s %d" % (q, b), hn[k, b])
                if cn is not None:
                    record("first" if "reverse" in suffix else "last", "%s.c %d" % (q, b), cn[k, b])
        record("loss", "-", loss)


FULL, RAGGED = [7, 7, 7], [7, 4, 1]
for i, cell in enumerate(["rnn", "rnn_relu", "lstm", "gru_torch"]):
    case(cell, cell, 5, FULL, seed=10 + i)
    case(cell + "_ragged", cell, 5, RAGGED, seed=20 + i)
    case(cell + "_both_ragged", cell, 5, RAGGED, both=True, seed=30 + i)
    case(cell + "_stacked_ragged", cell, 5, RAGGED, layers=2, seed=40 + i)
case("rnn_start", "rnn", 5, FULL, start=True, seed=50)
case("gru_torch_start_ragged", "gru_torch", 5, RAGGED, start=True, seed=51)
case("lstm_17_ragged", "lstm", 17, RAGGED, seed=52)
case("gru_torch_17_ragged", "gru_torch", 17, RAGGED, seed=53)
