#!/usr/bin/env python3
"""Unroll beside PyTorch, ONNX Runtime and JAX on the same work, in one run in which they take turns. Usage: bench/compare.py [--help]

Peers run as bench/peers.py in the virtual environment that bench/setup.sh makes; Unroll is `unroll bench --json` and, for whole uses,
the program as a user runs it. Writes a table (markdown) and every number (JSON). bench/README.md says what each column is."""
import argparse
import fcntl
import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
GRID = [(1, 100, 64, 64), (1, 100, 128, 256), (1, 1000, 256, 1024), (8, 100, 128, 128), (32, 100, 128, 128), (32, 100, 256, 512), (64, 35, 650, 650),
        (128, 50, 64, 64), (256, 200, 128, 256)]
CELLS = ["rnn", "lstm", "gru_torch"]                     # gru_torch: the equations that PyTorch and ONNX call GRU
PEERS = {"torch": "PyTorch", "onnx": "ONNX Runtime", "jax": "JAX"}
PARTS = ["fit", "infer", "stream", "pasted", "own", "ragged", "translate", "nested", "generate", "beam", "start", "memory"]


class Refused(Exception):
    pass


def environment():
    """As a user would have it: what pins OpenBLAS to an old kernel on this machine is not for peers to bear."""
    e = dict(os.environ)
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        e.pop(name, None)
    return e


class Worker:
    """A peer's process, started when first asked."""

    def __init__(self, python, lib, threads, limit):
        self.python, self.lib, self.threads, self.limit, self.p, self.why = python, lib, threads, limit, None, None

    def start(self):
        e = environment()
        e["OMP_NUM_THREADS"] = str(self.threads)
        self.p = subprocess.Popen([self.python, os.path.join(HERE, "peers.py"), self.lib, str(self.threads)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True, env=e)
        return json.loads(self.p.stdout.readline() or '{"error": "did not start"}')

    def ask(self, q):
        if self.why:
            return {"error": self.why}
        if not self.p:
            a = self.start()
            if "error" in a:
                self.why = a["error"]
                return a
        killer = threading.Timer(self.limit, self.p.kill)
        killer.start()
        try:
            self.p.stdin.write(json.dumps(q) + "\n")
            self.p.stdin.flush()
            line = self.p.stdout.readline()
        except BrokenPipeError:
            line = ""
        killer.cancel()
        if line:
            return json.loads(line)
        self.p.wait()
        self.p = None
        return {"error": "took more than %d s, or ended" % self.limit}

    def stop(self):
        if self.p:
            self.p.stdin.close()
            self.p.wait()
            self.p = None


class Compare:
    def __init__(self, o):
        self.o, self.rows, self.workers = o, [], {}
        self.lock = open(o.lock, "w") if o.lock else None
        self.about = describe(o)
        self.held = None                                 # since when the lock is held
        self.limits = {}

    # ---- who is measured
    def worker(self, lib, threads):
        key = lib, threads if lib == "jax" else max(self.o.threads)
        if key not in self.workers:
            self.workers[key] = Worker(self.o.python, lib, key[1], self.o.limit)
        return self.workers[key]

    def peer(self, lib, q):
        return lambda: self.worker(lib, q["threads"]).ask(dict(q, seconds=self.o.seconds))

    def unroll(self, only, what, *options):
        """Runs `unroll bench`; `what` is the field that answers."""
        def go():
            line = [self.o.unroll, "bench", "--json", "-q", "--only", only, "--seconds", str(self.o.seconds)] + [str(x) for x in options]
            p = subprocess.run(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
            if p.returncode:
                return {"error": p.stderr.strip().splitlines()[-1] if p.stderr.strip() else "failed"}
            a = json.loads(p.stdout)
            per = a["positions"] if what.endswith("per_position") else 1
            return {"seconds": a[what], "flops": (a[what.split("_")[0] + "_flops"] or 0) / per, "weight_bytes": a["weight_bytes"]}
        return go

    # ---- a row
    def row(self, part, label, who, threads=1, unit="ms"):
        """who: {name: a function that gives {"seconds": …} or {"error": …}}. They take turns, `rounds` times; the median of each counts."""
        if self.o.rows and not re.search(self.o.rows, part + " " + label):
            return
        r = {"part": part, "label": label, "threads": threads, "unit": unit, "seconds": {}, "error": {}, "how": {}, "all": {}}
        print("%s  %s, %d thread%s" % (part, label, threads, "s" if threads > 1 else ""), file=sys.stderr, flush=True)
        got = {n: [] for n in who}
        for turn in range(self.o.rounds):
            for name, go in who.items():
                if name in r["error"]:
                    continue
                a = self.locked(go)
                if "error" in a or a.get("seconds") is None:
                    r["error"][name] = a.get("error", "not possible")
                    continue
                got[name].append(a["seconds"])
                r["how"][name] = a.get("how", "")
                r["all"].setdefault(name, []).append(a.get("all", a["seconds"]))
                if name == "Unroll" and a.get("flops"):
                    r["flops"], r["weight_bytes"] = a["flops"], a["weight_bytes"]
        for name, s in got.items():
            if s:
                r["seconds"][name] = statistics.median(s)
        self.rows.append(r)
        print("    " + "   ".join("%s %s" % (n, show(s, unit)) for n, s in r["seconds"].items())
              + "".join("   %s: %s" % (n, e) for n, e in r["error"].items()), file=sys.stderr, flush=True)
        self.write()

    def locked(self, go):
        """Takes the lock where it is not held, and lets others have it where it was held for long."""
        if self.lock and self.held is None:
            fcntl.flock(self.lock, fcntl.LOCK_EX)
            self.held = time.monotonic()
        try:
            return go()
        finally:
            if self.lock and time.monotonic() - self.held > self.o.hold:
                self.release()

    def release(self):
        if self.held is not None:
            fcntl.flock(self.lock, fcntl.LOCK_UN)
            self.held = None
            time.sleep(0.5)

    # ---- parts
    def grid(self, part):
        for cell in CELLS:
            for b, t, i, h in GRID:
                for n in self.o.threads:
                    q = {"do": part, "cell": cell, "B": b, "T": t, "I": i, "H": h, "threads": n}
                    who = {"Unroll": self.unroll(part, part + "_seconds", "--cell", cell, "--batch", b, "--steps", t, "--inputs", i, "--hidden", h, "--threads", n)}
                    for lib in ("torch", "jax") if part == "fit" else PEERS:
                        who[PEERS[lib]] = self.peer(lib, q)
                    self.row(part, "%s %d x %d, %d → %d" % (cell, b, t, i, h), who, n)

    def fit(self):
        self.grid("fit")

    def infer(self):
        self.grid("infer")

    def stream(self):
        for cell in CELLS:
            for h in (64, 128, 256, 512, 1024):
                q = {"do": "stream", "cell": cell, "I": h, "H": h, "threads": max(self.o.threads)}
                self.row("stream", "%s %d → %d" % (cell, h, h),
                         {"Unroll": self.unroll("stream", "stream_seconds_per_step", "--cell", cell, "--inputs", h, "--hidden", h, "--threads", 1),
                          "PyTorch": self.peer("torch", q), "ONNX Runtime": self.peer("onnx", dict(q, threads=1))}, 1, "us")

    def pasted(self):
        """`lstm` of the library, and the same equations pasted by a user under other names."""
        for only in ("fit", "infer"):
            for b, t, i, h in ((1, 100, 128, 256), (32, 100, 128, 128), (32, 100, 256, 512)):
                for n in self.o.threads:
                    size = ["--batch", b, "--steps", t, "--inputs", i, "--hidden", h, "--threads", n]
                    self.row("pasted", "%s, %d x %d, %d → %d" % (only, b, t, i, h),
                             {"Unroll": self.unroll(only, only + "_seconds", "--cell", os.path.join(HERE, "cells", "pasted_lstm.unr"), *size),
                              "`lstm`": self.unroll(only, only + "_seconds", "--cell", "lstm", *size)}, n)

    def own(self):
        for cell, name in (("layernorm_lstm", "layernorm_lstm"), ("two_memories", os.path.join(HERE, "cells", "two_memories.unr"))):
            for only in ("fit", "infer"):
                for n in self.o.threads:
                    q = {"do": "own_" + only, "cell": cell, "B": 32, "T": 100, "I": 128, "H": 128, "threads": n}
                    who = {"Unroll": self.unroll(only, only + "_seconds", "--cell", name, "--threads", n), "PyTorch": self.peer("torch", q), "JAX": self.peer("jax", q)}
                    if self.o.compile_loop:
                        who["PyTorch, loop compiled"] = self.peer("torch", dict(q, compile_loop=True))
                    self.row("own", "%s, %s, 32 x 100, 128 → 128" % (cell, only), who, n)

    def ragged(self):
        """Seconds for a real position, of lengths uniform in 1…T and of a full batch."""
        for only in ("fit", "infer"):
            for n in self.o.threads:
                for lengths in ("equal", "uniform"):
                    q = {"do": only, "cell": "lstm", "B": 64, "T": 100, "I": 128, "H": 128, "threads": n, "lengths": lengths, "per_position": True}
                    self.row("ragged", "%s, 64 x %s, 128 → 128" % (only, "100" if lengths == "equal" else "1…100"),
                             {"Unroll": self.unroll(only, only + "_seconds_per_position", "--cell", "lstm", "--batch", 64, "--steps", 100, "--lengths", lengths, "--threads", n),
                              "PyTorch": self.peer("torch", q)}, n, "us")

    def translate(self):
        for only in ("fit", "infer"):
            for n in self.o.threads:
                q = {"do": "translate", "what": only, "B": 32, "T": 20, "H": 256, "vocabulary": 4000, "threads": n}
                self.row("translate", "%s, 32 x 20 to 20 words of 4000" % only,
                         {"Unroll": self.unroll(only, only + "_seconds", "--cell", os.path.join(ROOT, "bench", "cells", "translate.unr"), "--batch", 32, "--steps", 20, "--vocabulary", 4000,
                                                "--threads", n), "PyTorch": self.peer("torch", q)}, n)

    def nested(self):
        """Seconds for a word, read by its letters too."""
        cell = os.path.join(ROOT, "bench", "cells", "tagger.unr")
        for only in ("fit", "infer"):
            for n in self.o.threads:
                for lengths, steps, label in (("equal", 20, "32 x 20 words of 5 letters"), ("uniform", 40, "32 x 1…40 words of 1…9 letters")):
                    q = {"do": "nested", "what": only, "B": 32, "T": steps, "vocabulary": 4000, "threads": n, "lengths": lengths}
                    self.row("nested", "%s, %s" % (only, label), {"Unroll": self.unroll(only, only + "_seconds_per_position", "--cell", cell, "--batch", 32, "--steps", steps, "--vocabulary", 4000,
                                                                                        "--lengths", lengths, "--threads", n), "PyTorch": self.peer("torch", q)}, n, "us")

    # -- the program as a user runs it
    def program(self, *line):
        t = time.perf_counter()
        p = subprocess.run([self.o.unroll] + list(line), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
        t = time.perf_counter() - t
        if p.returncode:
            raise Refused((p.stderr.decode(errors="replace").strip().splitlines() or ["failed"])[-1])
        return t, p.stdout

    def character_model(self, folder):
        """Two LSTMs of 512 on 65 characters, hardly fitted: it is the time that counts, not the text."""
        model, text = os.path.join(folder, "char.model"), os.path.join(folder, "text.txt")
        if not os.path.exists(model):
            with open(text, "w") as f:
                f.write("".join(chr(33 + (k * k + k // 7) % 65) for k in range(400)))
            self.program("fit", os.path.join(ROOT, "models", "char.unr"), "text=" + text, "--stream", "--set", "n=512", "--epochs", "1", "-q", "-o", model)
        return model

    def per_symbol(self, line, few, many):
        """Seconds for each symbol: what a longer text takes more than a shorter one, so that the start does not count."""
        def go():
            try:
                a, _ = self.program(*line, "--min-length", str(few), "--max-length", str(few))
                b, out = self.program(*line, "--min-length", str(many), "--max-length", str(many))
                if len(out) < many // 2:                 # it ended early, so the difference says nothing
                    return {"error": "ended after %d symbols" % len(out)}
                return {"seconds": (b - a) / (many - few)}
            except Refused as e:
                return {"error": str(e)}
        return go

    def generate(self):
        with tempfile.TemporaryDirectory() as folder:
            q = {"do": "generate", "beam": 1, "H": 512, "vocabulary": 68, "threads": max(self.o.threads)}
            self.row("generate", "a character, two LSTMs of 512, likeliest first",
                     {"Unroll": self.per_symbol(["sample", self.character_model(folder), "--prompt", "!", "--top-k", "1", "-q"], 20, 1520),
                      "PyTorch": self.peer("torch", q)}, max(self.o.threads), "us")

    def beam(self):
        with tempfile.TemporaryDirectory() as folder:
            q = {"do": "generate", "beam": 8, "H": 512, "vocabulary": 68, "threads": max(self.o.threads)}
            self.row("beam", "a character, two LSTMs of 512, 8 beams",
                     {"Unroll": self.per_symbol(["predict", self.character_model(folder), "--prompt", "!", "--beam", "8", "-q"], 20, 520), "PyTorch": self.peer("torch", q)}, max(self.o.threads), "us")

    def start(self):
        """From the command to its first result, a small model and a small table; PyTorch: import, load, one LSTM of 32 over the same rows."""
        script = ("import sys, torch\nm = torch.nn.LSTM(1, 32); o = torch.nn.Linear(32, 1)\nif sys.argv[1] == 'save': torch.save([m.state_dict(), o.state_dict()], sys.argv[2])\n"
                  "else:\n    a, b = torch.load(sys.argv[2]); m.load_state_dict(a); o.load_state_dict(b)\n"
                  "    with torch.inference_mode(): print(o(m(torch.randn(200, 1, 1))[0])[-1])\n")
        with tempfile.TemporaryDirectory() as folder:
            table, text, model, saved = [os.path.join(folder, n) for n in ("t.csv", "m.unr", "m.model", "m.pt")]
            with open(table, "w") as f:
                f.write("y\n" + "".join("%g\n" % ((k * 37 % 100) / 100) for k in range(200)))
            with open(text, "w") as f:
                f.write("data y[t] : real\nparam W, b, s\nh[t] = lstm(32, y[t-1])\ny[t] ~ normal(W h[t] + b, s)\n")
            self.program("fit", text, table, "--epochs", "1", "-q", "-o", model)
            subprocess.run([self.o.python, "-c", script, "save", saved], env=environment(), stderr=subprocess.DEVNULL)

            def median(go, times):
                return lambda: {"seconds": statistics.median(go() for _ in range(times))}

            def torch():
                t = time.perf_counter()
                subprocess.run([self.o.python, "-c", script, "use", saved], env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
                return time.perf_counter() - t
            who = {"Unroll": median(lambda: self.program("predict", model, table, "--horizon", "1", "-q")[0], 20)}
            if os.path.exists(saved):
                who["PyTorch"] = median(torch, 3)
            self.row("start", "predict, one LSTM of 32, 200 rows", who)

    def memory(self):
        """Most memory of a process that fits (one batch, twice): resident bytes."""
        def unroll():
            p = subprocess.Popen([self.o.unroll, "bench", "--json", "-q", "--quick", "--only", "fit", "--cell", "lstm", "--batch", "32", "--steps", "1000", "--inputs", "512", "--hidden",
                                  "512", "--threads", str(max(self.o.threads))], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            _, status, use = os.wait4(p.pid, 0)
            return {"error": "failed"} if status else {"seconds": use.ru_maxrss * 1024}

        def torch():
            w = Worker(self.o.python, "torch", max(self.o.threads), self.o.limit)
            a = w.ask({"do": "memory", "cell": "lstm", "B": 32, "T": 1000, "I": 512, "H": 512, "threads": max(self.o.threads), "seconds": 0})
            w.stop()
            if "error" in a:
                return a
            return {"seconds": a["bytes"], "how": "of which %.0f MB before the fit" % (a["before"] / 1e6)}
        rounds, self.o.rounds = self.o.rounds, 1
        self.row("memory", "fit, lstm 32 x 1000, 512 → 512", {"Unroll": unroll, "PyTorch": torch}, max(self.o.threads), "MB")
        self.o.rounds = rounds

    # ---- the machine
    def machine(self):
        line = [self.o.unroll, "bench", "--json", "-q", "--only", "ceiling", "--threads", str(max(self.o.threads)), "--seconds", str(max(self.o.seconds, 1))]
        for r in self.locked(lambda: json.loads(subprocess.run(line, stdout=subprocess.PIPE, env=environment(), check=True).stdout)):
            self.limits[r["threads"]] = r

    def write(self):
        with open(self.o.out + ".json", "w") as f:
            json.dump({"machine": self.about, "limits": self.limits, "rounds": self.o.rounds, "seconds": self.o.seconds, "rows": self.rows}, f, indent=1)
        with open(self.o.out + ".md", "w") as f:
            f.write(markdown(self))

    def run(self):
        self.machine()
        for part in PARTS:
            if part in self.o.only:
                getattr(self, part)()
        self.release()
        for w in self.workers.values():
            w.stop()
        self.write()


# ---- showing
def show(s, unit):
    v = {"ms": 1e3, "us": 1e6, "MB": 1e-6}[unit] * s
    return "%.0f %s" % (v, unit) if v >= 1000 else "%.3g %s" % (v, unit)


def versions(python):
    code = ("import importlib.metadata as m\nfor n in ('torch', 'onnxruntime', 'jax'):\n    try: print(n, m.version(n))\n    except Exception: pass\n")
    try:
        return ", ".join(subprocess.run([python, "-c", code], stdout=subprocess.PIPE, text=True).stdout.split("\n")).strip(", ")
    except OSError:
        return "no peers"


def describe(o):
    cpu = ""
    try:
        with open("/proc/cpuinfo") as f:
            cpu = next((line.split(":")[1].strip() for line in f if line.startswith("model name")), "")
    except OSError:
        pass
    return "%s, %d cores, %s; %s" % (cpu or platform.machine(), os.cpu_count(), time.strftime("%Y-%m-%d"), versions(o.python))


def ceiling_share(c, r):
    """What Unroll reaches of the machine: of its products a second, or, for streams, of the bandwidth of the level that holds the weights."""
    s, l = r["seconds"].get("Unroll"), c.limits.get(r["threads"])
    if not s or not l or not r.get("flops"):
        return ""
    if r["part"] == "stream":
        w = r["weight_bytes"]
        level = "l2" if w <= l["l2_bytes"] else "l3" if w <= l["l3_bytes"] else "memory"
        return "%.0f %% of %s" % (100 * w / s / l[level + "_bytes_per_second"], level.upper() if level != "memory" else level)
    return "%.0f %%" % (100 * r["flops"] / s / l["ceiling_flops_per_second"])


def ratio(r):
    """How many times longer the fastest peer takes."""
    others = {n: s for n, s in r["seconds"].items() if n != "Unroll"}
    if "Unroll" not in r["seconds"] or not others:
        return None
    return min(others.values()) / r["seconds"]["Unroll"]


def markdown(c):
    out = ["Machine: %s." % c.about, ""]
    for n, l in sorted(c.limits.items()):
        out.append("%d thread%s: product %.0f GFLOP/s; L2 %.0f, L3 %.0f, memory %.0f GB/s." % (n, "s" if n > 1 else "", l["ceiling_flops_per_second"] / 1e9, l["l2_bytes_per_second"] / 1e9,
                                                                                          l["l3_bytes_per_second"] / 1e9, l["memory_bytes_per_second"] / 1e9))
    for part in PARTS:
        rows = [r for r in c.rows if r["part"] == part]
        if not rows:
            continue
        names = list(dict.fromkeys(n for r in rows for n in list(r["seconds"]) + list(r["error"]) if n != "Unroll"))
        names.sort(key=lambda n: list(PEERS.values()).index(n) if n in PEERS.values() else 9)
        out += ["", "### " + part, "", "| | threads | Unroll | " + " | ".join(names) + " | fastest other / Unroll | of the machine |", "| --- " * (len(names) + 5) + "|"]
        for r in rows:
            cells = [show(r["seconds"][n], r["unit"]) if n in r["seconds"] else "–" for n in ["Unroll"] + names]
            q = ratio(r)
            out.append("| %s | %d | %s | %s | %s |" % (r["label"], r["threads"], " | ".join(cells), "–" if q is None else "**%.2f**" % q, ceiling_share(c, r)))
        for n, e in dict.fromkeys((n, e) for r in rows for n, e in r["error"].items()):
            out.append("\n%s: %s" % (n, e))
        qs = [q for q in map(ratio, rows) if q]
        if len(qs) > 1:
            out.append("\nGeometric mean of the ratios %.2f, least %.2f; %d of %d rows at least 1." % (statistics.geometric_mean(qs), min(qs), sum(q >= 1 for q in qs), len(qs)))
    return "\n".join(out) + "\n"


def earlier(c, paths):
    """Takes in what earlier runs wrote; a row that is there twice counts as the last file has it."""
    rows = {}
    for path in paths:
        with open(path) as f:
            was = json.load(f)
        c.about = was["machine"]
        c.limits.update({int(n): l for n, l in was["limits"].items()})
        rows.update({(r["part"], r["label"], r["threads"]): r for r in was["rows"]})
    c.rows = list(rows.values())


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--only", default=",".join(PARTS), help="parts, separated by commas: " + ",".join(PARTS))
    a.add_argument("--rows", help="only rows whose part and label match this expression, such as 'lstm 32 x'")
    a.add_argument("--threads", default="1,%d" % os.cpu_count() if os.cpu_count() > 1 else "1")
    a.add_argument("--rounds", type=int, default=3, help="turns that each takes on a row; the median counts")
    a.add_argument("--seconds", type=float, default=0.3, help="how long a turn repeats one measurement")
    a.add_argument("--limit", type=float, default=300, help="seconds after which a peer's answer is given up, compiling included")
    a.add_argument("--compile-loop", action="store_true", help="also torch.compile of the whole loop (minutes for each row)")
    a.add_argument("--lock", help="a file whose lock (flock) is held during every measurement, for machines on which others measure too")
    a.add_argument("--hold", type=float, default=40, help="seconds after which the lock is let go for others")
    a.add_argument("--unroll", default=os.path.join(ROOT, "build", "unroll"))
    a.add_argument("--python", default=os.path.join(ROOT, "build", "bench-venv", "bin", "python"))
    a.add_argument("--out", default=os.path.join(ROOT, "build", "bench"), help="without ending: .md and .json are written")
    a.add_argument("--table", nargs="+", metavar="FILE.json", help="measure nothing: print the table of earlier runs")
    o = a.parse_args()
    o.only = o.only.split(",")
    bad = [p for p in o.only if p not in PARTS]
    if bad:
        a.error("there is no part %s; there are %s" % (", ".join(bad), ", ".join(PARTS)))
    o.threads = sorted(int(n) for n in o.threads.split(","))
    if o.table:
        c = Compare(o)
        earlier(c, o.table)
        print(markdown(c), end="")
        return
    for path, how in ((o.unroll, "make"), (o.python, "sh bench/setup.sh")):
        if not os.path.exists(path):
            a.error("%s is missing: run `%s`" % (path, how))
    c = Compare(o)
    c.run()
    print(markdown(c), end="")


main()
