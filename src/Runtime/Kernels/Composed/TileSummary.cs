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
    // rows composed at once keep to the first-level cache
    const int GroupBytes = 16 * 1024, MostRows = 16;

    readonly double* maps;
    readonly float* rows;
    readonly Vector<double>* wide;
    readonly int width, groupRows;
    int pending;
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
        groupRows = Math.Clamp(GroupBytes / (sizeof(float) * RowFloats), 1, MostRows);
        rows = scratch.Take<float>((long)groupRows * RowFloats);
        wide = (Vector<double>*)scratch.Take<double>(2L * groupRows * TMaps.Numbers * Vector<double>.Count);
        for (var i = 0; i < groupRows * TMaps.Numbers; i++) new Span<float>(rows + (long)i * Stride, Stride).Fill((float)TMaps.Identity(i % TMaps.Numbers));
        Restart();
    }

    /// <summary>Floats between two numbers of a step's map, and doubles between two states of a carry.</summary>
    public int Stride { get; }

    /// <summary>Where the map of the next step is to be written before it is appended.</summary>
    public readonly float* Step => rows + (long)pending * RowFloats;

    readonly int RowFloats => TMaps.Numbers * Stride;

    /// <summary>Channels in whole vectors.</summary>
    public static int Padded(int width) => (width + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;

    /// <summary>Appends the step that was written.</summary>
    public void Append()
    {
        if (++pending == groupRows) Compose();
    }

    /// <summary>Composes the steps that were appended, a vector of channels at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Compose()
    {
        // here and not in the loops, where the fields would be read again after every store
        var (count, numbers, stride) = (pending, TMaps.Numbers, (nint)Stride);
        var target = wide;
        pending = 0;
        if (count == 0) return;
        var (steps, states) = (reach.Steps, reach.States);
        for (nint c = 0; c < stride; c += Vector<float>.Count)
        {
            var sums = Vector<float>.Zero;
            var number = rows + c;
            var next = target;
            for (var t = 0; t < count; t++)
            {
                for (var i = 0; i < numbers; i++, number += stride, next += 2)
                {
                    var value = Vector.Load(number);
                    sums += TMaps.Magnitude(i, value);
                    Vector.Widen(value, out next[0], out next[1]);
                }
            }
            Vector.Widen(sums, out var low, out var high);
            steps += low + high;
            TMaps.Compose(target, count, maps + c, stride, ref states);
            TMaps.Compose(target + 1, count, maps + c + Vector<double>.Count, stride, ref states);
        }
        (reach.Steps, reach.States) = (steps, states);
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
    public bool TryFold(double* carry, double* behind)
    {
        Compose();
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
    public void CopyLinear(double* target, int count, long stride)
    {
        Compose();
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

    /// <summary>Doubles that hold a summary of so many channels.</summary>
    public static int SavedLength(int width) => TMaps.Numbers * Padded(width) + 3;

    /// <summary>Writes the map, its bounds, and whether it was cut.</summary>
    public void Save(double* target)
    {
        Compose();
        var count = TMaps.Numbers * (long)Stride;
        Buffer.MemoryCopy(maps, target, sizeof(double) * count, sizeof(double) * count);
        (target[count], target[count + 1], target[count + 2]) = (Reach.Greatest(reach.Steps), Reach.Greatest(reach.States), isCut ? 1 : 0);
    }

    /// <summary>Saves a summary of which a device has every number by channel: those of the map, two bounds, and whether it was cut, which is the same in all channels.</summary>
    /// <param name="numbers">The first channel's; behind each number that of the next channel.</param>
    /// <param name="apart">Doubles from a number to the next.</param>
    /// <param name="width">Channels.</param>
    /// <param name="target">As for <see cref="Save(double*)"/>.</param>
    public static void Save(double* numbers, long apart, int width, double* target)
    {
        var stride = Padded(width);
        for (var i = 0; i < TMaps.Numbers; i++)
        {
            var row = new Span<double>(target + (long)i * stride, stride);
            new ReadOnlySpan<double>(numbers + i * apart, width).CopyTo(row);
            row[width..].Fill(TMaps.Identity(i));
        }
        var bounds = target + TMaps.Numbers * (long)stride;
        (bounds[0], bounds[1], bounds[2]) = (Greatest(TMaps.Numbers), Greatest(TMaps.Numbers + 1), width > 0 ? numbers[(TMaps.Numbers + 2) * apart] : 0);

        // a NaN stays
        double Greatest(int number)
        {
            double greatest = 0;
            for (var c = 0; c < width; c++) greatest = Math.Max(greatest, numbers[number * apart + c]);
            return greatest;
        }
    }

    /// <summary>What was saved; only to be folded.</summary>
    /// <param name="saved">Where it stands; it outlives the summary.</param>
    /// <param name="width">Channels.</param>
    /// <param name="from">What a cut summary starts from, as for <see cref="Cut"/>.</param>
    public static TileSummary<TMaps> Saved(double* saved, int width, float** from) => new(saved, width, from);

    /// <summary>One summary for two tiles in a row, as saved. It says what they do to a carry, and not whether that holds: its bounds are zero.</summary>
    /// <param name="earlier">What comes first.</param>
    /// <param name="later">What comes behind it.</param>
    /// <param name="both">The result; it may be the earlier one's memory.</param>
    /// <param name="width">Channels.</param>
    public static void Compose(double* earlier, double* later, double* both, int width)
    {
        var stride = Padded(width);
        var (count, bytes) = (TMaps.Numbers * (long)stride, sizeof(double) * (long)SavedLength(width));
        // behind a reset nothing of the earlier one is seen
        var isCut = later[count + 2] != 0;
        Buffer.MemoryCopy(isCut ? later : earlier, both, bytes, bytes);
        (both[count], both[count + 1]) = (0, 0);
        if (isCut) return;
        var step = stackalloc Vector<double>[2 * TMaps.Numbers];
        Vector<double> states = default;
        for (var c = 0; c < stride; c += Vector<double>.Count)
        {
            for (var i = 0; i < TMaps.Numbers; i++) step[2 * i] = Vector.Load(later + (long)i * stride + c);
            TMaps.Compose(step, 1, both + c, stride, ref states);
        }
    }

    TileSummary(double* saved, int width, float** from)
    {
        (this.width, Stride) = (width, Padded(width));
        maps = saved;
        this.from = from;
        var bounds = saved + TMaps.Numbers * (long)Stride;
        (reach.Steps, reach.States, isCut) = (new(bounds[0]), new(bounds[1]), bounds[2] != 0);
    }

    void Restart()
    {
        for (var i = 0; i < TMaps.Numbers; i++) new Span<double>(maps + (long)i * Stride, Stride).Fill(TMaps.Identity(i));
        reach = default;
        pending = 0;
    }
}
