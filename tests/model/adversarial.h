/* Two networks against each other (Goodfellow et al. 2014) on Gaussians at the corners of a regular polygon of radius 2: how many of what the
 * generator draws lie within three standard deviations of a corner, and of which. Both see the points through noise that fades (Sønderby et al.
 * 2017). */
#ifndef ADVERSARIAL_H
#define ADVERSARIAL_H
#include "model_test.h"

#define NETWORKS "e : 2 = draw normal(0, 1)\ng = gen(e)\nr = disc(x + k)\nf = disc(g + q)\n" \
                 "loss apart for disc = softplus(-r) + softplus(f)\nloss alike for gen = softplus(-f)\n"

typedef struct polygon { int corners; double sd; size_t n; } polygon;
enum { MOST_CORNERS = 8 };

static inline void corner(const polygon *p, int k, double *x)
{
    x[0] = 2 * cos(2 * acos(-1) * k / p->corners);
    x[1] = 2 * sin(2 * acos(-1) * k / p->corners);
}

/* the share of the points [n][2] that are near a corner; near: of each corner */
static inline double near_corners(const polygon *p, const double *x, size_t n, double *near)
{
    size_t all = 0, of[MOST_CORNERS] = { 0 };
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < p->corners; k++) {
            double c[2];
            corner(p, k, c);
            bool is = hypot(x[2 * i] - c[0], x[2 * i + 1] - c[1]) < 3 * p->sd;
            all += is;
            of[k] += is;
        }
    for (int k = 0; k < p->corners; k++) near[k] = (double)of[k] / (double)n;
    return (double)all / (double)n;
}

static inline double uniform_of(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return ((double)(*state >> 11) + 0.5) / 9007199254740992.0;
}

static inline double fit_polygon(const char *text, polygon p, unroll_fit_options *o, double *near)
{
    unroll_model *m = model_of(text);
    unroll_data *d = NULL;
    double *x = malloc(2 * p.n * sizeof *x);
    uint64_t state = 7;
    for (size_t i = 0; i < p.n; i++) {
        double c[2], r = p.sd * sqrt(-2 * log(uniform_of(&state))), a = 2 * acos(-1) * uniform_of(&state);
        corner(&p, (int)(i % (size_t)p.corners), c);
        x[2 * i] = c[0] + r * cos(a);
        x[2 * i + 1] = c[1] + r * sin(a);
    }
    OK(unroll_data_new(&d, m, p.n));
    OK(unroll_data_set_numbers(d, "x", NULL, x));
    OK(unroll_fit(m, d, o, NULL));
    unroll_use_options u = UNROLL_USE_INIT;
    u.seed = 99;
    size_t n = p.n < 1000 ? p.n : 1000, count;
    for (size_t i = 0; i < n; i++) OK(unroll_quantity(m, d, "g", i, &u, x + 2 * i, 2, &count, NULL));
    double all = near_corners(&p, x, n, near);
    free(x);
    unroll_data_free(d);
    unroll_close(m);
    return all;
}
#endif
