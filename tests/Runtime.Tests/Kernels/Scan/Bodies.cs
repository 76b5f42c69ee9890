using Recurve.Contracts;

namespace Recurve.Runtime.Tests.Kernels.Scan;

// Bodies as the compiler would emit them, each with the same step in dual numbers (see Cell): written apart, compared in the tests.

/// <summary>h = a h + b: no arithmetic but the scan's own.</summary>
struct Plain : IScanBody
{
    public static BodySignature Signature { get; } = new(
        2, 0, 1, [true, true], AdjointReadsNew: false, RecurrenceReadsStates: false, AdjointReads: [true, false], RecurrenceReads: [true, false]);

    public static void Coefficients<V>(in Frame<V> x, out V a, out V b) where V : unmanaged, ILane<V> => (a, b) = (x.Stream(0), x.Stream(1));

    public static void Outputs<V>(in Frame<V> x, V p, V s) where V : unmanaged, ILane<V> { }

    public static void AdjointCoefficients<V>(in Frame<V> x, V p, V s, out V a, out V r) where V : unmanaged, ILane<V>
        => (a, r) = (x.Stream(0), V.Create(0));

    public static V Adjoint<V>(in Frame<V> x, V p, V s, V c) where V : unmanaged, ILane<V>
    {
        x.Adjoint(0, c * p);
        x.Adjoint(1, c);
        return x.Stream(0) * c;
    }

    public static string? DeviceText => """
        FUNCTION void coefficients(const real* x, const real* fixed, real* a, real* b) { *a = x[0]; *b = x[1]; }
        FUNCTION void outputs(const real* x, const real* fixed, real p, real s, real* y) { }
        FUNCTION void adjoint_coefficients(const real* x, const real* fixed, real p, real s, const real* dy, real* a, real* r) { *a = x[0]; *r = 0.0f; }
        FUNCTION real adjoint(const real* x, const real* fixed, real p, real s, const real* dy, real c, real* dx) { dx[0] = c * p; dx[1] = c; return x[0] * c; }
        """;

    public static Cell Cell => new([Cell.Decay, Cell.Signal], 1, (u, p, s, y) => s[0] = u[0] * p[0] + u[1], 0);
}

/// <summary>h = a h + b + bias: as little arithmetic, and a sum over rows.</summary>
struct Biased : IScanBody
{
    public static BodySignature Signature { get; } = new(
        3, 0, 1, [true, true, true], AdjointReadsNew: false, RecurrenceReadsStates: false, AdjointReads: [true, false, false], RecurrenceReads: [true, false, false]);

    public static void Coefficients<V>(in Frame<V> x, out V a, out V b) where V : unmanaged, ILane<V> => (a, b) = (x.Stream(0), x.Stream(1) + x.Stream(2));

    public static void Outputs<V>(in Frame<V> x, V p, V s) where V : unmanaged, ILane<V> { }

    public static void AdjointCoefficients<V>(in Frame<V> x, V p, V s, out V a, out V r) where V : unmanaged, ILane<V>
        => Plain.AdjointCoefficients(x, p, s, out a, out r);

    public static V Adjoint<V>(in Frame<V> x, V p, V s, V c) where V : unmanaged, ILane<V>
    {
        x.Adjoint(2, c);
        return Plain.Adjoint(x, p, s, c);
    }

    public static string? DeviceText => """
        FUNCTION void coefficients(const real* x, const real* fixed, real* a, real* b) { *a = x[0]; *b = x[1] + x[2]; }
        FUNCTION void outputs(const real* x, const real* fixed, real p, real s, real* y) { }
        FUNCTION void adjoint_coefficients(const real* x, const real* fixed, real p, real s, const real* dy, real* a, real* r) { *a = x[0]; *r = 0.0f; }
        FUNCTION real adjoint(const real* x, const real* fixed, real p, real s, const real* dy, real c, real* dx) { dx[0] = c * p; dx[1] = c; dx[2] = c; return x[0] * c; }
        """;

    public static Cell Cell => new([Cell.Decay, Cell.Signal, Cell.PerCall], 1, (u, p, s, y) => s[0] = u[0] * p[0] + u[1] + u[2], 0);
}

/// <summary>minGRU from pre-activations, with biases: z = σ(u₀ + bz), h = (1 − z) h + z (u₁ + bh).</summary>
struct MinGru : IScanBody
{
    public static BodySignature Signature { get; } = new(4, 0, 1, [true, true, true, true], AdjointReadsNew: false, RecurrenceReadsStates: false, Arithmetic: 18);

    public static void Coefficients<V>(in Frame<V> x, out V a, out V b) where V : unmanaged, ILane<V>
    {
        var z = V.Sigmoid(x.Stream(0) + x.Stream(2));
        (a, b) = (1f - z, z * (x.Stream(1) + x.Stream(3)));
    }

    public static void Outputs<V>(in Frame<V> x, V p, V s) where V : unmanaged, ILane<V> { }

    public static void AdjointCoefficients<V>(in Frame<V> x, V p, V s, out V a, out V r) where V : unmanaged, ILane<V>
        => (a, r) = (1f - V.Sigmoid(x.Stream(0) + x.Stream(2)), 0f);

    public static V Adjoint<V>(in Frame<V> x, V p, V s, V c) where V : unmanaged, ILane<V>
    {
        var z = V.Sigmoid(x.Stream(0) + x.Stream(2));
        var gate = c * z * (1f - z) * (x.Stream(1) + x.Stream(3) - p);
        x.Adjoint(0, gate);
        x.Adjoint(1, c * z);
        x.Adjoint(2, gate);
        x.Adjoint(3, c * z);
        return (1f - z) * c;
    }

    public static string? DeviceText => """
        FUNCTION void coefficients(const real* x, const real* fixed, real* a, real* b)
        {
            real z = sigmoid(x[0] + x[2]);
            *a = 1.0f - z;
            *b = z * (x[1] + x[3]);
        }
        FUNCTION void outputs(const real* x, const real* fixed, real p, real s, real* y) { }
        FUNCTION void adjoint_coefficients(const real* x, const real* fixed, real p, real s, const real* dy, real* a, real* r)
        {
            *a = 1.0f - sigmoid(x[0] + x[2]);
            *r = 0.0f;
        }
        FUNCTION real adjoint(const real* x, const real* fixed, real p, real s, const real* dy, real c, real* dx)
        {
            real z = sigmoid(x[0] + x[2]);
            dx[0] = dx[2] = c * z * (1.0f - z) * (x[1] + x[3] - p);
            dx[1] = dx[3] = c * z;
            return (1.0f - z) * c;
        }
        """;

    public static Cell Cell => new([Cell.Signal, Cell.Signal, Cell.PerCall, Cell.PerCall], 1, (u, p, s, y) =>
    {
        var z = Dual.Sigmoid(u[0] + u[2]);
        s[0] = (1 - z) * p[0] + z * (u[1] + u[3]);
    }, 0);
}

/// <summary>Outputs of the old and of the new state; the third stream is not differentiated through b.</summary>
struct Gated : IScanBody
{
    public static BodySignature Signature { get; } = new(3, 2, 1, [true, true, true]);

    public static void Coefficients<V>(in Frame<V> x, out V a, out V b) where V : unmanaged, ILane<V> => (a, b) = (x.Stream(0), x.Stream(1));

    public static void Outputs<V>(in Frame<V> x, V p, V s) where V : unmanaged, ILane<V>
    {
        x.Output(0, V.Tanh(s) * x.Stream(2));
        x.Output(1, p * s * x.Fixed(0));
    }

    public static void AdjointCoefficients<V>(in Frame<V> x, V p, V s, out V a, out V r) where V : unmanaged, ILane<V>
    {
        var tanh = V.Tanh(s);
        a = x.Stream(0);
        var toNew = x.OutputAdjoint(0) * x.Stream(2) * (1f - tanh * tanh) + x.OutputAdjoint(1) * p * x.Fixed(0);
        r = V.FusedMultiplyAdd(a, toNew, x.OutputAdjoint(1) * s * x.Fixed(0));
    }

    public static V Adjoint<V>(in Frame<V> x, V p, V s, V c) where V : unmanaged, ILane<V>
    {
        var tanh = V.Tanh(s);
        var adjoint = c + x.OutputAdjoint(0) * x.Stream(2) * (1f - tanh * tanh) + x.OutputAdjoint(1) * p * x.Fixed(0);
        x.Adjoint(0, adjoint * p);
        x.Adjoint(1, adjoint);
        x.Adjoint(2, x.OutputAdjoint(0) * tanh);
        return V.FusedMultiplyAdd(x.Stream(0), adjoint, x.OutputAdjoint(1) * s * x.Fixed(0));
    }

    public static string? DeviceText => """
        FUNCTION void coefficients(const real* x, const real* fixed, real* a, real* b) { *a = x[0]; *b = x[1]; }
        FUNCTION void outputs(const real* x, const real* fixed, real p, real s, real* y)
        {
            y[0] = tanh(s) * x[2];
            y[1] = p * s * fixed[0];
        }
        FUNCTION void adjoint_coefficients(const real* x, const real* fixed, real p, real s, const real* dy, real* a, real* r)
        {
            *a = x[0];
            *r = *a * (dy[0] * x[2] * (1.0f - square(tanh(s))) + dy[1] * p * fixed[0]) + dy[1] * s * fixed[0];
        }
        FUNCTION real adjoint(const real* x, const real* fixed, real p, real s, const real* dy, real c, real* dx)
        {
            real new_state = c + dy[0] * x[2] * (1.0f - square(tanh(s))) + dy[1] * p * fixed[0];
            dx[0] = new_state * p;
            dx[1] = new_state;
            dx[2] = dy[0] * tanh(s);
            return x[0] * new_state + dy[1] * s * fixed[0];
        }
        """;

    public static Cell Cell => new([Cell.Decay, Cell.Signal, Cell.Signal], 1, (u, p, s, y) =>
    {
        s[0] = u[0] * p[0] + u[1];
        y[0] = Dual.Tanh(s[0]) * u[2];
        y[1] = 0.75 * (p[0] * s[0]);
    }, 2, 0.75f);
}

/// <summary>Two states, nonlinear, each reading the other: v = tanh(x + w v − m), m = ½ m + v x.</summary>
struct Pair : ISequentialBody
{
    public static BodySignature Signature { get; } = new(2, 1, 2, [true, true]);

    public static void Step<V>(in Frame<V> x) where V : unmanaged, ILane<V>
    {
        var v = V.Tanh(x.Stream(0) + x.Stream(1) * x.Old(0) - x.Old(1));
        var m = 0.5f * x.Old(1) + v * x.Stream(0);
        x.SetNew(0, v);
        x.SetNew(1, m);
        x.Output(0, m * x.Old(0));
    }

    public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
    {
        var y = x.OutputAdjoint(0);
        var m = x.Carry(1) + y * x.Old(0);
        var v = x.Carry(0) + m * x.Stream(0);
        var inner = v * (1f - x.New(0) * x.New(0));
        x.SetDelta(0, inner * x.Stream(1) + y * x.New(1));
        x.SetDelta(1, 0.5f * m - inner);
        x.Adjoint(0, inner + m * x.New(0));
        x.Adjoint(1, inner * x.Old(0));
    }

    public static string? DeviceText => """
        FUNCTION void step_forward(const real* x, const real* fixed, const real* old, real* next, real* y)
        {
            next[0] = tanh(x[0] + x[1] * old[0] - old[1]);
            next[1] = 0.5f * old[1] + next[0] * x[0];
            y[0] = next[1] * old[0];
        }
        FUNCTION void step_adjoint(const real* x, const real* fixed, const real* old, const real* next, const real* dy, const real* c, real* delta, real* dx)
        {
            real m = c[1] + dy[0] * old[0];
            real inner = (c[0] + m * x[0]) * (1.0f - square(next[0]));
            delta[0] = inner * x[1] + dy[0] * next[1];
            delta[1] = 0.5f * m - inner;
            dx[0] = inner + m * next[0];
            dx[1] = inner * old[0];
        }
        """;

    public static Cell Cell => new([Cell.Signal, Cell.PerCall], 2, (u, p, s, y) =>
    {
        s[0] = Dual.Tanh(u[0] + u[1] * p[0] - p[1]);
        s[1] = 0.5 * p[1] + s[0] * u[0];
        y[0] = s[1] * p[0];
    }, 1);
}

/// <summary>IndRNN: h = tanh(w h + x).</summary>
struct IndRnn : ISequentialBody
{
    public static BodySignature Signature { get; } = new(2, 0, 1, [true, true]);

    public static void Step<V>(in Frame<V> x) where V : unmanaged, ILane<V> => x.SetNew(0, V.Tanh(x.Stream(0) * x.Old(0) + x.Stream(1)));

    public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
    {
        var inner = x.Carry(0) * (1f - x.New(0) * x.New(0));
        x.SetDelta(0, inner * x.Stream(0));
        x.Adjoint(0, inner * x.Old(0));
        x.Adjoint(1, inner);
    }

    public static string? DeviceText => """
        FUNCTION void step_forward(const real* x, const real* fixed, const real* old, real* next, real* y) { next[0] = tanh(x[0] * old[0] + x[1]); }
        FUNCTION void step_adjoint(const real* x, const real* fixed, const real* old, const real* next, const real* dy, const real* c, real* delta, real* dx)
        {
            real inner = c[0] * (1.0f - square(next[0]));
            delta[0] = inner * x[0];
            dx[0] = inner * old[0];
            dx[1] = inner;
        }
        """;

    public static Cell Cell => new([Cell.PerCall, Cell.Signal], 1, (u, p, s, y) => s[0] = Dual.Tanh(u[0] * p[0] + u[1]), 0);
}

/// <summary>y = σ(x w), z = 2 x; no state.</summary>
struct Squash : IMapBody
{
    public static BodySignature Signature { get; } = new(2, 2, 0, [true, true]);

    public static void Forward<V>(in Frame<V> x) where V : unmanaged, ILane<V>
    {
        x.Output(0, V.Sigmoid(x.Stream(0) * x.Stream(1)));
        x.Output(1, x.Fixed(0) * x.Stream(0));
    }

    public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
    {
        var y = V.Sigmoid(x.Stream(0) * x.Stream(1));
        var inner = x.OutputAdjoint(0) * y * (1f - y);
        x.Adjoint(0, inner * x.Stream(1) + x.Fixed(0) * x.OutputAdjoint(1));
        x.Adjoint(1, inner * x.Stream(0));
    }

    public static string? DeviceText => """
        FUNCTION void forward(const real* x, const real* fixed, real* y)
        {
            y[0] = sigmoid(x[0] * x[1]);
            y[1] = fixed[0] * x[0];
        }
        FUNCTION void adjoint(const real* x, const real* fixed, const real* dy, real* dx)
        {
            real z = sigmoid(x[0] * x[1]);
            real inner = dy[0] * z * (1.0f - z);
            dx[0] = inner * x[1] + fixed[0] * dy[1];
            dx[1] = inner * x[0];
        }
        """;

    public static Cell Cell => new([Cell.Signal, Cell.PerCall], 0, (u, p, s, y) =>
    {
        y[0] = Dual.Sigmoid(u[0] * u[1]);
        y[1] = 2 * u[0];
    }, 2, 2f);
}

/// <summary>The same with both streams per step.</summary>
struct SquashSteps : IMapBody
{
    public static BodySignature Signature => Squash.Signature;

    public static string? DeviceText => Squash.DeviceText;

    public static void Forward<V>(in Frame<V> x) where V : unmanaged, ILane<V> => Squash.Forward(x);

    public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V> => Squash.Adjoint(x);

    public static Cell Cell => Squash.Cell with { Streams = [Cell.Signal, Cell.Signal] };
}
