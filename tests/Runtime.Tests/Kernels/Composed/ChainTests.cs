using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Composed;
using Recurve.Runtime.Tests.Kernels.Scan;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Kernels.Composed;

/// <summary>
/// A thousand random chains of each class, with steps that no cell would take: zeros, infinities, NaN, bounds that cross, coefficients that let
/// products overflow. Split in time they must be what the kernel gives step by step, in values and in what is finite.
/// </summary>
[Collection(nameof(WorkerCounts))]
public class ChainTests
{
    const int Chains = 1000;

    [Fact]
    public void ClampedChains() => CompareAll<Bounded>(StepClass.Clamped, Bounded.Cell);

    [Fact]
    public void MaxPlusChains() => CompareAll<MaxPlus>(StepClass.MaxPlus, MaxPlus.Cell);

    [Fact]
    public void LogPlusChains() => CompareAll<LogPlus>(StepClass.LogPlus, LogPlus.Cell);

    [Fact]
    public void BlockChains() => CompareAll<Block<TwoStates>>(StepClass.Block, Block<TwoStates>.Cell);

    static void CompareAll<TBody>(StepClass kind, Cell cell) where TBody : struct, IComposedBody
    {
        var seed = RandomSeed.Draw();
        for (var chain = 0; chain < Chains; chain++) Compare(kind, cell, seed + chain, run => run.Composed<TBody>(kind));
    }

    internal static void Compare(StepClass kind, Cell cell, int seed, Func<KernelRun, Dictionary<string, double[]>> execute)
    {
        var random = new Random(seed);
        var shape = new Shape(1, random.Next(17, 200), 1) { Resets = random.Next(3) == 0, Reverse = random.Next(2) == 0, Seed = seed };
        var numbers = Numbers.Of(cell, shape);
        var wildness = random.Next(4) * 0.02;
        foreach (var values in numbers.Streams.Concat(numbers.Starts).Concat(numbers.Initials))
        {
            for (var i = 0; i < values.Length; i++)
            {
                if (random.NextDouble() < wildness) values[i] = Wild(kind, random);
            }
        }
        var expected = Run(cell, shape, numbers, Course.Serial, execute);
        var actual = Run(cell, shape, numbers, Course.Split, execute);
        // a wild block grows, cancels and grows again: its rounding is its own, and what is finite is the question
        var tolerance = kind == StepClass.Block && wildness > 0 ? double.MaxValue : 1e-5;
        foreach (var (name, values) in expected)
        {
            for (var i = 0; i < values.Length; i++)
            {
                var (want, have) = (values[i], actual[name][i]);
                // −∞ is a number of these classes
                var isNumber = kind is StepClass.MaxPlus or StepClass.LogPlus && double.IsNegativeInfinity(want);
                var agrees = double.IsFinite(want) ? double.IsFinite(have) && Math.Abs(have - want) <= tolerance * Math.Max(1, Math.Abs(want))
                    : isNumber ? have == want
                    : !double.IsFinite(have);
                Assert.True(agrees, $"seed {seed}: {name}[{i}] of {kind} is {have} instead of {want}, {shape}");
            }
        }
    }

    static float Wild(StepClass kind, Random random) => random.Next(kind == StepClass.Block ? 6 : 9) switch
    {
        0 or 1 => 0,
        2 => 3e38f * random.Next(-1, 2),
        3 => 1e-38f,
        4 => 30,
        5 => -8,
        6 => float.PositiveInfinity,
        7 => float.NaN,
        _ => float.NegativeInfinity,
    };

    static Dictionary<string, double[]> Run(Cell cell, Shape shape, Numbers numbers, Course course, Func<KernelRun, Dictionary<string, double[]>> execute)
    {
        using var forced = new ForcedCourse(course);
        using var run = new KernelRun(cell, shape, numbers, pad: 0);
        return execute(run);
    }

    /// <summary>Clamped with every number a stream: bounds may cross and be infinite.</summary>
    internal struct Bounded : IComposedBody
    {
        public static BodySignature Signature { get; } = new(4, 0, 1, [true, true, true, true]);

        public static void Step<V>(in Frame<V> x) where V : unmanaged, ILane<V>
            => x.SetNew(0, V.Clamp(V.FusedMultiplyAdd(x.Stream(0), x.Old(0), x.Stream(1)), x.Stream(2), x.Stream(3)));

        public static void Map<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
        {
            for (var i = 0; i < 4; i++) map.Set(i, x.Stream(i));
        }

        static V Slope<V>(in Frame<V> x) where V : unmanaged, ILane<V>
        {
            var inner = V.FusedMultiplyAdd(x.Stream(0), x.Old(0), x.Stream(1));
            return V.Select(inner >= x.Stream(2) & inner <= x.Stream(3), x.Stream(0), 0f);
        }

        public static void AdjointMap<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
        {
            map.Set(0, Slope(x));
            map.Set(1, 0f);
        }

        public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
        {
            x.SetDelta(0, Slope(x) * x.Carry(0));
            for (var i = 0; i < 4; i++) x.Adjoint(i, i == 1 ? x.Carry(0) : 0f);
        }

        public static string? DeviceText => """
            FUNCTION real slope(const real* x, const real* fixed, real p)
            {
                real inner = fma(x[0], p, x[1]);
                return where(inner >= x[2] && inner <= x[3], x[0], 0.0f);
            }
            FUNCTION void step_forward(const real* x, const real* fixed, const real* old, real* next, real* y)
            {
                next[0] = clip(fma(x[0], old[0], x[1]), x[2], x[3]);
            }
            FUNCTION void map(const real* x, const real* fixed, real* m)
            {
                for (int i = 0; i < 4; i++) m[i] = x[i];
            }
            FUNCTION void adjoint_map(const real* x, const real* fixed, const real* old, const real* next, const real* dy, real* m)
            {
                m[0] = slope(x, fixed, old[0]);
                m[1] = 0.0f;
            }
            FUNCTION void step_adjoint(
                const real* x, const real* fixed, const real* old, const real* next, const real* dy, const real* c, real* delta, real* dx)
            {
                delta[0] = slope(x, fixed, old[0]) * c[0];
                for (int i = 0; i < 4; i++) dx[i] = i == 1 ? c[0] : 0.0f;
            }
            """;

        public static Cell Cell => new([Cell.Signal, Cell.Signal, Cell.Signal, Cell.Signal], 1, (u, p, s, y) => { }, 0);
    }
}
