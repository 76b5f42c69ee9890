using static Recurve.Functions;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>Ways to write A h + b of which the compiler derives A.</summary>
[Cell]
sealed partial class ScaledDense(int units)
{
    [Weight] readonly Mat u = new(units, units), v = new(units + 2, units), w = new(units, units + 2);
    [Weight] readonly Vec a = new(units);
    [State(Trained = true)] Vec h = new(units);

    Vec Step(Vec x) => h = (a * (u * h) - 0.3 * h) / (2 + Sigmoid(a)) - w * (v * (a * h + x) - v * x) + x;
}

/// <summary>A rank of one, through sums.</summary>
[Cell]
sealed partial class DenseBySums(int units)
{
    [Weight] readonly Vec a = new(units), d = new(units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        Vec old = h;
        h = 0.4 * h + a * Mean(h + x) - 0.5 * Dot(d, h) + Sum(0.1 * h) * 0.2;
        return h + old;
    }
}

/// <summary>Numbers that are added before a matrix mixes the channels.</summary>
[Cell]
sealed partial class DenseTwice(int units)
{
    [Weight] readonly Mat u = new(units, units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        h = u * h + 0.3;
        h = u * h - 0.4 * Mean(h + 0.2) + x;
        return h;
    }
}

/// <summary>States of three sizes: one moves into the other, one is a number.</summary>
[Cell]
sealed partial class DenseGroup(int units)
{
    [Weight] readonly Mat u = new(units + 1, units), v = new(units, units + 1), w = new(units, units);
    [Weight] readonly Vec d = new(units);
    [State] Vec p = new(units);
    [State(Trained = true)] Vec q = new(units + 1);
    [State] Vec r = new(units), mean = new(1);

    (Vec, Vec) Step(Vec x)
    {
        Vec before = w * p;
        (p, q, r, mean) = (0.5 * r + v * q + mean, u * p + mean * 0.1, p, 0.5 * mean + Dot(d, r + x));
        return (p + before, Tanh(q));
    }
}

/// <summary>Dense, but the derivative of one way through the state is not its factor.</summary>
#pragma warning disable RCV1001 // runs step by step, as it must
[Cell]
sealed partial class HalfStopped(int units)
{
    [Weight] readonly Mat u = new(units, units);
    [State] Vec h = new(units);

    Vec Step(Vec x) => h = u * h + StopGradient(0.5 * h) + x;
}

/// <summary>Dense, but its channels move: no matrix is derived.</summary>
[Cell]
sealed partial class ShiftRegister(int units)
{
    [Weight] readonly Vec a = new(units);
    [State] Vec h = new(units);

    Vec Step(Vec x) => h = a * Concat(Slice(h, 1, units - 1), Slice(h, 0, 1)) + x;
}
#pragma warning restore RCV1001
