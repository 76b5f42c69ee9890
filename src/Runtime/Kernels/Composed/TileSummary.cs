using System.Numerics;
using System.Runtime.CompilerServices;

namespace Recurve.Kernels.Composed;

/// <summary>
/// What a tile does to the state, per channel: one map of its class, composed step after step in double precision. A reset inside cuts the
/// tile: what follows no longer sees the carry, it starts from the initial state.
/// </summary>
/// <remarks>
/// Rows are padded to whole vectors with maps that change nothing. The carry behind a tile holds only where a bound kept with the summary shows that
/// the serial loop overflows nowhere inside (docs/decisions/0004).
/// </remarks>
internal unsafe struct TileSummary<TMaps> where TMaps : struct, IStepMaps
{
    readonly double* maps;
    readonly float* step;
    readonly int width;
    float** from;
    bool isCut;
    Reach reach;

    /// <param name="scratch">Gives the memory.</param>
    /// <param name="width">Channels.</param>
    public TileSummary(Scratch scratch, int width)
    {
        this.width = width;
        Stride = Padded(width);
        maps = scratch.Take<double>((long)TMaps.Numbers * Stride);
        step = scratch.Take<float>((long)TMaps.Numbers * Stride);
        for (var i = 0; i < TMaps.Numbers; i++) new Span<float>(step + (long)i * Stride, Stride).Fill((float)TMaps.Identity(i));
        Restart();
    }

    /// <summary>Floats between two numbers of a step's map, and doubles between two states of a carry.</summary>
    public int Stride { get; }

    /// <summary>Where the map of the next step is to be written before it is composed.</summary>
    public readonly float* Step => step;

    /// <summary>Channels in whole vectors.</summary>
    public static int Padded(int width) => (width + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;

    /// <summary>Appends the step that was written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compose()
    {
        var before = stackalloc Vector<double>[TMaps.Numbers];
        var after = stackalloc Vector<double>[TMaps.Numbers];
        var low = stackalloc Vector<double>[TMaps.Numbers];
        var high = stackalloc Vector<double>[TMaps.Numbers];
        var sums = reach;
        for (nint c = 0; c < Stride; c += Vector<float>.Count)
        {
            for (var i = 0; i < TMaps.Numbers; i++) Vector.Widen(Vector.Load(step + i * Stride + c), out low[i], out high[i]);
            Compose(low, before, after, c, ref sums);
            Compose(high, before, after, c + Vector<double>.Count, ref sums);
        }
        reach = sums;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    readonly void Compose(Vector<double>* next, Vector<double>* before, Vector<double>* after, nint c, ref Reach sums)
    {
        for (var i = 0; i < TMaps.Numbers; i++) before[i] = Vector.Load(maps + i * Stride + c);
        TMaps.Compose(next, before, after, ref sums);
        for (var i = 0; i < TMaps.Numbers; i++) Vector.Store(after[i], maps + i * Stride + c);
    }

    /// <summary>From here on the tile starts from these rows, whatever the carry.</summary>
    /// <param name="states">A row for each state, from the tile's first channel on; they outlive the summary.</param>
    public void Cut(float** states)
    {
        isCut = true;
        from = states;
        Restart();
    }

    /// <summary>
    /// The carry behind the tile, and whether it holds in every channel. Where it does not, what the serial loop leaves must take its place;
    /// such numbers are NaN.
    /// </summary>
    /// <param name="carry">The states before, <see cref="Stride"/> apart; zeros in the padding.</param>
    /// <param name="behind">Receives the states behind.</param>
    public readonly bool TryFold(double* carry, double* behind)
    {
        if (isCut)
        {
            for (var k = 0; k < TMaps.States; k++)
            {
                for (var c = 0; c < Stride; c++) behind[(long)k * Stride + c] = c < width ? from[k][c] : 0;
            }
        }
        else Buffer.MemoryCopy(carry, behind, sizeof(double) * TMaps.States * (long)Stride, sizeof(double) * TMaps.States * (long)Stride);

        var map = stackalloc Vector<double>[TMaps.Numbers];
        var state = stackalloc Vector<double>[TMaps.States];
        var isWithin = TMaps.IsWithin(Reach.Greatest(reach.Steps), Reach.Greatest(reach.States), Magnitude(behind));
        var holds = true;
        for (nint c = 0; c < Stride; c += Vector<double>.Count)
        {
            var canCarry = Vector<double>.AllBitsSet;
            for (var i = 0; i < TMaps.Numbers; i++) map[i] = Vector.Load(maps + i * Stride + c);
            for (var k = 0; k < TMaps.States; k++)
            {
                state[k] = Vector.Load(behind + k * Stride + c);
                canCarry &= TMaps.CanCarry(state[k]);
            }
            TMaps.Apply(map, state);
            for (var k = 0; k < TMaps.States; k++) canCarry &= TMaps.CanCarry(state[k]);
            if (!isWithin) canCarry = Vector<double>.Zero;
            holds &= Vector.EqualsAll(canCarry.As<double, long>(), Vector<long>.AllBitsSet);
            for (var k = 0; k < TMaps.States; k++)
                Vector.Store(Vector.ConditionalSelect(canCarry, state[k], new(double.NaN)), behind + k * Stride + c);
        }
        return holds;
    }

    /// <summary>The first numbers of the map, which say how the states behind depend on those before: zeros where a reset is between.</summary>
    /// <param name="target">Receives them.</param>
    /// <param name="count">How many.</param>
    /// <param name="stride">Doubles between two of them.</param>
    public readonly void CopyLinear(double* target, int count, long stride)
    {
        for (var i = 0; i < count; i++)
        {
            var numbers = new Span<double>(target + i * stride, Stride);
            if (isCut) numbers.Clear();
            else new Span<double>(maps + (long)i * Stride, Stride).CopyTo(numbers);
        }
    }

    // of the finite ones: the others are not carried
    readonly double Magnitude(double* states)
    {
        double greatest = 0;
        for (var i = 0L; i < (long)TMaps.States * Stride; i++)
            if (double.IsFinite(states[i])) greatest = Math.Max(greatest, Math.Abs(states[i]));
        return greatest;
    }

    void Restart()
    {
        for (var i = 0; i < TMaps.Numbers; i++) new Span<double>(maps + (long)i * Stride, Stride).Fill(TMaps.Identity(i));
        reach = default;
    }
}
