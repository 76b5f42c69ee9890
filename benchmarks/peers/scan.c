/* The recurrence h = a h + b and its backward pass in C, blocked like the library's: rows outer, channels inner, the state in a small
   buffer, descending addresses backward, stores past the caches; few channels and a long time as tiles chained by their carries.
   The caller provides the threads: every function does one thread's share. Build: cc -O3 -march=native -ffast-math -shared -fPIC */
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#include <immintrin.h>
#define LANES 16
typedef __m512 lanes;
#define LOAD(p) _mm512_loadu_ps(p)
#define STORE(p, v) _mm512_storeu_ps(p, v)
#define STREAM(p, v) _mm512_stream_ps(p, v)
#define FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#define ADD(a, b) _mm512_add_ps(a, b)
#define MUL(a, b) _mm512_mul_ps(a, b)
#elif defined(__AVX__) && defined(__FMA__)
#include <immintrin.h>
#define LANES 8
typedef __m256 lanes;
#define LOAD(p) _mm256_loadu_ps(p)
#define STORE(p, v) _mm256_storeu_ps(p, v)
#define STREAM(p, v) _mm256_stream_ps(p, v)
#define FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#define ADD(a, b) _mm256_add_ps(a, b)
#define MUL(a, b) _mm256_mul_ps(a, b)
#else
#define LANES 1
typedef float lanes;
#define LOAD(p) (*(p))
#define STORE(p, v) (*(p) = (v))
#define STREAM(p, v) (*(p) = (v))
#define FMA(a, b, c) ((a) * (b) + (c))
#define ADD(a, b) ((a) + (b))
#define MUL(a, b) ((a) * (b))
#endif

enum { WIDEST = 4096 };
#define BUFFER float __attribute__((aligned(64)))

/* Rows [t0, t1) of width n (a multiple of LANES), state in s. */
static void forward_rows(const float *a, const float *b, float *h, long t0, long t1, long n, float *s)
{
    for (long t = t0; t < t1; t++) {
        const float *at = a + t * n, *bt = b + t * n;
        float *ht = h + t * n;
        for (long c = 0; c < n; c += LANES) {
            lanes v = FMA(LOAD(at + c), LOAD(s + c), LOAD(bt + c));
            STORE(s + c, v);
            STREAM(ht + c, v);
        }
    }
}

/* s carries a[t+1] * dh[t+1]. */
static void backward_rows(const float *a, const float *h, const float *g, float *da, float *db, long t0, long t1, long n, float *s)
{
    static const BUFFER zero[WIDEST];
    for (long t = t1 - 1; t >= t0; t--) {
        const float *at = a + t * n, *gt = g + t * n, *p = t > 0 ? h + (t - 1) * n : zero;
        float *dat = da + t * n, *dbt = db + t * n;
        for (long c = n - LANES; c >= 0; c -= LANES) {
            lanes d = ADD(LOAD(gt + c), LOAD(s + c));
            STREAM(dbt + c, d);
            STREAM(dat + c, MUL(d, LOAD(p + c)));
            STORE(s + c, MUL(d, LOAD(at + c)));
        }
    }
}

void scan_forward(const float *a, const float *b, float *h, long steps, long width)
{
    BUFFER s[WIDEST];
    memset(s, 0, sizeof s);
    forward_rows(a, b, h, 0, steps, width, s);
}

void scan_backward(const float *a, const float *h, const float *g, float *da, float *db, long steps, long width)
{
    BUFFER s[WIDEST];
    memset(s, 0, sizeof s);
    backward_rows(a, h, g, da, db, 0, steps, width, s);
}

/* carries: (tiles + 1) rows of width floats; flags: tiles zeros; next: a zero. A tile whose carry is not there yet is summarised
   first, which also brings it into the cache. */
static int take(const int32_t *flags, long k)
{
    return k == 0 || atomic_load_explicit((_Atomic int32_t *)&flags[k - 1], memory_order_acquire);
}

void scan_forward_tiles(const float *a, const float *b, float *h, long steps, long n, long tile, float *carries, int32_t *flags, int32_t *next)
{
    long tiles = (steps + tile - 1) / tile;
    BUFFER product[WIDEST], rest[WIDEST];
    for (long k; (k = atomic_fetch_add((_Atomic int32_t *)next, 1)) < tiles;) {
        long t0 = k * tile, t1 = t0 + tile < steps ? t0 + tile : steps;
        float *carry = carries + k * n, *out = carry + n;
        int ready = take(flags, k);
        if (!ready) {
            for (long c = 0; c < n; c++) { product[c] = 1; rest[c] = 0; }
            for (long t = t0; t < t1; t++)
                for (long c = 0; c < n; c += LANES) {
                    lanes x = LOAD(a + t * n + c);
                    STORE(product + c, MUL(LOAD(product + c), x));
                    STORE(rest + c, FMA(x, LOAD(rest + c), LOAD(b + t * n + c)));
                }
            while (!take(flags, k)) { }
            for (long c = 0; c < n; c += LANES) STORE(out + c, FMA(LOAD(product + c), LOAD(carry + c), LOAD(rest + c)));
            atomic_store_explicit((_Atomic int32_t *)&flags[k], 1, memory_order_release);
        }
        memcpy(product, carry, n * sizeof(float));
        forward_rows(a, b, h, t0, t1, n, product);
        if (ready) {
            memcpy(out, product, n * sizeof(float));
            atomic_store_explicit((_Atomic int32_t *)&flags[k], 1, memory_order_release);
        }
    }
}

void scan_backward_tiles(const float *a, const float *h, const float *g, float *da, float *db, long steps, long n, long tile,
                         float *carries, int32_t *flags, int32_t *next)
{
    long tiles = (steps + tile - 1) / tile;
    BUFFER product[WIDEST], rest[WIDEST];
    for (long k; (k = atomic_fetch_add((_Atomic int32_t *)next, 1)) < tiles;) {
        long t1 = steps - k * tile, t0 = t1 > tile ? t1 - tile : 0;
        float *carry = carries + k * n, *out = carry + n;
        int ready = take(flags, k);
        if (!ready) {
            for (long c = 0; c < n; c++) { product[c] = 1; rest[c] = 0; }
            for (long t = t1 - 1; t >= t0; t--)
                for (long c = n - LANES; c >= 0; c -= LANES) {
                    lanes x = LOAD(a + t * n + c);
                    STORE(product + c, MUL(LOAD(product + c), x));
                    STORE(rest + c, MUL(x, ADD(LOAD(g + t * n + c), LOAD(rest + c))));
                }
            while (!take(flags, k)) { }
            for (long c = 0; c < n; c += LANES) STORE(out + c, FMA(LOAD(product + c), LOAD(carry + c), LOAD(rest + c)));
            atomic_store_explicit((_Atomic int32_t *)&flags[k], 1, memory_order_release);
        }
        memcpy(product, carry, n * sizeof(float));
        backward_rows(a, h, g, da, db, t0, t1, n, product);
        if (ready) {
            memcpy(out, product, n * sizeof(float));
            atomic_store_explicit((_Atomic int32_t *)&flags[k], 1, memory_order_release);
        }
    }
}
