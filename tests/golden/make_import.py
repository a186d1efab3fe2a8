#!/usr/bin/env python3
"""Makes tests/golden/data/import_*: modules of PyTorch as safetensors, with what they compute.

    python3 tests/golden/make_import.py           (needs torch, numpy and safetensors; the files it wrote are kept, the tests need only them)

Each case has NAME.safetensors, the module's state_dict, and NAME.txt: a model text, a map, vocabularies, data and what PyTorch found, as
records "KIND NAME COUNT" followed by COUNT lines, or by numbers in the same line."""
import os
import torch
from safetensors.torch import save_file

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
T, I, N = 6, 3, 4


def case(name, module, dtype, model, amap, values, vocabulary={}, numbers={}, texts={}):
    """values: quantity -> tensor [positions, width]"""
    with torch.no_grad():
        state = {k: (v.to(dtype) if v.is_floating_point() else v).contiguous().clone() for k, v in module.state_dict().items()}
    save_file(state, os.path.join(HERE, "import_%s.safetensors" % name), metadata={"format": "pt"})
    with open(os.path.join(HERE, "import_%s.txt" % name), "w") as f:
        def lines(kind, what, text):
            f.write("%s %s %d\n%s\n" % (kind, what, len(text), "\n".join(text)))
        def record(kind, what, t):
            f.write("%s %s %d %s\n" % (kind, what, t.numel(), " ".join("%.17g" % v for v in t.detach().double().reshape(-1).tolist())))
        lines("model", "-", model)
        lines("map", "-", amap)
        for k, v in vocabulary.items(): lines("vocabulary", k, v)
        for k, v in numbers.items(): record("data", k, v)
        for k, v in texts.items(): lines("text", k, v.split("\n"))
        for k, v in values.items(): record("value", k, v)


def random(module, seed, dtype, zero_hh=False):
    torch.manual_seed(seed)
    module = module.to(torch.float64)
    with torch.no_grad():
        for k, p in module.named_parameters():
            p.uniform_(-0.7, 0.7)
            if zero_hh and "bias_hh" in k: p.zero_()
            p.copy_(p.to(dtype).to(torch.float64))        # computed in double from what the file says
    return module


def recurrent(name, net, dtype, cell, reverse=False, layers=1, kind=None, seed=1, zero_hh=False, bias=True):
    net = random(net, seed, dtype, zero_hh)
    x = torch.randn(T, 1, I, dtype=torch.float64)
    out, _ = net(x)
    model, amap, below = ["data x[t] : raw(%d)" % I, "data y[t] : raw(%d)" % out.shape[2]], [], "x[t]"
    for k in range(layers):
        model.append("f%d[t] = %s(%d, %s)" % (k, cell, N, below))
        amap.append("f%d = %s%sl%d" % (k, kind or cell, (", no bias: " if not bias else ": ") if kind != "" else "", k))
        if reverse:
            model.append("r%d[t] = reverse %s(%d, %s)" % (k, cell, N, below))
            amap.append("r%d = %s: l%d_reverse    # the other way" % (k, kind or cell, k))
        below = "[f%d[t]; r%d[t]]" % (k, k) if reverse else "f%d[t]" % k
    model += ["o[t] = " + below, "y[t] ~ normal(o[t], 1)"]
    case(name, net, dtype, model, amap, {"o": out[:, 0]}, numbers={"x": x[:, 0]})


class Chars(torch.nn.Module):
    def __init__(self, symbols, layers):
        super().__init__()
        self.embedding = torch.nn.Embedding(symbols, 5)
        self.rnn = torch.nn.LSTM(5, N, num_layers=layers)
        self.out = torch.nn.Linear(N, symbols)

    def forward(self, ids):
        return self.out(self.rnn(self.embedding(ids).unsqueeze(1))[0][:, 0])


def chars(name, dtype, vocabulary, text, seed):
    """the model reads the symbol before: PyTorch is given the start symbol and all but the last"""
    net = random(Chars(len(vocabulary), 2), seed, dtype)
    ids = [vocabulary.index("<s>")] + [vocabulary.index(c if c in vocabulary else "<unk>") for c in ("\\n" if c == "\n" else c for c in text[:-1])]
    case(name, net, dtype,
         ["data x[t] : chars", "param E, V, c", "e[t] : 5 = E x[t-1]", "h1[t] = lstm(%d, e[t])" % N, "h2[t] = lstm(%d, h1[t])" % N, "z[t] = V h2[t] + c", "x[t] ~ categorical(z[t])"],
         ["E = embedding.weight'", "h1 = lstm: rnn.l0", "h2 = lstm: rnn.l1", "V = out.weight", "c = out.bias"],
         {"z": net(torch.tensor(ids))}, vocabulary={"x": vocabulary}, texts={"x": text})


class Regression(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = torch.nn.LSTMCell(I, N, bias=False)
        self.mean = torch.nn.Linear(N, 1)
        self.register_buffer("steps", torch.tensor(7))

    def forward(self, x):
        h, c, out = torch.zeros(1, N, dtype=x.dtype), torch.zeros(1, N, dtype=x.dtype), []
        for row in x:
            h, c = self.cell(row.unsqueeze(0), (h, c))
            out.append(self.mean(h)[0])
        return torch.stack(out)


def regression(name, dtype, seed):
    net = random(Regression(), seed, dtype)
    x = torch.randn(T, I, dtype=torch.float64)
    out = net(x)
    case(name, net, dtype, ["data x[t] : raw(%d)" % I, "data y[t] : real", "param w, b, s", "h[t] = lstm(%d, x[t])" % N, "m[t] = w' h[t] + b", "y[t] ~ normal(m[t], s)"],
         ["h = lstm, no bias: cell", "w = mean.weight'", "b = mean.bias", "s = -", "- = st*"], {"m": out}, numbers={"x": x})


nn, F64, F32 = torch.nn, torch.float64, torch.float32
recurrent("rnn", nn.RNN(I, N), F64, "rnn", seed=1)
recurrent("rnn_relu", nn.RNN(I, N, nonlinearity="relu"), F32, "rnn_relu", kind="rnn", seed=2)
recurrent("rnn_both", nn.RNN(I, N, num_layers=2, bidirectional=True), F64, "rnn", reverse=True, layers=2, seed=12)
recurrent("lstm_both", nn.LSTM(I, N, num_layers=2, bidirectional=True), F64, "lstm", reverse=True, layers=2, seed=3)
recurrent("lstm_both_single", nn.LSTM(I, N, num_layers=2, bidirectional=True), F32, "lstm", reverse=True, layers=2, seed=4, zero_hh=True)
recurrent("gru_both", nn.GRU(I, N, num_layers=2, bidirectional=True), F64, "gru_torch", kind="gru", reverse=True, layers=2, seed=5)
recurrent("gru_both_single", nn.GRU(I, N, num_layers=2, bidirectional=True), F32, "gru_torch", reverse=True, layers=2, seed=6)
recurrent("gru_half", nn.GRU(I, N), torch.float16, "gru_torch", seed=7)
recurrent("rnn_bfloat", nn.RNN(I, N, bias=False), torch.bfloat16, "rnn", seed=8, bias=False)
chars("chars", F64, ["<pad>", "<s>", " ", "e", "a", "\\n", "é", "b", "<unk>"], "abé e\nbaz a", 9)
chars("chars_single", F32, ["b", "a", "<s>", " "], "ab ba b", 10)
regression("regression", F32, 11)
