using Recurve.Contracts;
using Recurve.Kernels.Lanes;

namespace Recurve.Runtime.Tests.Kernels.Lanes;

public sealed class LaneOperationTests
{
    static readonly float[] values =
    [
        0f, -0f, 1f, -1f, 0.5f, -2.5f, 3.25f, 1e-40f, -1e-40f, 1e30f, -1e30f, 88f, -88f,
        float.PositiveInfinity, float.NegativeInfinity, float.NaN,
    ];

    public static TheoryData<int> Widths => [1, 4, 8, 16];

    [Theory, MemberData(nameof(Widths))]
    public void OperatorsAreThoseOfFloat(int width) => Each<Operators>(width);

    [Theory, MemberData(nameof(Widths))]
    public void MinMaxClampPropagateNaN(int width) => Each<Extremes>(width);

    [Theory, MemberData(nameof(Widths))]
    public void MasksSelectBitByBit(int width) => Each<Masks>(width);

    [Theory, MemberData(nameof(Widths))]
    public void LogAddExpStaysFinite(int width) => Each<LogSums>(width);

    [Theory, MemberData(nameof(Widths))]
    public void LeakyReluScalesTheNegativeSide(int width) => Each<Leaks>(width);

    [Theory, MemberData(nameof(Widths))]
    public void SumAndStoresCoverEveryChannel(int width)
    {
        Storing storing = new();
        LaneChoice.Run(ref storing, width);
    }

    [Fact]
    public void TheSumOfALaneHasOneOrder()
    {
        SumOrder order = default;
        foreach (int width in new[] { 16, 8, 4 }) LaneChoice.Run(ref order, width);
    }

    // Every pair of values, laid out so that each lane holds several different pairs.
    static void Each<TCase>(int width) where TCase : struct, IPairCase
    {
        Pairs<TCase> action = default;
        LaneChoice.Run(ref action, width);
    }

    interface IPairCase
    {
        static abstract (string Name, V Result)[] Lane<V>(V a, V b) where V : unmanaged, ILane<V>;

        static abstract double[] Exact(float a, float b);

        static virtual double Bound(float a, float b) => 0;
    }

    readonly unsafe struct Pairs<TCase> : ILaneAction where TCase : struct, IPairCase
    {
        public void Run<V>() where V : unmanaged, ILane<V>
        {
            float* left = stackalloc float[V.Width], right = stackalloc float[V.Width], got = stackalloc float[V.Width];
            for (int start = 0; start < values.Length * values.Length; start += V.Width)
            {
                for (int i = 0; i < V.Width; i++)
                {
                    left[i] = values[(start + i) / values.Length];
                    right[i] = values[(start + i) % values.Length];
                }
                (string Name, V Result)[] results = TCase.Lane(V.Load(left), V.Load(right));
                for (int k = 0; k < results.Length; k++)
                {
                    V.Store(results[k].Result, got);
                    for (int i = 0; i < V.Width; i++)
                    {
                        double exact = TCase.Exact(left[i], right[i])[k];
                        bool same = ((double)got[i]).Equals(exact) || got[i] == exact || Math.Abs(got[i] - exact) <= TCase.Bound(left[i], right[i]);
                        Assert.True(same, $"{results[k].Name}({left[i]:R}, {right[i]:R}) = {got[i]:R}, expected {exact:R} (width {V.Width})");
                    }
                }
            }
        }
    }

    readonly struct Operators : IPairCase
    {
        public static (string, V)[] Lane<V>(V a, V b) where V : unmanaged, ILane<V>
            => [("+", a + b), ("-", a - b), ("*", a * b), ("/", a / b), ("negate", -a), ("1 - a", 1f - a), ("fma", V.FusedMultiplyAdd(a, b, 1f))];

        public static double[] Exact(float a, float b)
            => [a + b, a - b, a * b, a / b, -a, 1f - a, MathF.FusedMultiplyAdd(a, b, 1f)];
    }

    readonly struct Extremes : IPairCase
    {
        public static (string, V)[] Lane<V>(V a, V b) where V : unmanaged, ILane<V>
            => [("min", V.Min(a, b)), ("max", V.Max(a, b)), ("clamp", V.Clamp(a, -1f, b)),
                ("smaller", V.SmallerElseRight(a, b)), ("greater", V.GreaterElseRight(a, b))];

        public static double[] Exact(float a, float b)
            => [MathF.Min(a, b), MathF.Max(a, b), MathF.Min(MathF.Max(a, -1f), b), a < b ? a : b, a > b ? a : b];
    }

    readonly struct Masks : IPairCase
    {
        public static (string, V)[] Lane<V>(V a, V b) where V : unmanaged, ILane<V>
            => [("<", V.Select(a < b, 1f, 0f)), (">", V.Select(a > b, 1f, 0f)), ("<=", V.Select(a <= b, 1f, 0f)), (">=", V.Select(a >= b, 1f, 0f)),
                ("equal", V.Select(V.AreEqual(a, b), 1f, 0f)), ("not", V.Select(~(a < b), 1f, 0f)),
                ("and", V.Select((a < b) & (a > 0f), 1f, 0f)), ("or", V.Select((a < b) | (a > 0f), 1f, 0f)),
                ("where", V.Select(a <= b, a, b)), ("any", V.Any(a > V.Create(float.PositiveInfinity)) ? 1f : 0f)];

        public static double[] Exact(float a, float b)
            => [a < b ? 1 : 0, a > b ? 1 : 0, a <= b ? 1 : 0, a >= b ? 1 : 0, a == b ? 1 : 0, a < b ? 0 : 1,
                a < b && a > 0 ? 1 : 0, a < b || a > 0 ? 1 : 0, a <= b ? a : b, 0];
    }

    readonly struct LogSums : IPairCase
    {
        public static (string, V)[] Lane<V>(V a, V b) where V : unmanaged, ILane<V> => [("logaddexp", V.LogAddExp(a, b))];

        public static double[] Exact(float a, float b)
        {
            double high = Math.Max(a, b);
            return [double.IsInfinity(high) ? high : high + DoubleMath.Log1p(Math.Exp(-Math.Abs((double)a - b)))];
        }

        public static double Bound(float a, float b) => 2e-7 * Math.Max(1, Math.Max(Math.Abs(a), Math.Abs(b)));
    }

    readonly struct Leaks : IPairCase
    {
        public static (string, V)[] Lane<V>(V a, V b) where V : unmanaged, ILane<V> => [("leaky", V.LeakyRelu(a, b))];

        public static double[] Exact(float a, float b) => [a > 0 ? a : a * b];
    }

    readonly unsafe struct Storing : ILaneAction
    {
        public void Run<V>() where V : unmanaged, ILane<V>
        {
            float* memory = (float*)System.Runtime.InteropServices.NativeMemory.AlignedAlloc(256, 64);
            float* plain = memory + 16, past = memory + 32;
            new Span<float>(memory, 64).Fill(-7f);
            for (int i = 0; i < V.Width; i++) memory[i] = i + 1;
            V.Store(V.Load(memory), plain);
            V.StoreNonTemporal(V.Load(memory), past);
            for (int i = 0; i < 16; i++)
            {
                Assert.Equal(i < V.Width ? i + 1 : -7f, plain[i]);
                Assert.Equal(i < V.Width ? i + 1 : -7f, past[i]);
            }
            Assert.Equal(V.Width * (V.Width + 1) / 2, V.Sum(V.Load(memory)));
            System.Runtime.InteropServices.NativeMemory.AlignedFree(memory);
        }
    }

    unsafe struct SumOrder : ILaneAction
    {
        // Halves are added to halves, so the sum of a wide lane is the sum of the narrower lane of its folded halves.
        public readonly void Run<V>() where V : unmanaged, ILane<V>
        {
            float* numbers = stackalloc float[16];
            Random random = new(1);
            for (int i = 0; i < 16; i++) numbers[i] = random.NextSingle() - 0.5f;
            float sum = V.Sum(V.Load(numbers));
            for (int width = V.Width; width > 1; width /= 2)
            {
                for (int i = 0; i < width / 2; i++) numbers[i] += numbers[i + width / 2];
            }
            Assert.Equal(numbers[0], sum);
        }
    }
}
