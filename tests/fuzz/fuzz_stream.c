/* The state of a stream with bytes changed: restored and stepped, or refused. */
#include "fuzz.h"

static const char *const texts[] = {
    "data w[t] : symbol\nparam E, W, V\nh[t] : 3 = tanh(E w[t-1] + W h[t-1] + E w[t-3])\nw[t] ~ categorical(V h[t])\n",
    "data y[t] : real\nparam W, v, s\nh[t] : 3 = tanh(W h[t-1] + y[t-1] + y[t-2])\ny[t] ~ normal(v' h[t], s)\n" };

static unroll_stream *made(int k)
{
    static const char *const w[6] = { "a", "b", "c", "a", "c", "b" };
    double y[6] = { 1, 2, 1, 3, 1, 2 };
    size_t n = 6;
    unroll_model *m = NULL;
    unroll_data *d = NULL;
    unroll_stream *s = NULL;
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 1;
    o.threads = 1;
    MUST(!unroll_open_text(&m, texts[k], strlen(texts[k]), "t", NULL, 0) && !unroll_data_new(&d, m, 1));
    MUST(!(k ? unroll_data_set_numbers(d, "y", &n, y) : unroll_data_set_texts(d, "w", &n, w)));
    MUST(!unroll_fit(m, d, &o, NULL) && !unroll_stream_open(&s, m, 0, 1));
    unroll_data_free(d);
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static unroll_stream *stream[2];
    if (n < 1) return 0;
    int k = p[0] & 1;
    if (!stream[k]) stream[k] = made(k);
    unroll_stream *s = stream[k];
    size_t need = unroll_stream_state_size(s);
    uint8_t *state = malloc(need);
    unroll_stream_reset(s);
    for (int i = 0; i < (p[0] >> 1 & 7); i++) unroll_stream_step(s);
    MUST(state && !unroll_stream_save(s, state, need));
    for (size_t i = 1; i + 2 < n; i += 3) state[(size_t)(p[i] | p[i + 1] << 8) % need] ^= p[i + 2];
    if (!unroll_stream_restore(s, state, need)) {
        double v[64];
        for (int i = 0; i < 4 && !unroll_stream_step(s); i++) {
            unroll_stream_value(s, 0, v);
            unroll_stream_prediction(s, 0, v, 64);
        }
    }
    free(state);
    return 0;
}
