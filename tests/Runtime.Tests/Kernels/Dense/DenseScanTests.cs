using Recurve.Kernels.Dense;
using Recurve.Kernels.Gemm;

namespace Recurve.Runtime.Tests.Kernels.Dense;

/// <summary>Dense recurrences in one piece and in chunks against a loop in double precision.</summary>
public sealed unsafe class DenseScanTests
{
    const int Exponent = 3;

    static readonly (string Name, Func<Random, int, float[]> Of)[] matrices =
    [
        ("zero", (_, n) => new float[n * n]),
        ("diagonal with zeros", (r, n) => Filled(n, (i, j) => i == j ? r.Next(3) == 0 ? 0 : r.NextDouble() : 0)),
        ("shift", (_, n) => Filled(n, (i, j) => (i + 1) % n == j ? 1 : 0)),
        ("nilpotent", (r, n) => Filled(n, (i, j) => j > i ? 3 * r.NextDouble() : 0)),
        ("small", (r, n) => Filled(n, (_, _) => (r.NextDouble() - 0.5) / Math.Sqrt(n))),
        ("rotation", (r, n) => Rotation(r, n)),
        ("growing", (r, n) => [.. Rotation(r, n).Select(v => 1.05f * v)]),
        ("growing fast", (r, n) => Filled(n, (i, j) => i == j ? 4 : r.NextDouble() - 0.5)),
    ];

    [Fact]
    public void RandomChainsAgree()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            var (name, of) = matrices[seed % matrices.Length];
            var (batches, width) = (random.Next(1, 4), random.Next(1, 10));
            var steps = name == "growing fast" ? random.Next(40) : random.Next(150);
            var walk = new Numbers(random, batches, steps, width);
            var matrix = of(random, width);
            var expected = walk.InDouble(matrix);
            Compare(expected, walk.Run(matrix, 0), $"{name}, in one piece, seed {seed}");
            Compare(expected, walk.Run(matrix, Exponent), $"{name}, in chunks, seed {seed}");
        }
    }

    public static TheoryData<string> Accidents => ["an infinite offset", "a NaN", "an infinite start", "a value that overflows inside a chunk", "a state that grows without limit", "infinity, then a reset"];

    [Theory, MemberData(nameof(Accidents))]
    public void ChunksAreFiniteWhereStepsAre(string accident)
    {
        var random = new Random(7);
        var walk = new Numbers(random, 2, 200, 5) { Lengths = [200, 200], Resets = new bool[2, 200] };
        var matrix = Rotation(random, 5);
        switch (accident)
        {
            case "an infinite offset": walk.Offsets[0, 77, 2] = float.PositiveInfinity; break;
            case "a NaN": walk.Offsets[1, 3, 0] = float.NaN; break;
            case "an infinite start": walk.Starts[1, 4] = float.NegativeInfinity; break;
            case "a value that overflows inside a chunk":
                for (var i = 0; i < 15; i++) walk.Offsets[0, 50 + i / 5, i % 5] = 3e38f;
                break;
            case "a state that grows without limit": matrix = [.. matrix.Select(v => 1.8f * v)]; break;
            default: (walk.Offsets[0, 77, 2], walk.Resets[0, 90], walk.Resets[0, 130]) = (float.PositiveInfinity, true, true); break;
        }
        float[] serial = walk.Run(matrix, 0), split = walk.Run(matrix, Exponent);
        Assert.Contains(serial, v => !float.IsFinite(v));
        Assert.Equal(serial.Select(float.IsFinite), split.Select(float.IsFinite));
    }

    [Theory, InlineData(1), InlineData(3), InlineData(8), InlineData(17), InlineData(40)]
    public void PowersAreThoseOfTheMatrix(int size)
    {
        var matrix = Rotation(new(size), size);
        fixed (float* values = matrix)
        {
            double[] expected = [.. matrix.Select(v => (double)v)];
            for (var i = 0; i < 5; i++) expected = Product(expected, expected, size);
            var powers = new DensePowers(values, size);
            foreach (var transposed in (bool[])[false, true])
            {
                Assert.Equal(5, powers.ExponentAtMost(5));
                var power = RowsOf(powers.Packed(5, transposed), size);
                for (var i = 0; i < size; i++)
                {
                    for (var j = 0; j < size; j++) Assert.Equal(expected[transposed ? j * size + i : i * size + j], power[i * size + j], 1e-7);
                }
            }
        }
    }

    [Theory]
    [InlineData(1.0, 8)]
    [InlineData(2.0, 3)] // 2⁸ = 256 is below the limit, 2¹⁶ above
    [InlineData(200.0, 0)]
    [InlineData(double.NaN, 0)]
    public void APowerThatWouldDrownItsChunkIsNotTaken(double factor, int expected)
    {
        float[] matrix = [(float)factor];
        fixed (float* values = matrix)
        {
            Assert.Equal(expected, new DensePowers(values, 1).ExponentAtMost(8));
        }
    }

    // what a product makes of the unit rows
    static float[] RowsOf(PackedMatrix matrix, int size)
    {
        float[] units = new float[size * size], rows = new float[size * size];
        for (var i = 0; i < size; i++) units[i * size + i] = 1;
        fixed (float* from = units, to = rows) MatrixProduct.Multiply(from, size, matrix, to, size, size, accumulate: false);
        return rows;
    }

    static void Compare(double[] expected, float[] actual, string what)
    {
        double error = 0, norm = 1e-6 * expected.Length;
        for (var i = 0; i < expected.Length; i++) (error, norm) = (error + Math.Pow(actual[i] - expected[i], 2), norm + expected[i] * expected[i]);
        Assert.True(expected.Length == 0 || Math.Sqrt(error / norm) < 2e-6, $"{what}: relative error {Math.Sqrt(error / norm):E2}");
    }

    static float[] Filled(int n, Func<int, int, double> of) => [.. Enumerable.Range(0, n * n).Select(i => (float)of(i / n, i % n))];

    // a product of rotations in planes
    static float[] Rotation(Random random, int n)
    {
        var q = Filled(n, (i, j) => i == j ? 1 : 0).Select(v => (double)v).ToArray();
        for (var k = 0; k < 3 * n && n > 1; k++)
        {
            var (i, angle) = (random.Next(n - 1), 6 * random.NextDouble());
            for (var j = 0; j < n; j++)
            {
                var (x, y) = (q[i * n + j], q[(i + 1) * n + j]);
                (q[i * n + j], q[(i + 1) * n + j]) = (Math.Cos(angle) * x - Math.Sin(angle) * y, Math.Sin(angle) * x + Math.Cos(angle) * y);
            }
        }
        return [.. q.Select(v => (float)v)];
    }

    static double[] Product(double[] a, double[] b, int n)
        => [.. Enumerable.Range(0, n * n).Select(i => Enumerable.Range(0, n).Sum(k => a[i / n * n + k] * b[k * n + i % n]))];

    /// <summary>h' = A h + b with resets to zero.</summary>
    sealed class Numbers : DenseWalk
    {
        readonly int steps;
        float[] results = [];

        public Numbers(Random random, int batches, int steps, int width) : base(width, batches)
        {
            this.steps = steps;
            (Offsets, Starts, Resets) = (new float[batches, steps, width], new float[batches, width], new bool[batches, steps]);
            Lengths = [.. Enumerable.Range(0, batches).Select(_ => random.Next(3) == 0 ? random.Next(steps + 1) : steps)];
            var rarity = random.Next(3) switch { 0 => int.MaxValue, 1 => 5, _ => 60 };
            for (var b = 0; b < batches; b++)
            {
                for (var c = 0; c < width; c++) Starts[b, c] = (float)random.NextDouble() - 0.5f;
                for (var t = 0; t < steps; t++)
                {
                    Resets[b, t] = random.Next(rarity) == 0;
                    for (var c = 0; c < width; c++) Offsets[b, t, c] = (float)random.NextDouble() - 0.5f;
                }
            }
        }

        public float[,,] Offsets { get; }
        public float[,] Starts { get; }
        public bool[,] Resets { get; init; }
        public int[] Lengths { get; init; }

        public float[] Run(float[] matrix, int exponent)
        {
            results = new float[Batches * (steps + 1) * Width];
            fixed (float* values = matrix)
            {
                var packed = PackedMatrix.PackTransposed(values, Width, Width, Width);
                var powers = new DensePowers(values, Width);
                exponent = powers.ExponentAtMost(exponent);
                if (exponent == 0) DenseScan.RunSerial(this, packed);
                else DenseScan.RunSplit(this, packed, powers.Packed(exponent, transposed: true), 1 << exponent);
            }
            return results;
        }

        public double[] InDouble(float[] matrix)
        {
            var all = new double[Batches * (steps + 1) * Width];
            for (var b = 0; b < Batches; b++)
            {
                double[] h = [.. Enumerable.Range(0, Width).Select(c => (double)Starts[b, c])];
                for (var t = 0; t < Lengths[b]; t++)
                {
                    var p = Resets[b, t] ? new double[Width] : h;
                    h = [.. Enumerable.Range(0, Width).Select(i => Offsets[b, t, i] + Enumerable.Range(0, Width).Sum(j => matrix[i * Width + j] * p[j]))];
                    h.CopyTo(all, At(b, t));
                }
                h.CopyTo(all, At(b, steps));
            }
            return all;
        }

        public override int Length(int batch) => Lengths[batch];

        public override void TakeStart(int batch, float* row)
        {
            for (var c = 0; c < Width; c++) row[c] = Starts[batch, c];
        }

        public override void LeaveEnd(int batch, float* row) => new ReadOnlySpan<float>(row, Width).CopyTo(results.AsSpan(At(batch, steps)));

        public override bool IsCut(int batch, int first, int end) => Enumerable.Range(first, end - first).Any(t => Resets[batch, t]);

        public override void Enter(int batch, int step, float* c, float* next, bool writes)
        {
            for (var i = 0; i < Width; i++)
            {
                if (Resets[batch, step]) c[i] = 0;
                next[i] = Offsets[batch, step, i];
            }
        }

        public override void Leave(int batch, int step, float* next, bool writes)
        {
            if (writes) new ReadOnlySpan<float>(next, Width).CopyTo(results.AsSpan(At(batch, step)));
        }

        int At(int batch, int step) => (batch * (steps + 1) + step) * Width;
    }
}
