"""One peer, one process: reads a request (a line of JSON) from standard input, answers with a line of JSON. Usage: peers.py torch|onnx|jax THREADS

A request says what to do (fit, infer, stream, …), the sizes and for how long to repeat it; the answer has the median of the seconds of one run.
What is prepared for a request stays until another is asked for, so that peers can take turns on one row without preparing twice."""
import json
import os
import resource
import sys
import time


def timed(go, seconds, least=3):
    """Median seconds of one call, repeated for about `seconds`; the first call, which prepares (and compiles), does not count."""
    runs = []
    go()
    begun = time.perf_counter()
    while True:
        t = time.perf_counter()
        spent = t - begun
        if runs and spent > seconds and (len(runs) >= least or spent > 3 * seconds) or len(runs) >= 2000:
            break
        go()
        runs.append(time.perf_counter() - t)
    runs.sort()
    return (runs[len(runs) // 2] + runs[(len(runs) - 1) // 2]) / 2, len(runs)


def lengths_of(q):
    import random
    r = random.Random(q.get("seed", 0))
    return [r.randint(1, q["T"]) if q.get("lengths") == "uniform" else q["T"] for _ in range(q["B"])]


class Peer:
    """prepare_WHAT(q) gives the variants of what is asked: {name: a call to time}. The fastest is the answer."""
    threads = 1

    def __init__(self):
        self.key, self.variants, self.positions = None, {}, 1

    def thread_choices(self, q):
        return [None]

    def set_threads(self, n):
        pass

    def answer(self, q):
        key = {k: v for k, v in q.items() if k != "seconds"}
        if key != self.key:
            self.variants, self.key = {}, None
            self.positions = 1
            self.variants = getattr(self, "prepare_" + q["do"])(q)
            self.key = key
        best, all_ = None, {}
        for name, go in self.variants.items():
            for n in self.thread_choices(q):
                self.set_threads(n)
                s, runs = timed(go, q["seconds"])
                label = name if n is None else "%s, %d threads" % (name, n)
                all_[label] = s / self.positions
                if best is None or s < best[0]:
                    best = (s, runs, label)
        return {"seconds": best[0] / self.positions, "runs": best[1], "how": best[2], "all": all_}


# ---- PyTorch
class Torch(Peer):
    def __init__(self, threads):
        super().__init__()
        import torch
        self.t, self.most = torch, threads
        torch.manual_seed(0)
        torch.set_flush_denormal(True)
        torch.set_num_threads(threads)

    def thread_choices(self, q):
        return range(1, q.get("threads", self.most) + 1)

    def set_threads(self, n):
        self.t.set_num_threads(n)

    def layer(self, cell, inputs, hidden, layers=1):
        nn = self.t.nn
        return {"rnn": nn.RNN, "lstm": nn.LSTM, "gru_torch": nn.GRU}[cell](inputs, hidden, layers)

    def prepare_fit(self, q):
        """Gradients of 0.5 Σ (h - y)² for all parameters, none for x: as `y[t] ~ normal(h[t], 1)` in Unroll."""
        t = self.t
        m = self.layer(q["cell"], q["I"], q["H"])
        x, y = t.randn(q["T"], q["B"], q["I"]), t.randn(q["T"], q["B"], q["H"])
        if q.get("lengths") == "uniform":
            n = t.tensor(lengths_of(q))
            pack = t.nn.utils.rnn.pack_padded_sequence
            x, y = pack(x, n, enforce_sorted=False), pack(y, n, enforce_sorted=False).data
            self.positions = int(n.sum())
        elif q.get("per_position"):
            self.positions = q["B"] * q["T"]
        p = list(m.parameters())

        def go():
            h = m(x)[0]
            h = h if isinstance(h, t.Tensor) else h.data
            t.autograd.grad(0.5 * ((h - y) ** 2).sum(), p)
        return {"nn": go}

    def prepare_infer(self, q):
        t = self.t
        m = self.layer(q["cell"], q["I"], q["H"]).eval()
        x = t.randn(q["T"], q["B"], q["I"])
        if q.get("lengths") == "uniform":
            n = t.tensor(lengths_of(q))
            x = t.nn.utils.rnn.pack_padded_sequence(x, n, enforce_sorted=False)
            self.positions = int(n.sum())
        elif q.get("per_position"):
            self.positions = q["B"] * q["T"]

        def go():
            with t.inference_mode():
                m(x)
        return {"nn": go}

    def prepare_stream(self, q):
        t, steps = self.t, 50
        nn, x = t.nn, t.randn(1, q["I"])
        one = {"rnn": nn.RNNCell, "lstm": nn.LSTMCell, "gru_torch": nn.GRUCell}[q["cell"]](q["I"], q["H"])
        layer = self.layer(q["cell"], q["I"], q["H"])
        self.positions = steps
        tuple_state = q["cell"] == "lstm"

        def by_cell():
            with t.inference_mode():
                s = None
                for _ in range(steps):
                    s = one(x, s)
                (s[0] if tuple_state else s).numpy()

        def by_layer():
            with t.inference_mode():
                s = None
                for _ in range(steps):
                    s = layer(x.view(1, 1, -1), s)[1]
        return {"cell": by_cell, "layer": by_layer}

    # -- cells of one's own
    def own(self, q):
        from cells import CELLS
        t = self.t

        class ops:
            sigmoid, tanh, sqrt = t.sigmoid, t.tanh, t.sqrt

            @staticmethod
            def mean(x):
                return x.mean(-1, keepdim=True)
        c = CELLS[q["cell"]]
        p = {n: t.nn.Parameter(0.08 * t.randn(*s)) for n, s in c.shapes(q["I"], q["H"])}

        def step(p, z, s):
            return c.step(ops, p, z, s[0] @ p["U"].T, s)

        def loop(step):
            def run(p, x):
                z = x @ p["W"].T + p["b"]
                s = tuple(t.zeros(x.shape[1], q["H"]) for _ in range(c.states))
                out = []
                for k in range(x.shape[0]):
                    h, s = step(p, z[k], s)
                    out.append(h)
                return t.stack(out)
            return run
        forms = {"eager": loop(step), "compiled step": loop(t.compile(step, dynamic=False))}
        if q.get("compile_loop"):
            forms = {"compiled loop": t.compile(loop(step), dynamic=False)}
        return p, forms

    def prepare_own_fit(self, q):
        t = self.t
        p, forms = self.own(q)
        x, y = t.randn(q["T"], q["B"], q["I"]), t.randn(q["T"], q["B"], q["H"])
        used = [v for k, v in p.items()]

        def make(run):
            return lambda: t.autograd.grad(0.5 * ((run(p, x) - y) ** 2).sum(), used)
        return {name: make(run) for name, run in forms.items()}

    def prepare_own_infer(self, q):
        t = self.t
        p, forms = self.own(q)
        x = t.randn(q["T"], q["B"], q["I"])

        def make(run):
            def go():
                with t.no_grad():
                    run(p, x)
            return go
        return {name: make(run) for name, run in forms.items()}

    # -- models
    def passes(self, q, loss, p):
        """A loss with the gradients of p, or alone."""
        def fit():
            self.t.autograd.grad(loss(), p)

        def infer():
            with self.t.inference_mode():
                loss()
        return {"nn": fit if q["what"] == "fit" else infer}

    def prepare_translate(self, q):
        """cells/translate.unr: bidirectional encoder, additive attention, teacher forcing."""
        t = self.t
        nn, n, v, b = t.nn, q["H"], q["vocabulary"] + 3, q["B"]
        src, tgt = t.randint(3, v, (q["T"], b)), t.randint(3, v, (q["T"], b))
        e, f, enc, dec = nn.Embedding(v, 128), nn.Embedding(v, 128), nn.GRU(128, n, bidirectional=True), nn.GRUCell(128 + 2 * n, n)
        w0, wa, ua = nn.Linear(n, n, bias=False), nn.Linear(n, n, bias=False), nn.Linear(2 * n, n, bias=False)
        vv, out = nn.Linear(n, 1, bias=False), nn.Linear(3 * n, v)
        p = [x for m in (e, f, enc, dec, w0, wa, ua, vv, out) for x in m.parameters()]
        before = t.cat([t.ones(1, b, dtype=t.long), tgt[:-1]])

        def loss():
            h = enc(e(src))[0]
            d, keys, given, rows = t.tanh(w0(h[0, :, n:])), ua(h), f(before), []
            for k in range(q["T"]):
                a = t.softmax(vv(t.tanh(wa(d) + keys)), 0)
                c = (a * h).sum(0)
                d = dec(t.cat([given[k], c], 1), d)
                rows.append(t.cat([d, c], 1))
            return nn.functional.cross_entropy(out(t.stack(rows)).view(-1, v), tgt.view(-1), reduction="sum")

        return self.passes(q, loss, p)

    def prepare_nested(self, q):
        """cells/tagger.unr: LSTMs over the letters of each word and over the words, sequences packed where they are ragged."""
        import random
        t, r, v, ragged = self.t, random.Random(1), q["vocabulary"] + 3, q["lengths"] == "uniform"
        nn, rnn, n = t.nn, t.nn.utils.rnn, lengths_of(q)
        words = sum(n)
        letters = [r.randint(1, 9) if ragged else 5 for _ in range(words)]
        c, e, w = nn.Embedding(v, 48), nn.Embedding(v, 96), nn.Linear(384, v)
        inner, outer = nn.LSTM(48, 100, bidirectional=True), nn.LSTM(296, 192, bidirectional=True)
        p = [x for m in (c, e, w, inner, outer) for x in m.parameters()]
        char, word, tag = t.randint(3, v, (max(letters), words)), t.randint(3, v, (words,)), t.randint(3, v, (words,))
        place = rnn.pad_sequence(t.arange(words).split(n))                  # of each word in `word`, [positions, examples]
        if ragged:                                                           # packed beforehand: what is looked up, and the order of the words
            char = rnn.pack_padded_sequence(char, t.tensor(letters), enforce_sorted=False)
            place = rnn.pack_padded_sequence(place, t.tensor(n), enforce_sorted=False)
        self.positions = words

        def like(pack, data):
            return rnn.PackedSequence(data, pack.batch_sizes, pack.sorted_indices, pack.unsorted_indices)

        def loss():
            h = inner(like(char, c(char.data)) if ragged else c(char))[1][0]
            x = t.cat([e(word), h[0], h[1]], 1)
            x = x[place.data]
            h = outer(like(place, x) if ragged else x)[0]
            return nn.functional.cross_entropy(w(h.data if ragged else h).view(words, v), tag[place.data].view(-1), reduction="sum")

        return self.passes(q, loss, p)

    def prepare_generate(self, q):
        """models/char.unr with two LSTMs: q["beam"] hypotheses (1: greedy), seconds for each symbol."""
        t, steps, k = self.t, 50, q["beam"]
        nn, n, v = t.nn, q["H"], q["vocabulary"]
        e, layers, out = nn.Embedding(v, 64), nn.LSTM(64, n, 2), nn.Linear(n, v)
        one, two = nn.LSTMCell(64, n), nn.LSTMCell(n, n)
        self.positions = steps

        def greedy(step):
            x, s = t.zeros(1, dtype=t.long), None
            for _ in range(steps):
                o, s = step(x, s)
                x = o.argmax(-1)
                x.item()

        def beam(step):
            x, s, score = t.zeros(k, dtype=t.long), None, t.zeros(k)
            for _ in range(steps):
                o, s = step(x, s)
                score, at = (score[:, None] + t.log_softmax(o, -1)).view(-1).topk(k)
                x, rows = at % v, at // v
                s = pick(s, rows)

        def by_layers(x, s):
            h, s = layers(e(x)[None], s)
            return out(h[0]), s

        def by_cells(x, s):
            a = one(e(x), s and s[0])
            b = two(a[0], s and s[1])
            return out(b[0]), (a, b)

        def pick(s, rows):
            if isinstance(s[0], tuple):
                return tuple(tuple(y[rows] for y in x) for x in s)
            return tuple(x[:, rows] for x in s)

        def make(step):
            def go():
                with t.inference_mode():
                    (greedy if k == 1 else beam)(step)
            return go
        return {"layers": make(by_layers), "cells": make(by_cells)}

    def prepare_memory(self, q):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        go = self.prepare_fit(q)["nn"]
        go()
        go()
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        raise Done({"bytes": most, "before": before})


class Done(Exception):
    pass


# ---- ONNX Runtime: one node in a graph, no training
class Onnx(Peer):
    def __init__(self, threads):
        super().__init__()
        import numpy
        import onnx
        import onnxruntime
        self.np, self.onnx, self.rt = numpy, onnx, onnxruntime
        self.most = threads

    def session(self, q, streaming):
        o, np = self.onnx, self.np
        kind, gates, more = {"rnn": ("RNN", 1, {}), "lstm": ("LSTM", 4, {}), "gru_torch": ("GRU", 3, {"linear_before_reset": 1})}[q["cell"]]
        r = np.random.RandomState(0)
        put = lambda name, *shape: o.numpy_helper.from_array((0.08 * r.randn(*shape)).astype(np.float32), name)
        h, i = q["H"], q["I"]
        weights = [put("W", 1, gates * h, i), put("R", 1, gates * h, h), put("B", 1, 2 * gates * h)]
        value = lambda name, *shape: o.helper.make_tensor_value_info(name, o.TensorProto.FLOAT, shape)
        states = (["h", "c"] if kind == "LSTM" else ["h"]) if streaming else []
        t, b = (1, 1) if streaming else (q["T"], q["B"])
        node = o.helper.make_node(kind, ["X", "W", "R", "B"] + ([""] + states if states else []), ["" if streaming else "Y"] + [s + "_next" for s in states],
                                  hidden_size=h, **more)
        outs = [value(s + "_next", 1, b, h) for s in states] or [value("Y", t, 1, b, h)]
        g = o.helper.make_graph([node], "g", [value("X", t, b, i)] + [value(s, 1, b, h) for s in states], outs, weights)
        m = o.helper.make_model(g, opset_imports=[o.helper.make_opsetid("", 17)], ir_version=8)
        so = self.rt.SessionOptions()
        so.intra_op_num_threads, so.inter_op_num_threads = q.get("threads", 1), 1
        return self.rt.InferenceSession(m.SerializeToString(), so, providers=["CPUExecutionProvider"]), states

    def prepare_infer(self, q):
        s, _ = self.session(q, False)
        x = self.np.random.RandomState(1).randn(q["T"], q["B"], q["I"]).astype(self.np.float32)
        return {"node": lambda: s.run(None, {"X": x})}

    def prepare_stream(self, q):
        np, steps = self.np, 50
        s, states = self.session(q, True)
        self.positions = steps
        x = np.random.RandomState(1).randn(1, 1, q["I"]).astype(np.float32)

        def go():
            feed = {n: np.zeros((1, 1, q["H"]), np.float32) for n in states}
            for _ in range(steps):
                feed["X"] = x
                feed = dict(zip(states, s.run(None, feed)))
        return {"node": go}


# ---- JAX: lax.scan, compiled
class Jax(Peer):
    def __init__(self, threads):
        super().__init__()
        if threads == 1:                                 # XLA asks the machine, not an option: so the machine is made one core
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        import jax
        import numpy
        self.jax, self.np = jax, numpy

    def scan(self, q):
        from cells import CELLS
        jax, jnp = self.jax, self.jax.numpy

        class ops:
            sigmoid, tanh, sqrt = jax.nn.sigmoid, jnp.tanh, jnp.sqrt

            @staticmethod
            def mean(x):
                return x.mean(-1, keepdims=True)
        c = CELLS[q["cell"]]
        r = self.np.random.RandomState(0)
        array = lambda *s: jnp.asarray((0.08 * r.randn(*s)).astype("float32"))
        p = {n: array(*s) for n, s in c.shapes(q["I"], q["H"])}

        def run(p, x):
            z = x @ p["W"].T + p["b"]

            def step(s, zt):
                h, s = c.step(ops, p, zt, s[0] @ p["U"].T, s)
                return s, h
            s = tuple(jnp.zeros((x.shape[1], q["H"])) for _ in range(c.states))
            return jax.lax.scan(step, s, z)[1]
        return run, p, array(q["T"], q["B"], q["I"]), array(q["T"], q["B"], q["H"])

    def prepare_fit(self, q):
        run, p, x, y = self.scan(q)
        f = self.jax.jit(self.jax.value_and_grad(lambda p, x, y: 0.5 * ((run(p, x) - y) ** 2).sum()))
        return {"scan": lambda: self.jax.block_until_ready(f(p, x, y))}

    def prepare_infer(self, q):
        run, p, x, _ = self.scan(q)
        f = self.jax.jit(run)
        return {"scan": lambda: self.jax.block_until_ready(f(p, x))}

    prepare_own_fit, prepare_own_infer = prepare_fit, prepare_infer


def main():
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)                                        # what a library prints is not an answer
    try:
        peer = {"torch": Torch, "onnx": Onnx, "jax": Jax}[sys.argv[1]](int(sys.argv[2]))
        print(json.dumps({"ready": sys.argv[1]}), file=answers)
    except ImportError as e:
        print(json.dumps({"error": str(e)}), file=answers)
        return
    for line in sys.stdin:
        try:
            a = peer.answer(json.loads(line))
        except Done as d:
            a = d.args[0]
        except Exception as e:                           # said in the table, whatever it is
            a = {"error": "%s: %s" % (type(e).__name__, (str(e).strip().splitlines() or [""])[0][:200])}
        print(json.dumps(a), file=answers)


main()
