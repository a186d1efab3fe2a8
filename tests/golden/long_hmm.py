"""Fits of hidden Markov models and switching regressions by default options: the best optimum that is known of each, of depmixS4, hmmlearn,
statsmodels, or of many starts. Data and helpers as in test_hmm.py."""
import csv, os, sys, time

sys.dont_write_bytecode = True
from test_hmm import DATA, columns_of, main, near, read, run, table


def fitted(name, text, want, *bind):
    open("m.unr", "w").write(text)
    began = time.time()
    run("fit", "m.unr", *bind, "d.csv", "--group", "series", "-q", "-o", "m.model")
    took = time.time() - began
    out = csv.DictReader(run("score", "m.model", *bind, "d.csv", "--group", "series", "-q", "--csv", "--precision", "double").splitlines())
    got = -sum(float(r["model"]) * float(r["n"]) for r in out if r["score"].startswith("negative"))
    print("%-28s %.8f, best known %.8f, %.1f s" % (name, got, want, took), flush=True)
    near(name, min(got, want), want, 2e-8)                  # 1e-5 of some hundreds


def counts():
    n = columns_of(os.path.join(DATA, "counts/earthquakes.csv"))["count"]
    table("d.csv", [len(n)], {"y": n})
    for k, stationary, free in (2, -342.318266788, -341.878701012), (3, -329.460276265, -328.527483380), (4, -327.831585339, None):
        head = "data y[t] : count\nlatent z[t] : symbol(%d)\nparam A, m, p\nz[t] ~ categorical(A z[t-1])\ny[t] ~ poisson(exp(m z[t]))\n" % k
        fitted("earthquakes %d stationary" % k, head.replace(", p", "") + "z[1] ~ stationary\n", stationary)
        if free:
            fitted("earthquakes %d free" % k, head + "z[1] ~ categorical(p)\n", free)
    long = [float(v > 3 - 1e-9) for v in columns_of(os.path.join(DATA, "counts/geyser.csv"))["duration"]]
    table("d.csv", [len(long)], {"y": long})
    for k, want in (2, -127.310966928), (3, -126.843139180):
        fitted("geyser %d" % k, "data y[t] : count\nlatent z[t] : symbol(%d)\nparam A, m\nz[1] ~ stationary\nz[t] ~ categorical(A z[t-1])\n"
               "y[t] ~ bernoulli(m z[t])\n" % k, want)
    f = columns_of(os.path.join(DATA, "counts/faithful.csv"))
    table("d.csv", [len(f["waiting"])], {"e": f["eruptions"], "w": f["waiting"]})
    for k, diag, full in (2, -1113.5421487865, -1096.1040683044), (3, -1071.518361087, None):
        head = "data y[t] : raw(2)\nlatent z[t] : symbol(%d)\nindex k = 1..%d\nparam A, m, s, p, L[k](2, 2) = identity\nz[1] ~ categorical(p)\nz[t] ~ categorical(A z[t-1])\n" % (k, k)
        fitted("faithful diag %d" % k, head.replace(", L[k](2, 2) = identity", "") + "y[t] ~ normal(m z[t], s z[t])\n", diag, "y=e..w")
        if k == 2:                                          # of three, starts meet many places
            fitted("faithful full %d" % k, head.replace("s, p", "p") + "y[t] ~ normal(m z[t], factor = sum[k]((z[t] == k) * L[k]))\n", full, "y=e..w")


def speed():
    rows = list(csv.DictReader(open(os.path.join(DATA, "speed", "speed.csv"))))
    table("d.csv", [sum(r["series"] == s for r in rows) for s in ("1", "2", "3")], {k: [float(r[k]) for r in rows] for k in ("rt", "corr", "Pacc")})
    head = """data rt[t] : raw, corr[t] : count, Pacc[t] : raw
latent z[t] : symbol(2)
param A, B, m, s, b, p
z[1] ~ categorical(p)
rt[t] ~ normal(m z[t], s z[t])
corr[t] ~ bernoulli(b z[t])
"""
    fitted("speed 5", head + "z[t] ~ categorical(A z[t-1] + (B z[t-1]) * Pacc[t-1])\n", -248.97220153312546)
    fitted("speed, covariate of arrival", head + "z[t] ~ categorical(A z[t-1] + (B z[t-1]) * Pacc[t])\n", -247.89151392036422)


def regimes():
    f = read(os.path.join(DATA, "switching", "switching-reference.txt"))
    path = lambda n: os.path.join(DATA, "switching", n)
    head = "latent z[t] : symbol(2)\nz[1] ~ stationary\nz[t] ~ categorical(A z[t-1])\n"
    y = columns_of(path("rgnp.csv"))["rgnp_growth"]
    table("d.csv", [len(y)], {"y": y})
    d = "data y[t] : raw\nparam A, m, a1, a2, a3, a4, s\nd[t] = y[t] - m z[t]\n"
    fitted("Hamilton", head + d + "y[t] ~ normal(m z[t] + a1 * d[t-1] + a2 * d[t-2] + a3 * d[t-3] + a4 * d[t-4], s) if t > 4\n", f["hamilton-ar4_mle_loglik"][1][0])
    fitted("AR(1) that switches", head + d.replace(", a2, a3, a4", "") + "y[t] ~ normal(m z[t] + (a1 z[t]) * d[t-1], s) if t > 1\n", f["hamilton-ar1-switch_mle_loglik"][1][0])
    d = "data y[t] : raw, l[t] : raw\nparam A, m, b, s\n"
    y = columns_of(path("fedfunds.csv"))["fedfunds"]
    table("d.csv", [len(y) - 1], {"y": y[1:], "l": y[:-1]})
    fitted("federal funds on its lag", head + d + "y[t] ~ normal(m z[t] + (b z[t]) * l[t], s)\n", f["fedfunds-lag_mle_loglik"][1][0])
    table("d.csv", [len(y)], {"y": y})
    fitted("federal funds", head + "data y[t] : raw\nparam A, m, s\ny[t] ~ normal(m z[t], s)\n", f["fedfunds-const_mle_loglik"][1][0])
    y = columns_of(path("areturns.csv"))["areturns"]
    table("d.csv", [len(y) - 1], {"y": y[1:], "l": y[:-1]})
    fitted("returns", head + d + "y[t] ~ normal(m z[t] + (b z[t]) * l[t], s z[t])\n", f["areturns_mle_loglik"][1][0])
    y = columns_of(path("mumps.csv"))["mumpspc"]
    table("d.csv", [len(y) - 1], {"y": y[1:], "l": y[:-1]})
    fitted("mumps", head + d.replace("m, ", "") + "y[t] ~ normal((b z[t]) * l[t], s z[t])\n", f["mumps_mle_loglik"][1][0])


main(counts, speed, regimes)
