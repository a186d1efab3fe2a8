/* What a file is that is none of those asked for, told by its first bytes, and what to do with it: the one table of kinds.
 * Knows no formats of its own. Invariant: what could be what was asked for is never named: a text may begin like a web page, a
 * model like a mark in letters. */
#include <string.h>
#include <strings.h>
#include "base/base.h"

enum { LOOK = 4096 };             /* bytes that tell UTF-16 and UTF-32 from a text */
enum { LETTERS = 1, MARKUP = 2 }; /* a mark that the name at the beginning of a text could be; one that a text may begin with */

typedef struct kind {
    const char *bytes;
    size_t n, at;
    unsigned like;
    const char *holds, *is, *data, *weights;
} kind; /* data, weights: what to do; NULL: it is asked for, or nothing */

#define AS_CSV "write the table as CSV"
#define UNPACK "unpack it, or pack it with gzip or xz"
#define HOLDS  "weights are read from safetensors"
#define ARRAYS "load it in Python and write its arrays by safetensors.numpy.save_file"
#define TORCH  "load it in Python and write safetensors.torch.save_file(net.state_dict(), \"weights.safetensors\")"
#define SAS    "pandas.read_sas(FILE).to_csv(NEW, index=False)"
#define STATA  "is a file of Stata (.dta)", "write it as CSV (pandas.read_stata(FILE).to_csv(NEW, index=False))", HOLDS
#define PAGE                                                                                                                     \
    "is a web page (HTML)", "was the address that of a page, or of an error?", "was the address that of a page, or of an error?"

/* clang-format off */
static const kind kinds[] = {
    { "PK\3\4", 4, 0, 0, "data.pkl", "is a file of PyTorch's torch.save", AS_CSV ", or arrays by numpy.save", TORCH },
    { "PK\3\4", 4, 0, 0, ".npy", "is NumPy's .npz, an archive of NumPy's arrays", "save each by numpy.save, and give it as NAME=FILE.npy", ARRAYS },
    { "PK\3\4", 4, 0, 0, "config.json", "is a file of Keras", "write the table as CSV", ARRAYS },
    { "PK\3\4", 4, 0, 0, NULL, "is a zip archive or a spreadsheet", "unpack it, or save the table as CSV", HOLDS },
    { "BZh", 3, 0, LETTERS, NULL, "is packed with bzip2", UNPACK, UNPACK },
    { "\x28\xB5\x2F\xFD", 4, 0, 0, NULL, "is packed with zstd", UNPACK, UNPACK },
    { "\x04\x22\x4D\x18", 4, 0, 0, NULL, "is packed with lz4", UNPACK, UNPACK },
    { "\x1F\x9D", 2, 0, 0, NULL, "is packed with compress", UNPACK, UNPACK },
    { "7z\xBC\xAF\x27\x1C", 6, 0, 0, NULL, "is a 7z archive", "unpack it", "unpack it" },
    { "Rar!\x1A\7", 6, 0, 0, NULL, "is a RAR archive", "unpack it", "unpack it" },
    { "ustar", 5, 257, 0, NULL, "is a tar archive", "unpack it", "unpack it" },
    { "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, 0, 0, NULL, "is an old spreadsheet (.xls) or Office file", "save the table as CSV", HOLDS },
    { "PAR1", 4, 0, LETTERS, NULL, "is a Parquet file", "write it as CSV (pandas.read_parquet(FILE).to_csv(NEW, index=False))", HOLDS },
    { "ARROW1", 6, 0, LETTERS, NULL, "is an Arrow (Feather) file", "write it as CSV (pandas.read_feather(FILE).to_csv(NEW, index=False))", HOLDS },
    { "FEA1", 4, 0, LETTERS, NULL, "is a Feather file", "write it as CSV (pandas.read_feather(FILE).to_csv(NEW, index=False))", HOLDS },
    { "Obj\1", 4, 0, 0, NULL, "is an Avro file", AS_CSV, HOLDS },
    { "\x89HDF", 4, 0, 0, NULL, "is an HDF5 file, as NetCDF and Keras write", AS_CSV, ARRAYS },
    { "CDF\1", 4, 0, 0, NULL, "is a NetCDF file", AS_CSV, HOLDS },
    { "CDF\2", 4, 0, 0, NULL, "is a NetCDF file", AS_CSV, HOLDS },
    { "CDF\5", 4, 0, 0, NULL, "is a NetCDF file", AS_CSV, HOLDS },
    { "SQLite format 3", 16, 0, 0, NULL, "is an SQLite database", AS_CSV " (sqlite3 -header -csv FILE 'select …')", HOLDS },
    { "<stata_dta>", 11, 0, MARKUP, NULL, STATA },
    { "\x73\1\1\0", 4, 0, 0, NULL, STATA },
    { "\x73\2\1\0", 4, 0, 0, NULL, STATA },
    { "\x72\1\1\0", 4, 0, 0, NULL, STATA },
    { "\x72\2\1\0", 4, 0, 0, NULL, STATA },
    { "\x71\1\1\0", 4, 0, 0, NULL, STATA },
    { "\x71\2\1\0", 4, 0, 0, NULL, STATA },
    { "\xC2\xEA\x81\x60\xB3\x14\x11\xCF", 8, 12, 0, NULL, "is a table of SAS (.sas7bdat)", "write it as CSV (" SAS ")", HOLDS },
    { "HEADER RECORD*******LIB", 23, 0, LETTERS, NULL, "is a transport file of SAS (.xpt)", "write it as CSV (" SAS ")", HOLDS },
    { "$FL2@(#)", 8, 0, LETTERS, NULL, "is a file of SPSS (.sav)", "write it as CSV (pandas.read_spss(FILE).to_csv(NEW, index=False))", HOLDS },
    { "MATLAB 5.0", 10, 0, LETTERS, NULL, "is a MATLAB file", "write its arrays as .npy, or the table as CSV", HOLDS },
    { "RDX", 3, 0, LETTERS, NULL, "is a file of R", "write the table by write.csv", HOLDS },
    { "X\n\0\0\0", 5, 0, 0, NULL, "is a file of R", "write the table by write.csv", HOLDS },
    { "GGUF", 4, 0, LETTERS, NULL, "is a GGUF file", NULL, HOLDS },
    { "\x93NUMPY", 6, 0, 0, NULL, "is one array of NumPy (.npy)", NULL, "weights have names: write them by safetensors.numpy.save_file" },
    { "\x80\2\x8a\nl\xfc\x9c\x46\xf9", 9, 0, 0, NULL, "is a file of PyTorch's torch.save", AS_CSV ", or arrays by numpy.save", TORCH },
    { "\x80\2", 2, 0, 0, NULL, "is a pickle of Python (.pkl, .pt)", AS_CSV ", or arrays by numpy.save", ARRAYS },
    { "\x80\3", 2, 0, 0, NULL, "is a pickle of Python (.pkl, .pt)", AS_CSV ", or arrays by numpy.save", ARRAYS },
    { "\x80\4", 2, 0, 0, NULL, "is a pickle of Python (.pkl, .pt)", AS_CSV ", or arrays by numpy.save", ARRAYS },
    { "\x80\5", 2, 0, 0, NULL, "is a pickle of Python (.pkl, .pt)", AS_CSV ", or arrays by numpy.save", ARRAYS },
    { "%PDF-", 5, 0, MARKUP, NULL, "is a PDF", "save the table as CSV", HOLDS },
    { "\x89PNG", 4, 0, 0, NULL, "is a picture", "write its numbers as .npy", HOLDS },
    { "\xFF\xD8\xFF", 3, 0, 0, NULL, "is a picture", "write its numbers as .npy", HOLDS },
    { "version https://git-lfs", 23, 0, 0, NULL, "is a pointer of Git LFS, not the file", "`git lfs pull` brings it", "`git lfs pull` brings it" },
    { "<!DOCTYPE", 9, 0, MARKUP, NULL, PAGE },
    { "<!doctype", 9, 0, MARKUP, NULL, PAGE },
    { "<html", 5, 0, MARKUP, NULL, PAGE },
    { "<HTML", 5, 0, MARKUP, NULL, PAGE },
    { "<?xml", 5, 0, MARKUP, NULL, "is XML", AS_CSV, HOLDS },
};
/* clang-format on */

/* three of four bytes are zero, or one of two, always at the same places */
static const char *wide(const unsigned char *s, size_t n)
{
    size_t zero[4] = { 0 };
    if (n >= 4 && (!memcmp(s, "\xFF\xFE\0\0", 4) || !memcmp(s, "\0\0\xFE\xFF", 4))) return "is UTF-32";
    if (n >= 2 && (!memcmp(s, "\xFF\xFE", 2) || !memcmp(s, "\xFE\xFF", 2))) return "is UTF-16";
    if (n > LOOK) n = LOOK;
    for (size_t i = 0; i < n; i++) zero[i & 3] += !s[i];
    for (size_t text = 0; n >= 16 && text < 4; text += 3) { /* the byte of a letter is the first of four, or the last */
        size_t one = zero[0] + zero[1] + zero[2] + zero[3] - zero[text];
        if (zero[text] * 10 < n / 4 && one * 10 > n * 3 / 4 * 9) return "seems to be UTF-32, without its mark";
    }
    size_t even = zero[0] + zero[2], odd = zero[1] + zero[3];
    bool half = n >= 8 && ((even * 5 > n * 2 && odd * 10 < n) || (odd * 5 > n * 2 && even * 10 < n));
    return half ? "seems to be UTF-16, without its mark" : NULL;
}

static size_t blanks(const char *s, size_t n, size_t i)
{
    while (i < n && s[i] && strchr(" \t\r\n", s[i])) i++;
    return i;
}

/* { or [, then what can follow in JSON */
static bool json(const char *s, size_t n)
{
    size_t i = blanks(s, n, 0);
    if (i >= n || (s[i] != '{' && s[i] != '[')) return false;
    i = blanks(s, n, i + 1);
    return i < n && s[i] && strchr("\"{[", s[i]);
}

/* a message of protocol buffers, as ONNX begins its models (the version, then a text, a number or the graph) and its tensors (a
 * size, then another, or the kind of number). No text begins with a backspace */
static bool onnx(const char *s, size_t n, bool *tensor)
{
    bool begins = n > 16 && s[0] == 8 && s[1] > 0;
    *tensor = begins && (s[2] == 8 || s[2] == 16);
    return begins && (*tensor || memchr("\x12\x1A\x22\x28\x32\x3A\x42", s[2], 7));
}

/* the first word after lines of remarks, begun by '#' or '%': "@problemName" of sktime, "@relation" of Weka */
static const char *marked(const char *s, size_t n)
{
    const char *end = s + n;
    while (s < end && (*s == '#' || *s == '%' || *s == '\n' || *s == '\r')) {
        const char *stop = memchr(s, '\n', (size_t)(end - s));
        s = stop ? stop + 1 : end;
    }
    if (end - s > 12 && !strncasecmp(s, "@problemname", 12)) return "is a file of sktime (.ts)";
    if (end - s > 12 && !strncasecmp(s, "@timestamps", 11)) return "is a file of sktime (.ts)";
    return end - s > 9 && !strncasecmp(s, "@relation", 9) ? "is a file of Weka (.arff), or of Monash's series (.tsf)" : NULL;
}

bool ur_file_kind(ur_kind *out, const char *s, size_t n, ur_purpose for_what)
{
    static const unsigned may[] = { [UR_FOR_TABLE] = 0,
                                    [UR_FOR_SYMBOLS] = MARKUP,
                                    [UR_FOR_TEXT] = LETTERS | MARKUP,
                                    [UR_FOR_MODEL] = LETTERS,
                                    [UR_FOR_WEIGHTS] = 0 };
    bool weights = for_what == UR_FOR_MODEL || for_what == UR_FOR_WEIGHTS;
    if (n >= 9 && !s[4] && !s[5] && !s[6] && !s[7] && s[8] == '{') { /* before all marks: its first bytes are a number */
        *out = (ur_kind){ "is a safetensors file, as fitted models are", "a fitted model stands before the data" };
        return !weights;
    }
    const char *coded = for_what == UR_FOR_WEIGHTS ? NULL : wide((const unsigned char *)s, n);
    if (coded) {
        *out = (ur_kind){ coded, "save it as UTF-8" };
        return true;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const kind *k = &kinds[i];
        const char *mend = weights ? k->weights : k->data;
        if (!mend || k->like & may[for_what] || n < k->at + k->n || memcmp(s + k->at, k->bytes, k->n) != 0) continue;
        if (k->holds && !memmem(s, n, k->holds, strlen(k->holds))) continue;
        *out = (ur_kind){ k->is, mend };
        return true;
    }
    bool tensor = false;
    if (onnx(s, n, &tensor)) {
        *out = tensor ? (ur_kind){ "is a tensor of ONNX (.pb)",
                                   weights ? ARRAYS : "write it by numpy.save(NEW, onnx.numpy_helper.to_array(…))" }
                      : (ur_kind){ "is a model of ONNX", weights ? ARRAYS : "data are tables, texts and arrays" };
        return true;
    }
    const char *series = for_what == UR_FOR_TABLE ? marked(s, n) : NULL;
    if (series) {
        *out = (ur_kind){
            series, "write it as CSV, a row for each point, with a column that names its series (--group) and one of its label"
        };
        return true;
    }
    *out = (ur_kind){ "is JSON", AS_CSV };
    return for_what == UR_FOR_TABLE && json(s, n);
}
