/* The one file in C++: SentencePiece behind pieces.h. Texts go in as they are (no Unicode normalisation), so that pieces decode to what they came from.
 * Must not know the schema. Invariants: no exception leaves a function; the library logs nothing; it is never given what makes it abort:
 * texts without its reserved characters, and models without the parts it trusts blindly. */
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <locale>
#include <memory>
#include <mutex>
#include <new>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>
#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>
extern "C" {
#include "data/pieces.h"
}

namespace sp = sentencepiece;
namespace sentencepiece { namespace logging { void SetMinLogLevel(int level); } }   /* exported, in no installed header */

struct ur_pieces { std::string bytes; sp::SentencePieceProcessor run; };

namespace {

const int THREE = 3;                         /* unknown, start, end */

/* only what kills the process is above this level */
void be_silent()
{
    static std::once_flag once;
    std::call_once(once, [] { sp::logging::SetMinLogLevel(3); });
}

/* runs f, a function that returns a code; what it throws becomes one */
template <class F> int guarded(ur_err *e, F f) noexcept
{
    try {
        return f();
    } catch (const std::bad_alloc &) {
        return ur_nomem(e);
    } catch (const std::exception &x) {
        return ur_fail(e, UNROLL_ERROR_DATA, "SentencePiece: %.200s", x.what());
    } catch (...) {
        return ur_fail(e, UNROLL_ERROR_DATA, "SentencePiece failed");
    }
}

/* The texts, one by one, without the characters that SentencePiece keeps for itself: U+2581 and U+2585. A text of nothing else is passed over. */
class texts : public sp::SentenceIterator {
public:
    explicit texts(const ur_pieces_want *w) : want(w) { Next(); }
    bool done() const override { return over; }
    const std::string &value() const override { return text; }
    sp::util::Status status() const override { return sp::util::Status(); }
    void Next() override
    {
        const char *s;
        size_t n;
        do {
            if ((over = !want->next(want->arg, &s, &n)))
                return;
            text.assign(s, n);
            drop("\xE2\x96\x81");
            drop("\xE2\x96\x85");
        } while (text.find_first_not_of(std::string(" \0", 2)) == std::string::npos);
    }

private:
    void drop(const char *what)
    {
        for (size_t at = 0; (at = text.find(what, at)) != std::string::npos;)
            text.erase(at, 3);
    }
    const ur_pieces_want *want;
    std::string text;
    bool over = false;
};

/* the number after `key` in a message; −1: it is not there */
int number_after(const std::string &text, const char *key)
{
    size_t at = text.find(key);
    return at == std::string::npos ? -1 : std::atoi(text.c_str() + at + std::strlen(key));
}

/* what SentencePiece refuses, in our words */
int refused(const ur_pieces_want *w, const std::string &why, ur_err *e)
{
    int most = number_after(why, "value <= "), least = -1;
    size_t at = why.find("required_chars. ");
    if (at != std::string::npos)
        least = number_after(why.substr(at), " vs ");
    if (most > THREE)
        return ur_fail(e, UNROLL_ERROR_DATA, "%s: its text gives at most %d pieces, not %d; write pieces(%d) or fewer, or learn from more text", w->name,
                       most - THREE, w->n, most - THREE);
    if (least > THREE)
        return ur_fail(e, UNROLL_ERROR_DATA, "%s: its text has %d different characters (the mark of a word's beginning is one), and each needs a piece: %d are too few; write "
                       "pieces(%d) or more, or let rare characters be unknown (--min-count)", w->name, least - THREE, w->n ? w->n : UR_PIECES_STANDARD, least - THREE);
    return ur_fail(e, UNROLL_ERROR_DATA, "%s: SentencePiece cannot learn pieces from its text: %.200s", w->name, why.c_str());
}

std::string decimal(double v)
{
    std::ostringstream s;
    s.imbue(std::locale::classic());
    s.precision(9);
    s << v;
    return s.str();
}

/* ---- reading with suspicion. A model is a protocol buffer: fields of (number × 8 + wire type) and a value. SentencePiece's parser minds its bounds;
 * what it does not check are the tables by which texts are normalised (none here), and strings and scores of pieces. */
struct field { unsigned number, wire; const unsigned char *s; size_t n; };   /* wire 2: n bytes at s; 5: four; 0: the number itself in n */

bool varint(const unsigned char *&p, const unsigned char *end, uint64_t *v)
{
    *v = 0;
    for (int shift = 0; p < end && shift < 64; shift += 7) {
        *v |= (uint64_t)(*p & 0x7F) << shift;
        if (!(*p++ & 0x80))
            return true;
    }
    return false;
}

/* the next field; false: at the end, or *good is false */
bool next_field(const unsigned char *&p, const unsigned char *end, field *f, bool *good)
{
    uint64_t key, v = 0;
    if (p == end)
        return false;
    *good = varint(p, end, &key) && key >> 3 > 0 && key >> 32 == 0;
    f->number = (unsigned)(key >> 3);
    f->wire = (unsigned)(key & 7);
    if (*good && (f->wire == 0 || f->wire == 2))
        *good = varint(p, end, &v);
    size_t take = f->wire == 0 ? 0 : f->wire == 1 ? 8 : f->wire == 2 ? (size_t)v : 4;
    *good = *good && (f->wire <= 2 || f->wire == 5) && take <= (size_t)(end - p);
    f->s = p;
    f->n = f->wire == 0 ? (size_t)v : take;
    if (*good)
        p += take;
    return *good;
}

bool good_piece(const field &piece)
{
    bool good = true, named = false;
    field f;
    for (const unsigned char *p = piece.s, *end = p + piece.n; next_field(p, end, &f, &good);) {
        float score = 0;
        if (f.number == 1)
            good = named = f.wire == 2 && f.n && !std::memchr(f.s, 0, f.n) && ur_utf8_valid((const char *)f.s, f.n, nullptr);
        if (f.number == 2 && f.wire == 5)
            std::memcpy(&score, f.s, 4);
        if (!good || !std::isfinite(score))
            return false;
    }
    return good && named;
}

/* trainer: a unigram model; normalizer and denormalizer: no table */
bool good_spec(const field &spec, unsigned which)
{
    bool good = true;
    field f;
    for (const unsigned char *p = spec.s, *end = p + spec.n; next_field(p, end, &f, &good);)
        if (which == 2 ? f.number == 3 && (f.wire != 0 || f.n != 1) : f.number == 2 && f.n > 0)
            return false;
    return good;
}

bool good_model(const void *bytes, size_t n)
{
    bool good = true;
    field f;
    for (const unsigned char *p = (const unsigned char *)bytes, *end = p + n; next_field(p, end, &f, &good);) {
        if (f.number <= 5 && f.number != 4 && f.wire != 2)
            return false;
        if (f.number == 1 ? !good_piece(f) : (f.number == 2 || f.number == 3 || f.number == 5) && !good_spec(f, f.number))
            return false;
    }
    return good;
}

int open_model(ur_pieces **out, const void *bytes, size_t n, const char *name, ur_err *e)
{
    std::unique_ptr<ur_pieces> p(new ur_pieces);
    bool good = n > 0 && n <= UR_MAX_PIECES_BYTES && good_model(bytes, n);
    if (good) {
        p->bytes.assign((const char *)bytes, n);
        good = p->run.LoadFromSerializedProto(p->bytes).ok();
    }
    int size = good ? p->run.GetPieceSize() : 0;
    good = size > THREE && p->run.IsUnknown(0) && p->run.IsControl(1) && p->run.IsControl(2);
    for (int id = THREE; good && id < size; id++)
        good = !p->run.IsUnknown(id) && !p->run.IsControl(id) && !p->run.IsUnused(id) && !p->run.IsByte(id);
    if (!good)
        return ur_fail(e, UNROLL_ERROR_FORMAT, "the pieces of %s are damaged: no SentencePiece model of the unigram kind, without normalisation", name);
    *out = p.release();
    return 0;
}

}   // namespace

extern "C" {

int ur_pieces_learn(ur_pieces **out, const ur_pieces_want *w, ur_err *e)
{
    be_silent();
    return guarded(e, [=] {
        texts from(w);
        std::string bytes;
        if (from.done())
            return ur_fail(e, UNROLL_ERROR_DATA, "%s: there is no text to learn pieces from", w->name);
        /* Sums are added up thread by thread, so their number is part of the result: one. Tables of substrings take 32-bit numbers as long as these do. */
        std::unordered_map<std::string, std::string> how = {
            { "model_type", "unigram" }, { "vocab_size", std::to_string((w->n ? w->n : (int)UR_PIECES_STANDARD) + THREE) },
            { "hard_vocab_limit", w->n ? "true" : "false" }, { "character_coverage", decimal(w->coverage) }, { "normalization_rule_name", "identity" },
            { "max_sentence_length", "1073741824" }, { "num_threads", "1" }, { "train_extremely_large_corpus", w->bytes < (size_t)1 << 30 ? "false" : "true" }, { "minloglevel", "3" },
        };
        sp::util::Status s = sp::SentencePieceTrainer::Train(how, &from, &bytes);
        return s.ok() ? open_model(out, bytes.data(), bytes.size(), w->name, e) : refused(w, s.ToString(), e);
    });
}

int ur_pieces_read(ur_pieces **out, const void *bytes, size_t n, const char *name, ur_err *e)
{
    be_silent();
    return guarded(e, [=] { return open_model(out, bytes, n, name, e); });
}

const void *ur_pieces_bytes(const ur_pieces *p, size_t *n)
{
    *n = p->bytes.size();
    return p->bytes.data();
}

void ur_pieces_free(ur_pieces *p)
{
    delete p;
}

int ur_pieces_size(const ur_pieces *p)
{
    return p->run.GetPieceSize();
}

const char *ur_pieces_entry(const ur_pieces *p, int id, size_t *n)
{
    const std::string &s = p->run.IdToPiece(id < 0 || id >= p->run.GetPieceSize() ? 0 : id);
    *n = s.size();
    return s.c_str();
}

int ur_pieces_of(const ur_pieces *p, const char *s, size_t n, int32_t *id, size_t cap, size_t *count, ur_err *e)
{
    return guarded(e, [=] {
        std::vector<int> ids;
        bool good = p->run.Encode(absl::string_view(s, n), &ids).ok() && ids.size() <= cap;
        for (size_t i = 0; good && i < ids.size(); i++) {
            good = ids[i] >= 0 && ids[i] < p->run.GetPieceSize();
            id[i] = ids[i];
        }
        if (!good)
            return ur_fail(e, UNROLL_ERROR_DATA, "SentencePiece cannot cut a text into pieces");
        *count = ids.size();
        return 0;
    });
}

}
