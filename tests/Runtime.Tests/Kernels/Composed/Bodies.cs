using Recurve.Contracts;
using Recurve.Kernels.Composed;
using Recurve.Runtime.Tests.Kernels.Scan;

namespace Recurve.Runtime.Tests.Kernels.Composed;

// Bodies as the compiler would emit them, each with the same step in dual numbers: written apart, compared in the tests.

/// <summary>s = A p + b with all k × k + k coefficients as streams; y = s₀ p of the last state.</summary>
struct Block<TCount> : IComposedBody where TCount : struct, IStateCount
{
    static int K => TCount.Value;

    public static BodySignature Signature { get; } = new(K * K + K, 1, K, [.. Enumerable.Repeat(true, K * K + K)]);

    public static void Step<V>(in Frame<V> x) where V : unmanaged, ILane<V>
    {
        V first = 0;
        for (var i = K - 1; i >= 0; i--)
        {
            first = x.Stream(K * K + i);
            for (var j = 0; j < K; j++) first = V.FusedMultiplyAdd(x.Stream(i * K + j), x.Old(j), first);
            x.SetNew(i, first);
        }
        x.Output(0, first * x.Old(K - 1));
    }

    public static void Map<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
    {
        for (var i = 0; i < K * K + K; i++) map.Set(i, x.Stream(i));
    }

    // λ: to every new state, and to the first by the output
    static V Lambda<V>(in Frame<V> x, int i, V carry) where V : unmanaged, ILane<V>
        => i == 0 ? carry + x.OutputAdjoint(0) * x.Old(K - 1) : carry;

    public static void AdjointMap<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
    {
        for (var j = 0; j < K; j++)
        {
            var rest = x.Stream(j) * Lambda<V>(x, 0, 0f);
            if (j == K - 1) rest += x.OutputAdjoint(0) * x.New(0);
            for (var i = 0; i < K; i++) map.Set(j * K + i, x.Stream(i * K + j));
            map.Set(K * K + j, rest);
        }
    }

    public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
    {
        for (var j = 0; j < K; j++)
        {
            V delta = j == K - 1 ? x.OutputAdjoint(0) * x.New(0) : 0;
            for (var i = 0; i < K; i++) delta = V.FusedMultiplyAdd(x.Stream(i * K + j), Lambda(x, i, x.Carry(i)), delta);
            x.SetDelta(j, delta);
        }
        for (var i = 0; i < K; i++)
        {
            var lambda = Lambda(x, i, x.Carry(i));
            for (var j = 0; j < K; j++) x.Adjoint(i * K + j, lambda * x.Old(j));
            x.Adjoint(K * K + i, lambda);
        }
    }

    public static string? DeviceText => $$"""
        #define K {{K}}
        FUNCTION void step_forward(const real* x, const real* fixed, const real* old, real* next, real* y)
        {
            for (int i = 0; i < K; i++)
            {
                next[i] = x[K * K + i];
                for (int j = 0; j < K; j++) next[i] = fma(x[i * K + j], old[j], next[i]);
            }
            y[0] = next[0] * old[K - 1];
        }
        FUNCTION void map(const real* x, const real* fixed, real* m)
        {
            for (int i = 0; i < K * K + K; i++) m[i] = x[i];
        }
        FUNCTION void adjoint_map(const real* x, const real* fixed, const real* old, const real* next, const real* dy, real* m)
        {
            for (int j = 0; j < K; j++)
            {
                for (int i = 0; i < K; i++) m[j * K + i] = x[i * K + j];
                m[K * K + j] = x[j] * dy[0] * old[K - 1] + (j == K - 1 ? dy[0] * next[0] : 0.0f);
            }
        }
        FUNCTION void step_adjoint(const real* x, const real* fixed, const real* old, const real* next, const real* dy, const real* c, real* delta, real* dx)
        {
            for (int j = 0; j < K; j++) delta[j] = j == K - 1 ? dy[0] * next[0] : 0.0f;
            for (int i = 0; i < K; i++)
            {
                real to_state = i == 0 ? c[0] + dy[0] * old[K - 1] : c[i];
                for (int j = 0; j < K; j++)
                {
                    delta[j] = fma(x[i * K + j], to_state, delta[j]);
                    dx[i * K + j] = to_state * old[j];
                }
                dx[K * K + i] = to_state;
            }
        }
        """;

    public static Cell Cell => new([.. Enumerable.Repeat(Cell.Small, K * K), .. Enumerable.Repeat(Cell.Signal, K)], K, (u, p, s, y) =>
    {
        for (var i = 0; i < K; i++)
        {
            s[i] = u[K * K + i];
            for (var j = 0; j < K; j++) s[i] += u[i * K + j] * p[j];
        }
        y[0] = s[0] * p[K - 1];
    }, 1);
}

/// <summary>s = clamp(a p + b, lo, lo + 1.2) with a of either sign.</summary>
struct Clamped : IComposedBody
{
    public static BodySignature Signature { get; } = new(3, 0, 1, [true, true, true]);

    public static void Step<V>(in Frame<V> x) where V : unmanaged, ILane<V>
        => x.SetNew(0, V.Clamp(V.FusedMultiplyAdd(x.Stream(0), x.Old(0), x.Stream(1)), x.Stream(2), x.Stream(2) + x.Fixed(0)));

    public static void Map<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
    {
        for (var i = 0; i < 3; i++) map.Set(i, x.Stream(i));
        map.Set(3, x.Stream(2) + x.Fixed(0));
    }

    static V Passes<V>(in Frame<V> x) where V : unmanaged, ILane<V>
    {
        var inner = V.FusedMultiplyAdd(x.Stream(0), x.Old(0), x.Stream(1));
        return inner >= x.Stream(2) & inner <= x.Stream(2) + x.Fixed(0);
    }

    public static void AdjointMap<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
    {
        map.Set(0, V.Select(Passes(x), x.Stream(0), 0f));
        map.Set(1, 0f);
    }

    public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
    {
        var passes = Passes(x);
        var inner = V.Select(passes, x.Carry(0), 0f);
        x.SetDelta(0, inner * x.Stream(0));
        x.Adjoint(0, inner * x.Old(0));
        x.Adjoint(1, inner);
        x.Adjoint(2, V.Select(passes, 0f, x.Carry(0)));
    }

    public static string? DeviceText => """
        FUNCTION real inner(const real* x, const real* fixed, real p) { return fma(x[0], p, x[1]); }
        FUNCTION bool passes(const real* x, const real* fixed, real p) { return inner(x, fixed, p) >= x[2] && inner(x, fixed, p) <= x[2] + fixed[0]; }
        FUNCTION void step_forward(const real* x, const real* fixed, const real* old, real* next, real* y)
        {
            next[0] = clip(inner(x, fixed, old[0]), x[2], x[2] + fixed[0]);
        }
        FUNCTION void map(const real* x, const real* fixed, real* m)
        {
            for (int i = 0; i < 3; i++) m[i] = x[i];
            m[3] = x[2] + fixed[0];
        }
        FUNCTION void adjoint_map(const real* x, const real* fixed, const real* old, const real* next, const real* dy, real* m)
        {
            m[0] = where(passes(x, fixed, old[0]), x[0], 0.0f);
            m[1] = 0.0f;
        }
        FUNCTION void step_adjoint(const real* x, const real* fixed, const real* old, const real* next, const real* dy, const real* c, real* delta, real* dx)
        {
            real through = where(passes(x, fixed, old[0]), c[0], 0.0f);
            delta[0] = through * x[0];
            dx[0] = through * old[0];
            dx[1] = through;
            dx[2] = c[0] - through;
        }
        """;

    public static Cell Cell => new([Cell.Signal, Cell.Signal, Cell.Signal], 1,
        (u, p, s, y) => s[0] = Dual.Clamp(u[0] * p[0] + u[1], u[2], u[2] + (double)1.2f), 0, 1.2f);
}

/// <summary>s = max(p + a, b).</summary>
struct MaxPlus : IComposedBody
{
    public static BodySignature Signature { get; } = new(2, 0, 1, [true, true], AdjointReadsNew: false);

    public static void Step<V>(in Frame<V> x) where V : unmanaged, ILane<V> => x.SetNew(0, V.Max(x.Old(0) + x.Stream(0), x.Stream(1)));

    public static void Map<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
    {
        map.Set(0, x.Stream(0));
        map.Set(1, x.Stream(1));
    }

    static V Share<V>(in Frame<V> x) where V : unmanaged, ILane<V>
    {
        V path = x.Old(0) + x.Stream(0), other = x.Stream(1);
        return V.Select(path > other, 1f, V.Select(path < other, 0f, 0.5f));
    }

    public static void AdjointMap<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
    {
        map.Set(0, Share(x));
        map.Set(1, 0f);
    }

    public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
    {
        var inner = Share(x) * x.Carry(0);
        x.SetDelta(0, inner);
        x.Adjoint(0, inner);
        x.Adjoint(1, x.Carry(0) - inner);
    }

    public static string? DeviceText => """
        FUNCTION real share(const real* x, const real* fixed, real p)
        {
            return where(p + x[0] > x[1], 1.0f, where(p + x[0] < x[1], 0.0f, 0.5f));
        }
        FUNCTION void step_forward(const real* x, const real* fixed, const real* old, real* next, real* y) { next[0] = maximum(old[0] + x[0], x[1]); }
        FUNCTION void map(const real* x, const real* fixed, real* m) { m[0] = x[0]; m[1] = x[1]; }
        FUNCTION void adjoint_map(const real* x, const real* fixed, const real* old, const real* next, const real* dy, real* m) { m[0] = share(x, fixed, old[0]); m[1] = 0.0f; }
        FUNCTION void step_adjoint(const real* x, const real* fixed, const real* old, const real* next, const real* dy, const real* c, real* delta, real* dx)
        {
            delta[0] = dx[0] = share(x, fixed, old[0]) * c[0];
            dx[1] = c[0] - dx[0];
        }
        """;

    public static Cell Cell => new([Cell.Signal, Cell.Signal], 1, (u, p, s, y) => s[0] = Dual.Max(p[0] + u[0], u[1]), 0);
}

/// <summary>s = log(exp(p + a) + exp(b)).</summary>
struct LogPlus : IComposedBody
{
    public static BodySignature Signature => MaxPlus.Signature;

    public static void Step<V>(in Frame<V> x) where V : unmanaged, ILane<V> => x.SetNew(0, V.LogAddExp(x.Old(0) + x.Stream(0), x.Stream(1)));

    public static void Map<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V> => MaxPlus.Map(x, map);

    static V Share<V>(in Frame<V> x) where V : unmanaged, ILane<V>
    {
        V path = x.Old(0) + x.Stream(0), other = x.Stream(1);
        return V.Select(V.Max(path, other) < -3.4e38f, 0f, V.Sigmoid(path - other));
    }

    public static void AdjointMap<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
    {
        map.Set(0, Share(x));
        map.Set(1, 0f);
    }

    public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
    {
        var inner = Share(x) * x.Carry(0);
        x.SetDelta(0, inner);
        x.Adjoint(0, inner);
        x.Adjoint(1, x.Carry(0) - inner);
    }

    public static string? DeviceText => """
        FUNCTION real share(const real* x, const real* fixed, real p)
        {
            return where(maximum(p + x[0], x[1]) < -3.4e38f, 0.0f, sigmoid(p + x[0] - x[1]));
        }
        FUNCTION void step_forward(const real* x, const real* fixed, const real* old, real* next, real* y) { next[0] = logaddexp(old[0] + x[0], x[1]); }
        FUNCTION void map(const real* x, const real* fixed, real* m) { m[0] = x[0]; m[1] = x[1]; }
        FUNCTION void adjoint_map(const real* x, const real* fixed, const real* old, const real* next, const real* dy, real* m) { m[0] = share(x, fixed, old[0]); m[1] = 0.0f; }
        FUNCTION void step_adjoint(const real* x, const real* fixed, const real* old, const real* next, const real* dy, const real* c, real* delta, real* dx)
        {
            delta[0] = dx[0] = share(x, fixed, old[0]) * c[0];
            dx[1] = c[0] - dx[0];
        }
        """;

    public static Cell Cell => new([Cell.Signal, Cell.Signal], 1, (u, p, s, y) => s[0] = Dual.LogAddExp(p[0] + u[0], u[1]), 0);
}
