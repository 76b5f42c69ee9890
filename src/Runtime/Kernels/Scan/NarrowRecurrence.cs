using System.Runtime.CompilerServices;
using Recurve.Contracts;
using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Scan;

/// <summary>
/// s = a p + b over consecutive rows of fewer channels than a lane has. It is computed in double precision, so that many steps of decays near one cost no
/// accuracy, in one register of whole rows: a row of three channels and more goes after the other; of one or two channels, as many rows as
/// there is room for are composed in the register (Kogge and Stone), and only the carry goes from register to register.
/// Rows lie as in memory and are walked upwards or downwards.
/// </summary>
/// <typeparam name="V">The lane of the machine; a register has half as many doubles.</typeparam>
internal static unsafe class NarrowRecurrence<V> where V : unmanaged, ILane<V>
{
    // products of factors up to this stay small in a register; with greater ones a sum could be lost that the serial loop has
    const float GreatestFactor = 2;

    /// <summary>
    /// Whether every state is the serial loop's, but for rounding; otherwise (something is not finite, or factors that are composed are large)
    /// states and carry hold nothing, and the serial loop must run.
    /// </summary>
    /// <param name="carry">The state before the first row walked, a number per channel; receives that after the last.</param>
    /// <param name="factors">a. A register before and behind it may be overwritten, as with the next two.</param>
    /// <param name="offsets">b.</param>
    /// <param name="states">Receives s.</param>
    /// <param name="rows">Number of rows, at least 1.</param>
    /// <param name="width">Channels, fewer than <typeparamref name="V"/> has.</param>
    /// <param name="direction">1: upwards; −1: downwards.</param>
    public static bool TryRun(double* carry, float* factors, float* offsets, float* states, int rows, int width, int direction)
    {
        var register = stackalloc double[2 * 8];
        var isComposed = 2 * width <= V.Width / 2 && width <= 2;
        if (isComposed) Compose(carry, register, factors, offsets, states, rows, width, direction);
        else Walk(carry, register, factors, offsets, states, rows, width, direction);
        return IsSafe(factors, states, (nint)rows * width, isComposed ? GreatestFactor : float.PositiveInfinity);
    }

    static void Compose(double* carry, double* register, float* factors, float* offsets, float* states, int rows, int width, int direction)
    {
        // to whole registers by steps that change nothing
        nint used = (nint)rows * width, block = V.Width / 2, end = (used + block - 1) / block * block;
        var (first, beyond) = direction > 0 ? ((nint)0, used) : (used - block, used - end);
        new Span<float>(factors + beyond, (int)(end - used)).Fill(1);
        new Span<float>(offsets + beyond, (int)(end - used)).Clear();
        for (var i = 0; i < block; i++) register[i] = carry[i % width];
        if (V.Width == 16) Prefix<Doubles512>.Run(register, factors + first, offsets + first, states + first, end / block, width, direction > 0);
        else if (V.Width == 8) Prefix<Doubles256>.Run(register, factors + first, offsets + first, states + first, end / block, width, direction > 0);
        else Prefix<Doubles128>.Run(register, factors + first, offsets + first, states + first, end / block, width, direction > 0);
        for (var c = 0; c < width; c++) carry[c] = register[c];
    }

    static void Walk(double* carry, double* register, float* factors, float* offsets, float* states, int rows, int width, int direction)
    {
        if (V.Width == 16 && width > 4) Walk<Doubles512>(carry, register, factors, offsets, states, rows, width, direction);
        else if (V.Width >= 8 && width > 2) Walk<Doubles256>(carry, register, factors, offsets, states, rows, width, direction);
        else Walk<Doubles128>(carry, register, factors, offsets, states, rows, width, direction);
    }

    static void Walk<D>(double* carry, double* register, float* factors, float* offsets, float* states, int rows, int width, int direction) where D : unmanaged, IDoubles<D>
    {
        var stride = (nint)width * direction;
        var first = direction > 0 ? 0 : (nint)(rows - 1) * width;
        if (width > D.Width)
        {
            // the registers overlap: both have the channels between
            nint second = width - D.Width;
            SerialRows<D>.Run(carry, carry + second, factors + first, offsets + first, states + first, second, rows, stride);
            return;
        }
        // what the register has too many reaches into the row walked next, whose states are written later
        var side = direction > 0 ? 0 : width - D.Width;
        for (var i = 0; i < D.Width; i++) register[i] = i + side >= 0 && i + side < width ? carry[i + side] : 0;
        SerialRows<D>.Run(register, factors + first + side, offsets + first + side, states + first + side, rows, stride);
        for (var c = 0; c < width; c++) carry[c] = register[c - side];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static bool IsSafe(float* factors, float* states, nint count, float greatest)
    {
        // 0, or NaN once anything was not finite
        V zero = 0f, worst = 0f;
        nint i = 0;
        for (; i <= count - V.Width; i += V.Width)
        {
            zero = V.FusedMultiplyAdd(V.Load(states + i), 0f, zero);
            worst = V.GreaterElseRight(V.Abs(V.Load(factors + i)), worst);
        }
        var isSafe = !V.Any(~V.AreEqual(zero, 0f)) && !V.Any(worst > greatest);
        for (; i < count; i++) isSafe &= float.IsFinite(states[i]) && !(MathF.Abs(factors[i]) > greatest);
        return isSafe;
    }
}
