using System.Runtime.CompilerServices;
using Recurve.Contracts;
using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Scan;

/// <summary>
/// The recurrence of a tile in a relay, from its coefficients alone: all that steps have to wait for. Channels in fours of lanes,
/// whose states stay in registers over the tile's steps.
/// </summary>
/// <remarks>
/// Every step also computes what rounding takes from it and carries that along as a second, small state: with decays near one a plain loop is off by
/// 1e-5 after a million steps. Where that second state is not finite the plain loop's value stands.
/// Rows of <c>width</c> channels follow each other in the order of the walk.
/// </remarks>
internal static unsafe class Recurrence<V> where V : unmanaged, ILane<V>
{
    /// <summary>s = a p + b.</summary>
    /// <param name="carry">The state before the first step; receives that after the last.</param>
    /// <param name="factors">a of each step.</param>
    /// <param name="states">b of each step; receives s.</param>
    /// <param name="steps">How many.</param>
    /// <param name="width">Channels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Forward(RoundedRow carry, float* factors, float* states, int steps, nint width)
    {
        nint c = 0;
        for (; c <= width - 4 * V.Width; c += 4 * V.Width) Forward4(carry + c, factors + c, states + c, steps, width);
        for (; c <= width - V.Width; c += V.Width) Forward1<V>(carry + c, factors + c, states + c, steps, width);
        for (; c < width; c++) Forward1<Lane1>(carry + c, factors + c, states + c, steps, width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Forward4(RoundedRow carry, float* factors, float* states, int steps, nint width)
    {
        nint one = V.Width, two = 2 * one, three = 3 * one;
        Rounded<V> s0 = carry.Load<V>(0), s1 = carry.Load<V>(one), s2 = carry.Load<V>(two), s3 = carry.Load<V>(three);
        for (; steps > 0; steps--, factors += width, states += width)
        {
            s0.Step(V.Load(factors), V.Load(states));
            s1.Step(V.Load(factors + one), V.Load(states + one));
            s2.Step(V.Load(factors + two), V.Load(states + two));
            s3.Step(V.Load(factors + three), V.Load(states + three));
            V.Store(s0.Value, states);
            V.Store(s1.Value, states + one);
            V.Store(s2.Value, states + two);
            V.Store(s3.Value, states + three);
        }
        carry.Store(s0, 0);
        carry.Store(s1, one);
        carry.Store(s2, two);
        carry.Store(s3, three);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Forward1<W>(RoundedRow carry, float* factors, float* states, int steps, nint width) where W : unmanaged, ILane<W>
    {
        var s = carry.Load<W>(0);
        for (; steps > 0; steps--, factors += width, states += width)
        {
            s.Step(W.Load(factors), W.Load(states));
            W.Store(s.Value, states);
        }
        carry.Store(s, 0);
    }

    /// <summary>c = δ + what arrives, then δ = a c + r.</summary>
    /// <param name="carry">δ of the step after; receives that of the last step walked.</param>
    /// <param name="factors">a of each step.</param>
    /// <param name="rests">r of each step.</param>
    /// <param name="adjoints">What arrives at each step; receives c.</param>
    /// <param name="steps">How many.</param>
    /// <param name="width">Channels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Backward(RoundedRow carry, float* factors, float* rests, float* adjoints, int steps, nint width)
    {
        nint c = 0;
        for (; c <= width - 4 * V.Width; c += 4 * V.Width) Backward4(carry + c, factors + c, rests + c, adjoints + c, steps, width);
        for (; c <= width - V.Width; c += V.Width) Backward1<V>(carry + c, factors + c, rests + c, adjoints + c, steps, width);
        for (; c < width; c++) Backward1<Lane1>(carry + c, factors + c, rests + c, adjoints + c, steps, width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Backward4(RoundedRow carry, float* factors, float* rests, float* adjoints, int steps, nint width)
    {
        nint one = V.Width, two = 2 * one, three = 3 * one;
        Rounded<V> d0 = carry.Load<V>(0), d1 = carry.Load<V>(one), d2 = carry.Load<V>(two), d3 = carry.Load<V>(three);
        for (; steps > 0; steps--, factors += width, rests += width, adjoints += width)
        {
            d0.Add(V.Load(adjoints));
            d1.Add(V.Load(adjoints + one));
            d2.Add(V.Load(adjoints + two));
            d3.Add(V.Load(adjoints + three));
            V.Store(d0.Value, adjoints);
            V.Store(d1.Value, adjoints + one);
            V.Store(d2.Value, adjoints + two);
            V.Store(d3.Value, adjoints + three);
            d0.Step(V.Load(factors), V.Load(rests));
            d1.Step(V.Load(factors + one), V.Load(rests + one));
            d2.Step(V.Load(factors + two), V.Load(rests + two));
            d3.Step(V.Load(factors + three), V.Load(rests + three));
        }
        carry.Store(d0, 0);
        carry.Store(d1, one);
        carry.Store(d2, two);
        carry.Store(d3, three);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Backward1<W>(RoundedRow carry, float* factors, float* rests, float* adjoints, int steps, nint width) where W : unmanaged, ILane<W>
    {
        var d = carry.Load<W>(0);
        for (; steps > 0; steps--, factors += width, rests += width, adjoints += width)
        {
            d.Add(W.Load(adjoints));
            W.Store(d.Value, adjoints);
            d.Step(W.Load(factors), W.Load(rests));
        }
        carry.Store(d, 0);
    }
}
