#!/usr/bin/env python3
"""Makes tests/golden/data/ar9_sunspots.txt: AR(9) with intercept on the yearly sunspots by least squares, from statsmodels.

    python3 tests/golden/make_ar.py            (needs numpy and statsmodels; the file it wrote is kept)

The call is statsmodels.tsa.ar_model.AutoReg(y, lags=9, trend="c").fit(); R's
ar.ols(sunspot.year, order.max=9, aic=FALSE, demean=FALSE, intercept=TRUE) gives the same coefficients to its printed digits
(phi[1] 1.191262250885, intercept 6.270504679, sigma2 222.2911253: the residual sum of squares over the 280 usable years)."""
import csv, os
import numpy as np
import statsmodels
from statsmodels.tsa.ar_model import AutoReg

here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
y = np.array([float(r["value"]) for r in csv.DictReader(open(os.path.join(here, "sunspot_year.csv")))])
fit = AutoReg(y, lags=9, trend="c").fit()
R = [1.191262250885, -0.431544176420, -0.166728351769, 0.182149517263, -0.133131279149, 0.041560693773, 0.005741415469,
     -0.029071971969, 0.224024702920]
assert np.abs(fit.params[1:] - R).max() < 1e-11 and abs(fit.params[0] - 6.270504679) < 1e-8

with open(os.path.join(here, "ar9_sunspots.txt"), "w") as f:
    def record(name, v):
        v = np.atleast_1d(v)
        f.write("%s %d %s\n" % (name, len(v), " ".join("%.17g" % x for x in v)))
    f.write("# statsmodels %s, AutoReg(y, lags=9, trend=\"c\").fit() on sunspot_year.csv; sigma2: mean squared residual\n" % statsmodels.__version__)
    record("phi", fit.params[1:])
    record("intercept", fit.params[0])
    record("sigma2", np.mean(fit.resid ** 2))
    record("forecast", fit.forecast(11))
