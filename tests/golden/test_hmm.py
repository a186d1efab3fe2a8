"""Hidden Markov models and switching regressions of the literature, at given parameters: likelihood, likeliest path, filtered and smoothed
probabilities, cells that are missing, transitions that read data. The numbers are of hmmlearn, dynamax, depmixS4 and statsmodels, and of a
forward-backward recursion in 50 digits; the data are read from UNROLL_DATA/golden-hmm. 77: not there."""
import csv, math, os, subprocess, sys, tempfile

ROOT = os.environ.get("UR_SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
DATA = os.path.join(os.environ.get("UNROLL_DATA", os.path.join(ROOT, "../shared/data")), "golden-hmm")
UNROLL = os.environ.get("UNROLL", os.path.join(ROOT, "build/unroll"))
bad = checks = 0


def near(what, got, want, by):
    global bad, checks
    checks += 1
    if not abs(got - want) <= by * max(1, abs(want)):
        bad += 1
        print("FAULT: %s: %.15g, not %.15g" % (what, got, want))


def run(*args):
    r = subprocess.run([UNROLL, *args], capture_output=True, text=True)
    if r.returncode:
        print("FAULT: unroll %s\n%s" % (" ".join(args), r.stderr))
        sys.exit(1)
    return r.stdout


def read(path):                                             # name → (dims, numbers)
    out, name, dims, v = {}, None, None, []
    for line in open(path):
        words = line.split()
        if not words or line[0] == "#":
            continue
        if words[0] != "nan" and words[0][0].isalpha():
            out[name] = (dims, v)
            name, dims, v = words[0], [int(k) for k in words[1].split("x")], []
        else:
            v += [float(w) for w in words]
    out[name] = (dims, v)
    return out


def matrix(rows):
    return "[" + "; ".join(", ".join("%.17g" % v for v in r) for r in rows) + "]"


def rows_of(f, name):
    dims, v = f[name]
    w = dims[1] if len(dims) > 1 else 1
    return [v[i * w:(i + 1) * w] for i in range(len(v) // w)]


def turned(m):
    return [list(c) for c in zip(*m)]


def log(p):
    return math.log(p) if p > 0 else -1e9


def table(path, lengths, columns):                          # columns: name → values
    with open(path, "w") as f:
        names = list(columns)
        print(",".join(["series"] + names), file=f)
        at = 0
        for s, n in enumerate(lengths):
            for i in range(at, at + n):
                cells = [columns[c][i] for c in names]
                print(",".join([str(s)] + ["" if v != v else "%.17g" % v for v in cells]), file=f)
            at += n


def likelihood(text, data, *bind):                          # log p at the numbers that the text fixes
    open("m.unr", "w").write(text)
    run("fit", "m.unr", *bind, data, "--group", "series", "-q", "--precision", "double", "--epochs", "1", "-o", "m.model")
    out = csv.DictReader(run("score", "m.model", *bind, data, "--group", "series", "-q", "--csv").splitlines())
    return -sum(float(r["model"]) * float(r["n"]) for r in out if r["score"].startswith("negative"))


def values(name, data, *bind):                              # row by row, all numbers of a position
    out = csv.reader(run("values", "m.model", *bind, data, name, "--group", "series", "-q", "--csv").splitlines())
    head = next(out)
    at = [i for i, h in enumerate(head) if h.startswith(name)]
    return [[float(r[i]) for i in at] for r in out]


def chain(k, f):
    start = "[" + "; ".join("%.17g" % log(p) for p in f["startprob"][1]) + "]"
    move = turned([[log(p) for p in r] for r in rows_of(f, "transmat")]) if "transmat" in f else None
    return ("latent z[t] : symbol(%d)\nz[1] ~ categorical(%s)\n" % (k, start) +
            ("fixed A = %s\nz[t] ~ categorical(A z[t-1])\n" % matrix(move) if move else ""))


def factor(c):                                              # lower, of a covariance matrix
    a = math.sqrt(c[0][0])
    b = c[1][0] / a
    return [[a, 0], [b, math.sqrt(c[1][1] - b * b)]]


def toy(name, k, line, columns, *more):
    f = read(os.path.join(DATA, "toy", name + ".txt"))
    lengths = [int(n) for n in f["lengths"][1]]
    data = columns(f)
    table("d.csv", lengths, data)
    vector = [c for c in data if c.startswith("c")]
    bind = ["y=" + "..".join([vector[0], vector[-1]]) if len(vector) > 1 else "y=c0", *more]
    text = chain(k, f) + line(f)
    near(name + ": log p", likelihood(text, "d.csv", *bind), f["loglik_total"][1][0], 1e-10)
    got = [int(r[0]) - 1 for r in values("z", "d.csv", *bind)]
    near(name + ": the likeliest path", sum(a != b for a, b in zip(got, f["viterbi_path"][1])) + abs(len(got) - len(f["viterbi_path"][1])), 0, 0)
    for part, key in (("z.filtered", "filtered"), ("z.smoothed", "gamma")):
        for i, (r, w) in enumerate(zip(values(part, "d.csv", *bind), rows_of(f, key))):
            for q in range(k):
                near("%s: %s, row %d" % (name, part, i + 1), r[q], w[q], 1e-8)


def cells(f):
    return {"c%d" % i: c for i, c in enumerate(turned(rows_of(f, "X")))}


def by_state(f, name, fn=lambda v: v):                      # a table with a column for each state
    return matrix([[fn(v) for v in r] for r in turned(rows_of(f, name))])


def gauss(f):
    return "data y[t] : raw(2)\nfixed m = %s, s = %s\ny[t] ~ normal(m z[t], s z[t])\n" % (by_state(f, "means"), by_state(f, "covars", math.sqrt))


def full(f):
    c = [rows_of(f, "covars[%d]" % i) for i in range(3)]
    parts = " + ".join("(z[t] == %d) * %s" % (i + 1, "L%d" % i) for i in range(3))
    return ("data y[t] : raw(2)\nfixed m = %s\n" % by_state(f, "means") + "".join("fixed L%d = %s\n" % (i, matrix(factor(c[i]))) for i in range(3)) +
            "y[t] ~ normal(m z[t], factor = %s)\n" % parts)


def tied(f):
    return "data y[t] : raw(2)\nfixed m = %s, L = %s\ny[t] ~ normal(m z[t], factor = L)\n" % (by_state(f, "means"), matrix(factor(rows_of(f, "covars"))))


def spherical(f):
    return ("data y[t] : raw(2)\nfixed m = %s, s = %s\ny[t] ~ normal(m z[t], s z[t])\n" %
            (by_state(f, "means"), matrix([[math.sqrt(v) for v in f["covars"][1]]] * 2)))


def poisson(f):
    n = f["lambdas"][0][1]
    kind = "count(%d)" % n if n > 1 else "count"
    return "data y[t] : %s\nfixed m = %s\ny[t] ~ poisson(m z[t])\n" % (kind, by_state(f, "lambdas"))


def words(f):
    return "data y[t] : symbol(%d)\nfixed B = %s\ny[t] ~ categorical(B z[t])\n" % (f["emissionprob"][0][1], by_state(f, "emissionprob", log))


def mixture(f):
    w = [[log(p) for p in r] for r in rows_of(f, "weights")]
    parts = []
    text = "data y[t] : raw(2)\nfixed w = %s\n" % matrix(turned(w))
    for c in range(2):                                      # one component of each state
        m = [rows_of(f, "means[%d]" % q)[c] for q in range(2)]
        s = [[math.sqrt(v) for v in rows_of(f, "covars[%d]" % q)[c]] for q in range(2)]
        text += "fixed m%d = %s, s%d = %s\n" % (c, matrix(turned(m)), c, matrix(turned(s)))
        parts.append("normal(m%d z[t], factor = diag(s%d z[t]))" % (c, c))
    return text + "y[t] ~ mixture(w z[t], %s)\n" % ", ".join(parts)


def driven(emission):
    def line(f):
        W = [rows_of(f, "W[%d]" % i) for i in range(3)]
        a = turned(rows_of(f, "a"))
        text = "data u[t] : raw(2), y[t] : raw\nfixed a = %s\n" % matrix(a)
        text += "".join("fixed W%d = %s\n" % (i, matrix(W[i])) for i in range(3))
        text += "z[t] ~ categorical(a z[t-1] + " + " + ".join("(z[t-1] == %d) * (W%d u[t])" % (i + 1, i) for i in range(3)) + ")\n"
        text += "fixed c = %s, s = %s\n" % (matrix([f["c"][1]]), matrix([f["sd"][1]]))
        if emission:
            return text + "fixed D = %s\ny[t] ~ normal(c z[t] + dot(z[t], D u[t]), s z[t])\n" % matrix(rows_of(f, "d"))
        return text + "y[t] ~ normal(c z[t], s z[t])\n"
    return line


def inputs(f):
    out = {"c0": f["x"][1]}
    for i, c in enumerate(turned(rows_of(f, "u"))):
        out["u%d" % i] = c
    return out


def toys():
    toy("categorical-weather", 2, words, cells)
    toy("categorical-ragged", 2, words, cells)
    toy("poisson-1d", 2, poisson, cells)
    toy("poisson-3d", 2, poisson, cells)
    toy("gauss-diag", 3, gauss, cells)
    toy("gauss-diag-missing", 3, gauss, cells)
    toy("gauss-spherical", 3, spherical, cells)
    toy("gauss-tied", 3, tied, cells)
    toy("gauss-full", 3, full, cells)
    toy("gauss-full-missing", 3, full, cells)
    toy("gmm-diag", 2, mixture, cells)
    toy("iohmm-transition", 3, driven(False), inputs, "u=u0..u1")
    toy("iohmm-transition-emission", 3, driven(True), inputs, "u=u0..u1")


# ---- switching regressions: p[i->0] is the probability of regime 0 after regime i; sigma2 variances
def columns_of(path, skip=0):
    rows = list(csv.DictReader(open(path)))[skip:]
    return {name: [float(r[name]) if r[name] not in ("", "nan") else math.nan for r in rows] for name in rows[0] if name not in ("quarter", "month")}


def logit(p):
    return log(p) - log(1 - p)


def switching(name, data, text, params, regimes=2, start="z[1] ~ stationary", move=None):
    f = read(os.path.join(DATA, "switching", "switching-reference.txt"))
    order = [n for n in params.split()]
    v = dict(zip(order, f[name + "_params"][1]))
    n = len(next(iter(data.values())))
    table("d.csv", [n], data)
    if regimes == 2 and not move:
        move = "fixed A = %s\nz[t] ~ categorical(A z[t-1])" % matrix([[logit(v["p0"]), logit(v["p1"])], [0, 0]])
    for k in list(v):
        text, move = text.replace("{%s}" % k, "%.17g" % v[k]), move.replace("{%s}" % k, "%.17g" % v[k])
    if regimes == 3:
        P = [[v["p0"], v["p1"], v["p2"]], [v["q0"], v["q1"], v["q2"]]]
        P.append([max(1e-300, 1 - a - b) for a, b in zip(*P)])
        move = "fixed A = %s\nz[t] ~ categorical(A z[t-1])" % matrix([[log(p) for p in r] for r in P])
    got = likelihood("latent z[t] : symbol(%d)\n%s\n%s\n%s\n" % (regimes, start, move, text), "d.csv")
    near(name + ": log p", got, f[name + "_loglik_at_params"][1][0], 1e-9)
    states = os.path.join(DATA, "switching", name + "-states.csv")
    if not os.path.exists(states):
        return
    want = list(csv.DictReader(open(states)))
    for part in "filtered", "smoothed":
        got = values("z." + part, "d.csv")
        for r in want:
            for q in range(regimes):
                near("%s: %s, t %s" % (name, part, r["t"]), got[int(r["t"])][q], float(r["%s%d" % (part, q)]), 1e-6)


def switchings():
    path = lambda n: os.path.join(DATA, "switching", n)
    gnp = columns_of(path("rgnp.csv"))
    y = {"y": gnp["rgnp_growth"]}
    switching("hamilton-ar4", y, """data y[t] : raw
fixed m = [{c0}, {c1}], a1 = {a1}, a2 = {a2}, a3 = {a3}, a4 = {a4}, v = {v}
d[t] = y[t] - m z[t]
y[t] ~ normal(m z[t] + a1 * d[t-1] + a2 * d[t-2] + a3 * d[t-3] + a4 * d[t-4], sqrt(v)) if t > 4""", "p0 p1 c0 c1 v a1 a2 a3 a4")
    switching("hamilton-ar2-switch", y, """data y[t] : raw
fixed m = [{c0}, {c1}], a1 = [{a10}, {a11}], a2 = [{a20}, {a21}], v = {v}
d[t] = y[t] - m z[t]
y[t] ~ normal(m z[t] + (a1 z[t]) * d[t-1] + (a2 z[t]) * d[t-2], sqrt(v)) if t > 2""", "p0 p1 c0 c1 v a10 a11 a20 a21")
    ar1 = """data y[t] : raw
fixed m = [{c0}, {c1}], a = [{a0}, {a1}], v = {v}
d[t] = y[t] - m z[t]
y[t] ~ normal(m z[t] + (a z[t]) * d[t-1], sqrt(v)) if t > 1"""
    switching("hamilton-ar1-switch", y, ar1, "p0 p1 c0 c1 v a0 a1")
    tvtp = """data x[t] : raw
fixed A = [{u0}, {u1}; 0, 0], B = [{w0}, {w1}; 0, 0]
z[t] ~ categorical(A z[t-1] + (B z[t-1]) * x[t])"""
    switching("hamilton-ar1-tvtp", dict(y, x=gnp["recession"]), ar1, "u0 u1 w0 w1 c0 c1 v a0 a1", move=tvtp)
    f = columns_of(path("filardo.csv"))
    switching("filardo", {"y": f["dlip"][1:], "x": f["dmdlleading"][:-1]}, """data y[t] : raw
fixed m = [{c0}, {c1}], a1 = {a1}, a2 = {a2}, a3 = {a3}, a4 = {a4}, v = {v}
d[t] = y[t] - m z[t]
y[t] ~ normal(m z[t] + a1 * d[t-1] + a2 * d[t-2] + a3 * d[t-3] + a4 * d[t-4], sqrt(v)) if t > 4""", "u0 u1 w0 w1 c0 c1 v a1 a2 a3 a4", move=tvtp)
    f = columns_of(path("fedfunds.csv"))
    switching("fedfunds-const", {"y": f["fedfunds"]}, "data y[t] : raw\nfixed m = [{c0}, {c1}], v = {v}\ny[t] ~ normal(m z[t], sqrt(v))", "p0 p1 c0 c1 v")
    lag = {"y": f["fedfunds"][1:], "l": f["fedfunds"][:-1]}
    switching("fedfunds-lag", lag, """data y[t] : raw, l[t] : raw
fixed m = [{c0}, {c1}], b = [{b0}, {b1}], v = {v}
y[t] ~ normal(m z[t] + (b z[t]) * l[t], sqrt(v))""", "p0 p1 c0 c1 b0 b1 v")
    lag = {"y": f["fedfunds"][4:], "l": f["fedfunds"][3:-1], "o": f["ogap"][4:], "i": f["inflation"][4:]}
    switching("fedfunds-lag-exog", lag, """data y[t] : raw, l[t] : raw, o[t] : raw, i[t] : raw
fixed B = [{c0}, {c1}; {b0}, {b1}; {o0}, {o1}; {i0}, {i1}], v = {v}
y[t] ~ normal(dot(B z[t], [1; l[t]; o[t]; i[t]]), sqrt(v))""", "p0 p1 c0 c1 b0 b1 o0 o1 i0 i1 v")
    switching("fedfunds-lag-exog3", lag, """data y[t] : raw, l[t] : raw, o[t] : raw, i[t] : raw
fixed B = [{c0}, {c1}, {c2}; {b0}, {b1}, {b2}; {o0}, {o1}, {o2}; {i0}, {i1}, {i2}], v = {v}
y[t] ~ normal(dot(B z[t], [1; l[t]; o[t]; i[t]]), sqrt(v))""", "p0 p1 p2 q0 q1 q2 c0 c1 c2 b0 b1 b2 o0 o1 o2 i0 i1 i2 v", regimes=3, move="-")
    a = columns_of(path("areturns.csv"))["areturns"]
    switching("areturns", {"y": a[1:], "l": a[:-1]}, """data y[t] : raw, l[t] : raw
fixed m = [{c0}, {c1}], b = [{b0}, {b1}], v = [{v0}, {v1}]
y[t] ~ normal(m z[t] + (b z[t]) * l[t], sqrt(v z[t]))""", "p0 p1 c0 c1 b0 b1 v0 v1")
    a = columns_of(path("mumps.csv"))["mumpspc"]
    switching("mumps", {"y": a[1:], "l": a[:-1]}, """data y[t] : raw, l[t] : raw
fixed b = [{b0}, {b1}], v = [{v0}, {v1}]
y[t] ~ normal((b z[t]) * l[t], sqrt(v z[t]))""", "p0 p1 b0 b1 v0 v1")


# ---- depmixS4's speed: two responses, three series, the pay-off of the row before in the transition
def speeds():
    rows = list(csv.DictReader(open(os.path.join(DATA, "speed", "speed.csv"))))
    want = read(os.path.join(DATA, "speed", "speed-reference.txt"))
    lengths = [sum(r["series"] == s for r in rows) for s in ("1", "2", "3")]
    table("d.csv", lengths, {k: [float(r[k]) for r in rows] for k in ("rt", "corr", "Pacc")})
    head = """data rt[t] : raw, corr[t] : count, Pacc[t] : raw
latent z[t] : symbol(2)
fixed m = [5.52, 6.39], s = [0.202, 0.24], b = [%.17g, %.17g]
z[1] ~ categorical([-1e9; 0])
rt[t] ~ normal(m z[t], s z[t])
corr[t] ~ bernoulli(b z[t])
""" % (logit(0.528), logit(0.902))
    near("speed 1: log p", likelihood(head + "fixed A = %s\nz[t] ~ categorical(A z[t-1])\n" %
                                      matrix([[log(.899), log(.084)], [log(.101), log(.916)]]), "d.csv"), want["test1_loglik"][1][0], 1e-10)
    near("speed 4: log p", likelihood(head + "fixed A = %s, B = [0, 0; 0.01, 0.01]\nz[t] ~ categorical(A z[t-1] + (B z[t-1]) * Pacc[t-1])\n" %
                                      matrix([[0, 0], [log(.104 / .896), log(.916 / .084)]]), "d.csv"), want["test4_loglik"][1][0], 1e-10)


def main(*tests):
    if not os.path.isdir(DATA):
        print("no data at " + DATA)
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for test in tests:
            test()
        os.chdir("/")
    print("%d faults in %d checks" % (bad, checks))
    sys.exit(bad > 0)


if __name__ == "__main__":
    main(toys, switchings, speeds)
