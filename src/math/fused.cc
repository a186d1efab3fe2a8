/* fused.cc: a component-wise program as one function, made at run time by Xbyak for processors with AVX-512: what one operation gives the next
 * stays in a register. Must not know of graphs. Invariant: an element gets the bits that kernels_avx512 gives it (tests/math/test_fused.c), so
 * operations are contracted here as the compiler contracts their lines in ops.def and kernels_isa.h. */
extern "C" {
#include "math/kernels.h"
}
#if defined(UR_HAVE_XBYAK) && defined(__x86_64__) && defined(__LP64__) && !defined(_WIN32) && !defined(__CYGWIN__)   /* the System V calling convention */
#include <cstddef>
#include <cstring>
#include <memory>
#include <vector>
#include <xbyak/xbyak.h>

using namespace Xbyak;

namespace {
/* vector registers for an operation's own use, and for values: more lie on the stack; operands whose address has a register; bytes of code; rows
 * that one of several parts does before the next: what they wait for overlaps */
enum { SPARE = 6, HELD = 32 - SPARE, NEAR = 8, MOST = 1 << 16, LANES = 16, VECTOR = 64, TOGETHER = 4 };
enum { EQ = 0, LT = 1, LE = 2, NE = 4, NOT_LT = 5, GE = 13, GT = 14 };      /* predicates of a comparison: with NaN only NE and NOT_LT hold */

class maker : public CodeGenerator {
public:
    maker() : CodeGenerator(4096, AutoGrow) { }

    /* these give false where there is no code for one of the operations, or too much for the instruction cache */
    bool one(const ur_ew_program &program)
    {
        Label row, block, rest, next;
        int nat = program.ninput + program.nout;
        turn(&program, nullptr);
        begin(program.nreg);
        mov(ecx, esi);
        and_(ecx, LANES - 1);
        mov(eax, 1);
        shl(eax, cl);
        dec(eax);
        kmovw(k1, eax);
        shl(bytes, 2);
        mov(whole, bytes);
        and_(whole, -VECTOR);
        load(nat);
        L(row);
        xor_(ecx, ecx);
        test(whole, whole);
        jz(rest, T_NEAR);
        align(32);
        L(block);
        body();
        add(col, VECTOR);
        cmp(col, whole);
        jb(block, T_NEAR);
        L(rest);
        cmp(col, bytes);
        je(next, T_NEAR);
        tail = true;
        body();
        L(next);
        for (int k = 0; k < nat; k++) move(k);
        dec(rows);
        jnz(row, T_NEAR);
        return end();
    }

    bool several(int npart, const ur_row_part *part, int nstrip)
    {
        Label block;
        int nreg = 0;
        for (int k = 0; k < npart; k++) if (part[k].program && part[k].program->nreg > nreg) nreg = part[k].program->nreg;
        begin(nreg);
        L(block);
        mov(together, TOGETHER);
        cmp(rows, together);
        cmovb(together, rows);
        for (int k = 0; k < npart && made; k++) {
            Label row;
            turn(part[k].program, part[k].strip);
            int nat = p ? p->ninput + p->nout : 2;
            load(nat);
            mov(count, together);
            L(row);
            xor_(ecx, ecx);
            if (p) pass(part[k].n);
            else sum(part[k].n);
            for (int q = 0; q < nat; q++) move(q);
            dec(count);
            jnz(row, T_NEAR);
            for (int q = NEAR; q < nat; q++) move_far(q, true);
        }
        strip = nullptr;
        for (int k = 0; k < nstrip; k++) {
            mov(far, field(k, offsetof(ur_strip, st)));
            imul(far, together);
            add(field(k, offsetof(ur_strip, p)), far);
        }
        sub(rows, together);
        jnz(block, T_NEAR);
        return end();
    }

private:
    const ur_ew_program *p = nullptr;          /* whose code is being made */
    const int *strip = nullptr;                /* [its operands] where each is in `at`; NULL: in their order */
    Label pool;
    std::vector<float> constant;
    int nslot = 0;
    bool tail = false, lone = false, made = true;   /* tail: the rest of a row, under mask k1; lone: that is one number, written so that the next part may read it at once */
    const Reg64 rows = rdi, bytes = rsi, at = rdx, col = rcx, whole = r8, far = rax;
    const Reg64 count = bytes, together = whole;   /* of several parts: rows that a part has still to do before the next, and how many it does */
    const Reg64 near_[NEAR] = { r9, r10, r11, rbx, rbp, r12, r13, r14 };
    const Zmm s0 = Zmm(HELD), s1 = Zmm(HELD + 1), s2 = Zmm(HELD + 2), s3 = Zmm(HELD + 3), s4 = Zmm(HELD + 4), s5 = Zmm(HELD + 5);

    void turn(const ur_ew_program *program, const int *where) { p = program; strip = where; }
    void begin(int nreg)
    {
        for (int k = 3; k < NEAR; k++) push(near_[k]);
        nslot = nreg > HELD ? nreg - HELD : 0;
        if (nslot) sub(rsp, nslot * VECTOR);
    }
    bool end()
    {
        vzeroupper();
        if (nslot) add(rsp, nslot * VECTOR);
        for (int k = NEAR; k-- > 3;) pop(near_[k]);
        ret();
        align(4);
        L(pool);
        for (float v : constant) { uint32_t u; memcpy(&u, &v, sizeof u); dd(u); }
        if (made) ready(PROTECT_RE);
        return made;
    }
    bool lies(int k) { return !p || k >= p->ninput || p->input[k] != UR_INPUT_NUMBER; }
    void move(int k)                           /* operand k to its next row */
    {
        if (!lies(k)) return;
        if (k < NEAR) add(near_[k], field(k, offsetof(ur_strip, st)));
        else move_far(k, false);
    }
    void move_far(int k, bool back)            /* back: to where it was `together` rows before. A strip that several operands look at moves once */
    {
        if (!lies(k)) return;
        for (int q = NEAR; q < k && strip; q++) if (lies(q) && strip[q] == strip[k]) return;
        mov(far, field(k, offsetof(ur_strip, st)));
        if (back) imul(far, together);
        if (back) sub(field(k, offsetof(ur_strip, p)), far);
        else add(field(k, offsetof(ur_strip, p)), far);
    }
    void load(int nat) { for (int k = 0; k < nat && k < NEAR; k++) mov(near_[k], field(k, offsetof(ur_strip, p))); }

    /* ---- a row of one part */
    void pass(size_t n)
    {
        int full = (int)(n / LANES * VECTOR), more = (int)(n % LANES);
        tail = lone = false;
        if (full > VECTOR) {
            Label block;
            align(32);
            L(block);
            body();
            add(col, VECTOR);
            cmp(col, full);
            jb(block, T_NEAR);
        } else if (full) { body(); add(col, VECTOR); }
        if (!more) return;
        tail = true;
        lone = more == 1;
        if (!lone) mask(more);
        body();
    }
    void mask(int n) { mov(eax, (1 << n) - 1); kmovw(k1, eax); }
    /* strip 1 = the sum of strip 0: four vectors of partial sums, added up in double as by KERNEL(fold) of kernels_body.h */
    void sum(size_t n)
    {
        const Zmm part[4] = { Zmm(0), Zmm(1), Zmm(2), Zmm(3) };
        int size = (int)(n * sizeof(float)), full = size & -(4 * VECTOR);
        for (const Zmm &z : part) vxorps(z, z, z);
        if (full) {
            Label block;
            L(block);
            for (int k = 0; k < 4; k++) vaddps(part[k], part[k], ptr[near_[0] + col + k * VECTOR]);
            add(col, 4 * VECTOR);
            cmp(col, full);
            jb(block, T_NEAR);
        }
        for (int k = 0; full + k * VECTOR < size; k++) {
            int left = (size - full - k * VECTOR) / (int)sizeof(float);
            if (left < LANES) mask(left);
            if (left < LANES) vaddps(part[k] | k1, part[k], ptr[near_[0] + col + k * VECTOR]);
            else vaddps(part[k], part[k], ptr[near_[0] + col + k * VECTOR]);
        }
        vaddps(zmm0, zmm0, zmm2);
        vaddps(zmm1, zmm1, zmm3);
        vaddps(zmm0, zmm0, zmm1);
        vextractf64x4(ymm1, zmm0, 1);
        vcvtps2pd(zmm0, ymm0);
        vcvtps2pd(zmm1, ymm1);
        vaddpd(zmm0, zmm0, zmm1);
        vextractf64x4(ymm1, zmm0, 1);
        vaddpd(ymm0, ymm0, ymm1);
        vextractf128(xmm1, ymm0, 1);
        vaddpd(xmm0, xmm0, xmm1);
        vunpckhpd(xmm1, xmm0, xmm0);
        vaddsd(xmm0, xmm0, xmm1);
        vcvtsd2ss(xmm0, xmm0, xmm0);
        vmovss(dword[near_[1]], xmm0);
    }

    /* ---- operands */
    int constant_at(float v)
    {
        size_t k = 0;
        while (k < constant.size() && memcmp(&constant[k], &v, sizeof v)) k++;
        if (k == constant.size()) constant.push_back(v);
        return (int)(k * sizeof v);
    }
    Address word(float v) { return dword[rip + pool + constant_at(v)]; }
    Address all(float v) { return ptr_b[rip + pool + constant_at(v)]; }      /* the same in every lane */
    Address all_bits(uint32_t u) { float v; memcpy(&v, &u, sizeof v); return all(v); }
    Address field(int k, size_t offset) { return qword[at + (int)((size_t)(strip ? strip[k] : k) * sizeof(ur_strip) + offset)]; }
    Reg64 pointer(int k)                       /* address of operand k's row */
    {
        if (k < NEAR) return near_[k];
        mov(far, field(k, offsetof(ur_strip, p)));
        return far;
    }
    Address slot(int r) { return ptr[rsp + (r - HELD) * VECTOR]; }

    Zmm take(int r, const Zmm &z)              /* value r in a register: its own, or z */
    {
        int k = r - p->nreg;
        if (k < 0 && r < HELD) return Zmm(r);
        if (k < 0) vmovups(z, slot(r));
        else if (p->input[k] == UR_INPUT_NUMBER) vbroadcastss(z, word((float)p->number[k]));
        else if (p->input[k] == UR_INPUT_ONE) vbroadcastss(z, dword[pointer(k)]);
        else if (lone) vmovss(Xmm(z.getIdx()), dword[pointer(k) + col]);
        else if (tail) vmovups(z | k1 | T_z, ptr[pointer(k) + col]);
        else vmovups(z, ptr[pointer(k) + col]);
        return z;
    }
    typedef void (CodeGenerator::*three)(const Xmm &, const Operand &, const Operand &);
    void with(three op, const Zmm &y, const Zmm &x, int r, const Zmm &z)     /* y = x op value r, from where it lies if it can be */
    {
        int k = r - p->nreg;
        if (k < 0 && r >= HELD) (this->*op)(y, x, slot(r));
        else if (k >= 0 && p->input[k] == UR_INPUT_NUMBER) (this->*op)(y, x, all((float)p->number[k]));
        else if (k >= 0 && p->input[k] == UR_INPUT_ONE) (this->*op)(y, x, ptr_b[pointer(k)]);
        else if (k >= 0 && !tail) (this->*op)(y, x, ptr[pointer(k) + col]);
        else (this->*op)(y, x, take(r, z));
    }
    void store(int o)
    {
        Zmm z = take(p->out[o].reg, s0);
        Reg64 to = pointer(p->ninput + o);
        if (lone) vmovss(dword[to + col], Xmm(z.getIdx()));
        else if (tail) vmovups(ptr[to + col] | k1, z);
        else vmovups(ptr[to + col], z);
    }

    /* ---- the functions of kernels_isa.h: of x, in s1; s0 may hold what they are of */
    void within(float low, float high)         /* NaN stays */
    {
        vbroadcastss(s5, word(low));
        vmaxps(s1, s5, s1);
        vbroadcastss(s5, word(high));
        vminps(s1, s5, s1);
    }
    void exp_less_1(bool halved)               /* s1: exp r - 1; s2: 2^n, half of it where k3 says so */
    {
        vbroadcastss(s3, word(12582912));
        vmovaps(s2, s1);
        vfmadd132ps(s2, s3, all(EXP_LOG2_E));
        vsubps(s3, s2, s3);                                        /* n */
        vpslld(s2, s2, 23);
        vpaddd(s2, s2, all_bits(0x3f800000));
        if (halved) vpsubd(s2 | k3, s2, all_bits(0x00800000));
        vfnmadd231ps(s1, s3, all(EXP_LN_2));
        vfmadd231ps(s1, s3, all(EXP_LN_2_REST));                  /* z */
        vbroadcastss(s4, word(EXP_FIRST_TERM));
#define TERM(c) vfmadd213ps(s4, s1, all(c));
        EXP_TERMS(TERM)
#undef TERM
        vmulps(s4, s4, s1);
        vfmadd231ps(s1, s4, s1);
    }
    void exp(const Zmm &y, const Zmm &x)
    {
        vcmpps(k4, x, all(EXP_LOW_float), NOT_LT);
        vmovaps(s1, x);
        within(EXP_LOW_float, EXP_HIGH);
        vcmpps(k3, s1, all(0), GT);
        exp_less_1(true);
        vfmadd213ps(s1, s2, s2);
        vaddps(s1 | k3, s1, s1);
        vmovaps(y | k4 | T_z, s1);
    }
    void sigmoid(const Zmm &y, const Zmm &x)
    {
        vxorps(s1, x, all_bits(0x80000000));
        within(EXP_LOW_float, -EXP_LOW_float);
        exp_less_1(false);
        vfmadd213ps(s1, s2, s2);
        vbroadcastss(s5, word(1));
        vaddps(s1, s1, s5);
        vdivps(y, s5, s1);
    }
    void tanh(const Zmm &y, const Zmm &x)
    {
        vmovaps(s1, x);
        within(-TANH_HIGH, TANH_HIGH);
        vaddps(s1, s1, s1);
        exp_less_1(false);
        vsubps(s3, s2, all(1));
        vfmadd213ps(s1, s2, s3);
        vaddps(s2, s1, all(2));
        vdivps(y, s1, s2);
    }

    /* ---- operations */
    void truth(const Zmm &y, const Opmask &k) { vbroadcastss(y | k | T_z, word(1)); }
    void unary(ur_op op, const Zmm &y, int arg)
    {
        Zmm x = take(arg, s0);
        switch (op) {
        case UR_NEG: vxorps(y, x, all_bits(0x80000000)); break;
        case UR_ABS: vandps(y, x, all_bits(0x7fffffff)); break;
        case UR_RELU: vxorps(s1, s1, s1); vmaxps(y, x, s1); break;
        case UR_SQRT: vsqrtps(y, x); break;
        case UR_FLOOR: vrndscaleps(y, x, 9); break;
        case UR_EXP: exp(y, x); break;
        case UR_SIGMOID: sigmoid(y, x); break;
        case UR_TANH: tanh(y, x); break;
        case UR_STEP: vcmpps(k2, x, all(0), GT); truth(y, k2); break;
        case UR_NOT: vcmpps(k2, x, all(0), EQ); truth(y, k2); break;
        case UR_SIGN:
            vcmpps(k2, x, all(0), GT);
            vcmpps(k3, x, all(0), LT);
            truth(y, k2);
            vsubps(y | k3, y, all(1));
            break;
        case UR_STOP: case UR_BCAST: if (x.getIdx() != y.getIdx()) vmovaps(y, x); break;
        default: made = false;
        }
    }
    void power(const Zmm &y, int base, int exponent)               /* as vs_pow of kernels_body.h, where the exponent is a number of the text */
    {
        int k = exponent - p->nreg;
        double e = k >= 0 && p->input[k] == UR_INPUT_NUMBER ? p->number[k] : 0;
        Zmm x = take(base, s0);
        if (e == 1) { if (x.getIdx() != y.getIdx()) vmovaps(y, x); }
        else if (e == 2) vmulps(y, x, x);
        else if (e == 3) { vmulps(s1, x, x); vmulps(y, s1, x); }
        else if (e == -1) { vbroadcastss(s1, word(1)); vdivps(y, s1, x); }
        else if (e == 0.5) vsqrtps(y, x);
        else made = false;
    }
    void compare(const Zmm &y, int x, int z, int predicate) { Zmm first = take(x, s0); vcmpps(k2, first, take(z, s1), (uint8_t)predicate); truth(y, k2); }
    void arithmetic(three op, const Zmm &y, int x, int z) { Zmm first = take(x, s0); with(op, y, first, z, s1); }
    void binary(ur_op op, const Zmm &y, int x, int z)
    {
        switch (op) {
        case UR_ADD: arithmetic(&maker::vaddps, y, x, z); break;
        case UR_SUB: arithmetic(&maker::vsubps, y, x, z); break;
        case UR_MUL: arithmetic(&maker::vmulps, y, x, z); break;
        case UR_DIV: arithmetic(&maker::vdivps, y, x, z); break;
        case UR_MAX2: arithmetic(&maker::vmaxps, y, x, z); break;
        case UR_MIN2: arithmetic(&maker::vminps, y, x, z); break;
        case UR_DTANH: case UR_DSIGMOID: {
            Zmm v = take(z, s1);
            if (op == UR_DTANH) vbroadcastss(s2, word(1));
            else vmovaps(s2, v);
            vfnmadd231ps(s2, v, v);
            with(&maker::vmulps, y, s2, x, s0);
            break; }
        case UR_LT: compare(y, x, z, LT); break;
        case UR_LE: compare(y, x, z, LE); break;
        case UR_GT: compare(y, x, z, GT); break;
        case UR_GE: compare(y, x, z, GE); break;
        case UR_EQ: compare(y, x, z, EQ); break;
        case UR_NE: compare(y, x, z, NE); break;
        case UR_AND: case UR_OR:
            vcmpps(k2, take(x, s0), all(0), NE);
            vcmpps(k3, take(z, s1), all(0), NE);
            if (op == UR_AND) kandw(k2, k2, k3);
            else korw(k2, k2, k3);
            truth(y, k2);
            break;
        case UR_POW: power(y, x, z); break;
        default: made = false;
        }
    }
    void operation(const ur_ew_op &o)
    {
        Zmm y = o.dst < HELD ? Zmm(o.dst) : s0;
        if (o.cls == UR_CLS_BINARY) binary(o.op, y, o.a, o.b);
        else if (o.op == UR_WHERE) {
            vcmpps(k2, take(o.a, s0), all(0), NE);
            Zmm yes = take(o.b, s1), no = take(o.c, s2);
            vblendmps(y | k2, no, yes);
        } else if (o.cls == UR_CLS_TERNARY) made = false;
        else unary(o.op, y, o.a);
        if (o.dst >= HELD) vmovups(slot(o.dst), y);
    }
    void body()
    {
        for (int q = 0; q < p->nop && made; q++) {
            operation(p->op[q]);
            made &= getSize() <= MOST;
            for (int o = 0; o < p->nout; o++) if (!p->out[o].late && p->out[o].reg == p->op[q].dst) store(o);
        }
        for (int o = 0; o < p->nout; o++) if (p->out[o].late) store(o);
    }
};
}

static ur_fused *handed(std::unique_ptr<maker> &m)
{
    std::unique_ptr<ur_fused> f(new ur_fused{ m->getCode<void (*)(size_t, size_t, ur_strip *)>(), m.get() });
    m.release();
    return f.release();
}

extern "C" ur_fused *ur_fuse(const ur_ew_program *p)
{
    if (!ur_kernels_avx512(true)) return nullptr;
    try {
        std::unique_ptr<maker> m(new maker);
        return m->one(*p) ? handed(m) : nullptr;
    } catch (const std::exception &) { return nullptr; }             /* no memory, or none that may be run */
}

extern "C" ur_fused *ur_fuse_rows(int npart, const ur_row_part *part, int nstrip)
{
    if (!ur_kernels_avx512(true)) return nullptr;
    try {
        std::unique_ptr<maker> m(new maker);
        return m->several(npart, part, nstrip) ? handed(m) : nullptr;
    } catch (const std::exception &) { return nullptr; }
}

extern "C" void ur_fused_free(ur_fused *f)
{
    if (f) delete static_cast<maker *>(f->code);
    delete f;
}
#else
extern "C" ur_fused *ur_fuse(const ur_ew_program *p) { (void)p; return nullptr; }
extern "C" ur_fused *ur_fuse_rows(int npart, const ur_row_part *part, int nstrip) { (void)npart; (void)part; (void)nstrip; return nullptr; }
extern "C" void ur_fused_free(ur_fused *f) { (void)f; }
#endif
