"""Cells for PyTorch and JAX, each written once over the few functions both have: gates(ops, extra, z, zh, state) -> h, state.

z is W x[t] + b, found for all positions at once before the loop (as a user who cares for speed would), zh is U h[t-1]."""


class Cell:
    def __init__(self, gates, states, step, layernorms=0, recurrent_bias=False):
        self.gates, self.states, self.step, self.layernorms, self.recurrent_bias = gates, states, step, layernorms, recurrent_bias

    def shapes(self, inputs, hidden):
        """Name and shape of every parameter."""
        g = self.gates * hidden
        all_ = [("W", (g, inputs)), ("U", (g, hidden)), ("b", (g,))]
        if self.recurrent_bias:
            all_.append(("c", (g,)))
        for k in range(self.layernorms):
            all_ += [("s%d" % k, (hidden,)), ("t%d" % k, (hidden,))]
        return all_


def split(z, n, hidden):
    return [z[..., k * hidden:(k + 1) * hidden] for k in range(n)]


def rnn(o, p, z, zh, s):
    h = o.tanh(z + zh)
    return h, (h,)


def lstm(o, p, z, zh, s):
    a = z + zh
    n = s[0].shape[-1]
    i, f, g, u = split(a, 4, n)
    c = o.sigmoid(f) * s[1] + o.sigmoid(i) * o.tanh(g)
    h = o.sigmoid(u) * o.tanh(c)
    return h, (h, c)


def gru_torch(o, p, z, zh, s):
    n = s[0].shape[-1]
    r, u, g = split(z, 3, n)
    rh, uh, gh = split(zh + p["c"], 3, n)
    u = o.sigmoid(u + uh)
    g = o.tanh(g + o.sigmoid(r + rh) * gh)
    h = u * s[0] + (1 - u) * g
    return h, (h,)


def layernorm(o, x, s, t):
    d = x - o.mean(x)
    return s * d / o.sqrt(o.mean(d * d) + 1e-5) + t


def layernorm_lstm(o, p, z, zh, s):
    a = z + zh
    i, f, u, g = [layernorm(o, x, p["s%d" % k], p["t%d" % k]) for k, x in enumerate(split(a, 4, s[0].shape[-1]))]
    c = o.sigmoid(f + 1) * s[1] + o.sigmoid(i) * o.tanh(g)
    h = o.sigmoid(u) * o.tanh(layernorm(o, c, p["s4"], p["t4"]))
    return h, (h, c)


def two_memories(o, p, z, zh, s):
    a = z + zh
    f, w, u, g = split(a, 4, s[0].shape[-1])
    f, w, g = o.sigmoid(f), o.sigmoid(w), o.tanh(g)
    fast = f * s[1] + (1 - f) * g
    slow = w * s[2] + (1 - w) * g
    h = o.sigmoid(u) * o.tanh(fast + slow)
    return h, (h, fast, slow)


CELLS = {"rnn": Cell(1, 1, rnn), "lstm": Cell(4, 2, lstm), "gru_torch": Cell(3, 1, gru_torch, recurrent_bias=True),
         "layernorm_lstm": Cell(4, 2, layernorm_lstm, layernorms=5), "two_memories": Cell(4, 3, two_memories)}
