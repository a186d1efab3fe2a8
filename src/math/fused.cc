/* fused.cc: a component-wise program as one function, made at run time by Xbyak for processors with AVX2 or AVX-512: what one operation gives the
 * next stays in a register. Must not know of graphs. Invariant: an element gets the bits that the loops of kernels_body.h give it for the same
 * instruction set (tests/math/test_fused.c), so operations are contracted here as the compiler contracts their lines in ops.def and kernels_isa.h. */
extern "C" {
#include "math/kernels.h"
}
#if defined(UR_HAVE_XBYAK) && defined(__x86_64__)
#include <cstddef>
#include <cstring>
#include <memory>
#include <vector>
#include <xbyak/xbyak.h>

using namespace Xbyak;

namespace {
enum { EQ = 0, LT = 1, LE = 2, NE = 4, NOT_LT = 5, GE = 13, GT = 14 };      /* predicates of a comparison: with NaN only NE and NOT_LT hold */

class maker : public CodeGenerator {
public:
    maker(const ur_program &program, bool avx512) : CodeGenerator(4096, AutoGrow), p(program), wide(avx512) { }

    bool make()                                /* false: there is no code for one of the operations */
    {
        int nslot = p.nreg > held ? p.nreg - held : 0, nat = p.ninput + p.nout;
        const Reg64 saved[] = { rbx, rbp, r12, r13, r14 };
        Label row, block, rest, next;
        for (const Reg64 &r : saved) push(r);
        if (nslot) sub(rsp, nslot * vector);
        mask_of_rest();
        shl(bytes, 2);
        mov(whole, bytes);
        and_(whole, -vector);
        for (int k = 0; k < nat && k < NEAR; k++) mov(near_[k], field(k, offsetof(ur_strip, p)));
        L(row);
        xor_(ecx, ecx);
        test(whole, whole);
        jz(rest, T_NEAR);
        align(32);
        L(block);
        body();
        add(col, vector);
        cmp(col, whole);
        jb(block, T_NEAR);
        L(rest);
        cmp(col, bytes);
        je(next, T_NEAR);
        tail = true;
        body();
        L(next);
        for (int k = 0; k < nat; k++) {
            if (k < p.ninput && p.input[k] == UR_INPUT_NUMBER) continue;
            if (k < NEAR) { add(near_[k], field(k, offsetof(ur_strip, st))); continue; }
            mov(far, field(k, offsetof(ur_strip, st)));
            add(field(k, offsetof(ur_strip, p)), far);
        }
        dec(rows);
        jnz(row, T_NEAR);
        vzeroupper();
        if (nslot) add(rsp, nslot * vector);
        for (int k = 5; k-- > 0;) pop(saved[k]);
        ret();
        align(4);
        L(pool);
        for (uint32_t u : constant) for (int k = 0; k < (wide ? 1 : lanes); k++) dd(u);
        L(lane_masks);
        for (int k = 0; !wide && k < 2 * lanes; k++) dd(k < lanes ? ~0u : 0);
        ready(PROTECT_RE);
        return made;
    }

private:
    /* vector registers: those that hold values, six for an operation's own use, and without AVX-512, whose masks are other registers, three masks.
     * Values that find no register lie on the stack; NEAR operands have a register for their address. */
    enum { SPARE = 6, MASKS = 3, NEAR = 8 };
    const ur_program &p;
    const bool wide, narrow = !wide;
    const int lanes = wide ? 16 : 8, vector = 4 * lanes, held = wide ? 32 - SPARE : 16 - SPARE - MASKS;
    bool tail = false, made = true;            /* tail: the rest of a row, under mask 0 */
    Label pool, lane_masks;
    std::vector<uint32_t> constant;
    const Reg64 rows = rdi, bytes = rsi, at = rdx, col = rcx, whole = r8, far = rax;
    const Reg64 near_[NEAR] = { r9, r10, r11, rbx, rbp, r12, r13, r14 };
    const Xmm s0 = reg(held), s1 = reg(held + 1), s2 = reg(held + 2), s3 = reg(held + 3), s4 = reg(held + 4), s5 = reg(held + 5);

    Xmm reg(int k) const { return wide ? Xmm(Zmm(k)) : Xmm(Ymm(k)); }

    /* ---- constants and operands */
    int constant_at(uint32_t u)
    {
        size_t k = 0;
        while (k < constant.size() && constant[k] != u) k++;
        if (k == constant.size()) constant.push_back(u);
        return (int)k * (wide ? 4 : vector);
    }
    static uint32_t bits(float v) { uint32_t u; memcpy(&u, &v, sizeof u); return u; }
    Address all_bits(uint32_t u) { return wide ? ptr_b[rip + pool + constant_at(u)] : ptr[rip + pool + constant_at(u)]; }      /* the same in every lane */
    Address all(float v) { return all_bits(bits(v)); }
    void set(const Xmm &y, float v) { vbroadcastss(y, dword[rip + pool + constant_at(bits(v))]); }
    Address field(int k, size_t offset) { return qword[at + (int)((size_t)k * sizeof(ur_strip) + offset)]; }
    Reg64 pointer(int k)                       /* address of operand k's row */
    {
        if (k < NEAR) return near_[k];
        mov(far, field(k, offsetof(ur_strip, p)));
        return far;
    }
    Address slot(int r) { return ptr[rsp + (r - held) * vector]; }

    Xmm take(int r, const Xmm &z)              /* value r in a register: its own, or z */
    {
        int k = r - p.nreg;
        if (k < 0 && r < held) return reg(r);
        if (k < 0) vmovups(z, slot(r));
        else if (p.input[k] == UR_INPUT_NUMBER) set(z, (float)p.number[k]);
        else if (p.input[k] == UR_INPUT_ONE) vbroadcastss(z, dword[pointer(k)]);
        else if (!tail) vmovups(z, ptr[pointer(k) + col]);
        else if (wide) vmovups(z | k1 | T_z, ptr[pointer(k) + col]);
        else vmaskmovps(z, mask(0), ptr[pointer(k) + col]);
        return z;
    }
    typedef void (CodeGenerator::*three)(const Xmm &, const Operand &, const Operand &);
    void with(three op, const Xmm &y, const Xmm &x, int r, const Xmm &z)     /* y = x op value r, from where it lies if it can be */
    {
        int k = r - p.nreg;
        if (k < 0 && r >= held) (this->*op)(y, x, slot(r));
        else if (k >= 0 && p.input[k] == UR_INPUT_NUMBER) (this->*op)(y, x, all((float)p.number[k]));
        else if (k >= 0 && p.input[k] == UR_INPUT_ONE && wide) (this->*op)(y, x, ptr_b[pointer(k)]);
        else if (k >= 0 && p.input[k] == UR_INPUT_EACH && !tail) (this->*op)(y, x, ptr[pointer(k) + col]);
        else (this->*op)(y, x, take(r, z));
    }
    void store(int o)
    {
        Xmm z = take(p.out[o].reg, s0);
        Reg64 to = pointer(p.ninput + o);
        if (!tail) vmovups(ptr[to + col], z);
        else if (wide) vmovups(ptr[to + col] | k1, z);
        else vmaskmovps(ptr[to + col], mask(0), z);
    }

    /* ---- masks, numbered 0 to 2: opmask registers, or whole lanes of ones */
    Xmm mask(int m) const { return reg(held + SPARE + m); }
    Opmask opmask(int m) const { return Opmask(m + 1); }
    void mask_of_rest()
    {
        mov(ecx, esi);
        and_(ecx, lanes - 1);
        if (narrow) {
            lea(far, ptr[rip + lane_masks]);
            neg(rcx);
            vmovups(mask(0), ptr[far + rcx * 4 + vector]);
            return;
        }
        mov(eax, 1);
        shl(eax, cl);
        dec(eax);
        kmovw(k1, eax);
    }
    void compare(int m, const Xmm &x, const Operand &z, int predicate)
    {
        if (wide) vcmpps(opmask(m), x, z, (uint8_t)predicate);
        else vcmpps(mask(m), x, z, (uint8_t)predicate);
    }
    void keep(const Xmm &y, int m, const Xmm &x)                    /* x where the mask is, else 0 */
    {
        if (wide) vmovaps(y | opmask(m) | T_z, x);
        else vandps(y, x, mask(m));
    }
    void pick(const Xmm &y, int m, const Xmm &yes, const Xmm &no)
    {
        if (wide) vblendmps(y | opmask(m), no, yes);
        else vblendvps(y, no, yes, mask(m));
    }
    void truth(const Xmm &y, int m)
    {
        if (wide) vbroadcastss(y | opmask(m) | T_z, dword[rip + pool + constant_at(bits(1))]);
        else vandps(y, mask(m), all(1));
    }

    /* ---- the functions of kernels_isa.h: of x, in s1; s0 may hold what they are of */
    void within(float low, float high)         /* NaN stays */
    {
        set(s5, low);
        vmaxps(s1, s5, s1);
        set(s5, high);
        vminps(s1, s5, s1);
    }
    void exp_less_1(bool halved)               /* s1: exp r - 1; s2: 2^n, half of it where mask 2 says so */
    {
        set(s3, 12582912);
        vmovaps(s2, s1);
        vfmadd132ps(s2, s3, all(1.44269504f));
        vsubps(s3, s2, s3);                                          /* n */
        vpslld(s2, s2, 23);
        vpaddd(s2, s2, all_bits(0x3f800000));
        if (halved && wide) vpsubd(s2 | opmask(2), s2, all_bits(0x00800000));
        else if (halved) { vpand(s4, mask(2), all_bits(0x00800000)); vpsubd(s2, s2, s4); }
        vfnmadd231ps(s1, s3, all(0.693359375f));
        vfmadd231ps(s1, s3, all(2.12194440e-4f));                    /* z */
        set(s4, 1.9875691500e-4f);
        for (float c : { 1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f }) vfmadd213ps(s4, s1, all(c));
        vmulps(s4, s4, s1);
        vfmadd231ps(s1, s4, s1);
    }
    void exp(const Xmm &y, const Xmm &x)
    {
        compare(1, x, all(EXP_LOW_float), NOT_LT);
        vmovaps(s1, x);
        within(EXP_LOW_float, 89);
        compare(2, s1, all(0), GT);
        exp_less_1(true);
        vfmadd213ps(s1, s2, s2);
        vaddps(s2, s1, s1);
        pick(s1, 2, s2, s1);
        keep(y, 1, s1);
    }
    void sigmoid(const Xmm &y, const Xmm &x)
    {
        vxorps(s1, x, all_bits(0x80000000));
        within(EXP_LOW_float, -EXP_LOW_float);
        exp_less_1(false);
        vfmadd213ps(s1, s2, s2);
        set(s5, 1);
        vaddps(s1, s1, s5);
        vdivps(y, s5, s1);
    }
    void tanh(const Xmm &y, const Xmm &x)
    {
        vmovaps(s1, x);
        within(-9.1f, 9.1f);
        vaddps(s1, s1, s1);
        exp_less_1(false);
        vsubps(s3, s2, all(1));
        vfmadd213ps(s1, s2, s3);
        vaddps(s2, s1, all(2));
        vdivps(y, s1, s2);
    }

    /* ---- operations */
    void copy(const Xmm &y, const Xmm &x) { if (x.getIdx() != y.getIdx()) vmovaps(y, x); }
    void unary(ur_op op, const Xmm &y, int arg)
    {
        Xmm x = take(arg, s0);
        switch (op) {
        case UR_NEG: vxorps(y, x, all_bits(0x80000000)); break;
        case UR_ABS: vandps(y, x, all_bits(0x7fffffff)); break;
        case UR_RELU: vxorps(s1, s1, s1); vmaxps(y, x, s1); break;
        case UR_SQRT: vsqrtps(y, x); break;
        case UR_FLOOR: if (wide) vrndscaleps(y, x, 9); else vroundps(y, x, 9); break;
        case UR_EXP: exp(y, x); break;
        case UR_SIGMOID: sigmoid(y, x); break;
        case UR_TANH: tanh(y, x); break;
        case UR_STEP: compare(1, x, all(0), GT); truth(y, 1); break;
        case UR_NOT: compare(1, x, all(0), EQ); truth(y, 1); break;
        case UR_SIGN:
            compare(1, x, all(0), GT);
            compare(2, x, all(0), LT);
            truth(s1, 1);
            truth(s2, 2);
            vsubps(y, s1, s2);
            break;
        case UR_STOP: case UR_BCAST: copy(y, x); break;
        default: made = false;
        }
    }
    void power(const Xmm &y, int base, int exponent)               /* as vs_pow of kernels_body.h, where the exponent is a number of the text */
    {
        int k = exponent - p.nreg;
        double e = k >= 0 && p.input[k] == UR_INPUT_NUMBER ? p.number[k] : 0;
        Xmm x = take(base, s0);
        if (e == 1) copy(y, x);
        else if (e == 2) vmulps(y, x, x);
        else if (e == 3) { vmulps(s1, x, x); vmulps(y, s1, x); }
        else if (e == -1) { set(s1, 1); vdivps(y, s1, x); }
        else if (e == 0.5) vsqrtps(y, x);
        else made = false;
    }
    void arithmetic(three op, const Xmm &y, int x, int z) { Xmm first = take(x, s0); with(op, y, first, z, s1); }
    void comparison(const Xmm &y, int x, int z, int predicate)
    {
        Xmm first = take(x, s0);
        compare(1, first, take(z, s1), predicate);
        truth(y, 1);
    }
    void binary(ur_op op, const Xmm &y, int x, int z)
    {
        switch (op) {
        case UR_ADD: arithmetic(&maker::vaddps, y, x, z); break;
        case UR_SUB: arithmetic(&maker::vsubps, y, x, z); break;
        case UR_MUL: arithmetic(&maker::vmulps, y, x, z); break;
        case UR_DIV: arithmetic(&maker::vdivps, y, x, z); break;
        case UR_MAX2: arithmetic(&maker::vmaxps, y, x, z); break;
        case UR_MIN2: arithmetic(&maker::vminps, y, x, z); break;
        case UR_DTANH: case UR_DSIGMOID: {
            Xmm v = take(z, s1);
            if (op == UR_DTANH) set(s2, 1);
            else vmovaps(s2, v);
            vfnmadd231ps(s2, v, v);
            with(&maker::vmulps, y, s2, x, s0);
            break; }
        case UR_LT: comparison(y, x, z, LT); break;
        case UR_LE: comparison(y, x, z, LE); break;
        case UR_GT: comparison(y, x, z, GT); break;
        case UR_GE: comparison(y, x, z, GE); break;
        case UR_EQ: comparison(y, x, z, EQ); break;
        case UR_NE: comparison(y, x, z, NE); break;
        case UR_AND: case UR_OR:                                     /* of 0 and 1 */
            compare(1, take(x, s0), all(0), NE);
            compare(2, take(z, s1), all(0), NE);
            truth(s2, 1);
            truth(s3, 2);
            if (op == UR_AND) vandps(y, s2, s3);
            else vorps(y, s2, s3);
            break;
        case UR_POW: power(y, x, z); break;
        default: made = false;
        }
    }
    void operation(const ur_ew_op &o)
    {
        Xmm y = o.dst < held ? reg(o.dst) : s0;
        if (o.cls == UR_CLS_BINARY) binary(o.op, y, o.a, o.b);
        else if (o.op == UR_WHERE) {
            compare(1, take(o.a, s0), all(0), NE);
            Xmm yes = take(o.b, s1), no = take(o.c, s2);
            pick(y, 1, yes, no);
        } else unary(o.op, y, o.a);
        if (o.dst >= held) vmovups(slot(o.dst), y);
    }
    void body()
    {
        for (int q = 0; q < p.nop; q++) {
            operation(p.op[q]);
            for (int o = 0; o < p.nout; o++) if (!p.out[o].late && p.out[o].reg == p.op[q].dst) store(o);
        }
        for (int o = 0; o < p.nout; o++) if (p.out[o].late) store(o);
    }
};
}

extern "C" ur_fused *ur_fuse_for(const ur_program *p, bool avx512)
{
    if (!(avx512 ? ur_kernels_avx512(true) : ur_kernels_avx2(true))) return nullptr;
    try {
        std::unique_ptr<maker> m(new maker(*p, avx512));
        if (!m->make()) return nullptr;
        std::unique_ptr<ur_fused> f(new ur_fused{ m->getCode<void (*)(size_t, size_t, ur_strip *)>(), m.get() });
        m.release();
        return f.release();
    } catch (const std::exception &) { return nullptr; }             /* no memory, or none that may be run */
}

extern "C" void ur_fused_free(ur_fused *f)
{
    if (f) delete static_cast<maker *>(f->code);
    delete f;
}
#else
extern "C" ur_fused *ur_fuse_for(const ur_program *, bool) { return nullptr; }
extern "C" void ur_fused_free(ur_fused *) { }
#endif

extern "C" ur_fused *ur_fuse(const ur_program *p) { return ur_fuse_for(p, ur_kernels_avx512(true) != nullptr); }
