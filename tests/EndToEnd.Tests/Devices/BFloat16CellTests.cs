using Recurve.Cells;
using Recurve.EndToEnd.Tests.Cells;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Devices;

/// <summary>Cells whose stages leave each other numbers in bfloat16, against single precision: within what the rounding of each stored number can do.</summary>
public sealed class BFloat16CellTests
{
    // half the distance of neighbours, relative to the number
    const double Rounding = 1.0 / 256;

    // of the two runs in single precision, far below
    const double Single = 1e-5;

    // each of them has another way between its stages
    public static TheoryData<string> Names => ["MinGru", "GilrLstm", "MLstm", "Lru", "DualRnn", "Viterbi", "SoftViterbi", "ParaGru", "SruV2", "Lstm", "ParallelLmu", "Fsmn"];

    static Device Get(string device) => Device.TryGet(device, out var there, out var whyNot) ? there : throw new ArgumentException(whyNot);

    static Tensor Normal(int seed, params int[] shape)
    {
        var random = new RandomSource(seed);
        return Tensor.FromArray([.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => (float)(0.5 * random.Normal()))], shape);
    }

    static (float[] Y, float[] Gradient) Run(CellModule cell, Precision precision, Tensor x, Sequence? sequence)
    {
        cell.Store(precision);
        var leaf = Tensor.FromArray(x.ToArray(), x.Shape).To(x.Device);
        leaf.RequiresGrad = true;
        var y = cell.Forward(leaf, sequence);
        y.Backward(Normal(9, y.Shape).To(x.Device));
        return (y.ToArray(), leaf.Grad!.ToArray());
    }

    /// <summary>
    /// The recurrence h' = (1 − z) h + z c and its adjoint, with the error of every stored number (pre-activations of z and c, and their adjoints) carried through both as a bound:
    /// |σ'| ≤ 1/4, |σ''| ≤ 0.0963.
    /// </summary>
    [Theory, OnOpenCl, OnCuda]
    public void AGatedUnitStaysWithinTheBoundOfItsRoundings(string device)
    {
        const int Batch = 2, Time = 40, Inputs = 7, Units = 6;
        var there = Get(device);
        var cell = new MinGru(Inputs, Units);
        cell.Initialize(3);
        var weights = cell.Parameters.ToDictionary(p => p.Name, p => p.Value.ToArray());
        cell.To(there);
        var x = Normal(1, Batch, Time, Inputs);
        var (exact, half) = (Run(cell, Precision.Single, x.To(there), null), Run(cell, Precision.BFloat16, x.To(there), null));
        Assert.NotEqual(exact.Y, half.Y);
        float[] input = x.ToArray(), arriving = Normal(9, Batch, Time, Units).ToArray();
        for (var b = 0; b < Batch; b++)
        {
            var bound = new double[Time, Inputs];
            for (var u = 0; u < Units; u++)
            {
                var (a, da, gz, gc, ez, ec) = (new double[Time + 1], new double[Time + 1], new double[Time], new double[Time], new double[Time], new double[Time]);
                double h = 0, eh = 0;
                for (var t = 0; t < Time; t++)
                {
                    double pz = Dot("wz", t), pc = Dot("wh", t), z = 1 / (1 + Math.Exp(-pz - weights["bz"][u])), c = pc + weights["bh"][u];
                    double dz = Rounding * Math.Abs(pz) / 4, dc = Rounding * Math.Abs(pc), slope = z * (1 - z), dSlope = 0.0963 * Rounding * Math.Abs(pz);
                    // of what arrives at h', the parts that go to the pre-activations, with their errors
                    (gz[t], ez[t], gc[t], ec[t]) = ((c - h) * slope, (Math.Abs(c - h) + dc + eh) * (slope + dSlope) - Math.Abs(c - h) * slope, z, dz);
                    (a[t], da[t]) = (1 - z, dz);
                    (h, eh) = ((1 - z) * h + z * c, (1 - z + dz) * eh + dz * Math.Abs(h - c) + (z + dz) * dc);
                    var at = (b * Time + t) * Units + u;
                    Assert.True(Math.Abs(exact.Y[at] - half.Y[at]) <= eh + Single, $"h[{b}, {t}, {u}] is {half.Y[at]}, {exact.Y[at]} in single precision, bound {eh:e2}");
                }
                double g = 0, eg = 0;
                for (var t = Time - 1; t >= 0; t--)
                {
                    (g, eg) = (a[t + 1] * g + arriving[(b * Time + t) * Units + u], (a[t + 1] + da[t + 1]) * eg + da[t + 1] * Math.Abs(g));
                    for (var i = 0; i < Inputs; i++)
                        bound[t, i] += Error("wz", i, gz[t], ez[t]) + Error("wh", i, gc[t], ec[t]);
                }

                // of W (e g), rounded once more where it is stored
                double Error(string name, int i, double e, double de)
                {
                    var error = (Math.Abs(e) + de) * (Math.Abs(g) + eg) - Math.Abs(e * g);
                    return Math.Abs(weights[name][u * Inputs + i]) * (error + Rounding * (Math.Abs(e * g) + error));
                }

                double Dot(string name, int t) => Enumerable.Range(0, Inputs).Sum(i => (double)weights[name][u * Inputs + i] * input[(b * Time + t) * Inputs + i]);
            }
            for (var t = 0; t < Time; t++)
                for (var i = 0; i < Inputs; i++)
                {
                    var at = (b * Time + t) * Inputs + i;
                    Assert.True(Math.Abs(exact.Gradient[at] - half.Gradient[at]) <= bound[t, i] + Single,
                        $"gradient of x[{b}, {t}, {i}] is {half.Gradient[at]}, {exact.Gradient[at]} in single precision, bound {bound[t, i]:e2}");
                }
        }
    }

    /// <summary>Over 9 steps a number passes at most 16 roundings on any way through these cells, and none of them enlarges an error: 16 times 2⁻⁸ of the norm.</summary>
    [Theory, OnOpenCl(nameof(Names)), OnCuda(nameof(Names))]
    public void EveryWayBetweenStagesCarriesBFloat16(string device, string name)
    {
        var there = Get(device);
        var cell = Catalogue.Get(name).Create(5, 5);
        cell.Initialize(5);
        cell.To(there);
        var x = Normal(2, 3, 9, 5).To(there);
        Sequence sequence = new() { Lengths = [9, 0, 5], Reverse = true, Resets = GradientCheck.RandomResets(3, 9, seed: 4).To(there) };
        var (exact, half) = (Run(cell, Precision.Single, x, sequence), Run(cell, Precision.BFloat16, x, sequence));
        Near("output", exact.Y, half.Y);
        Near("gradient of x", exact.Gradient, half.Gradient);

        void Near(string what, float[] expected, float[] actual)
        {
            var error = Math.Sqrt(expected.Zip(actual, (e, a) => Math.Pow(e - a, 2)).Sum() / expected.Sum(e => Math.Pow(e, 2)));
            Assert.True(error <= 16 * Rounding, $"{what} of {name} on {device}: relative error {error:e2}");
        }
    }

    [Theory, OnOpenCl, OnCuda]
    public void AStreamStoresAsForwardDoes(string device)
    {
        var there = Get(device);
        var cell = new MinGru(4, 5);
        cell.To(there).Store(Precision.BFloat16);
        var x = Normal(3, 1, 6, 4);
        float[] y = cell.Forward(x.To(there)).ToArray(), input = x.ToArray(), output = new float[5];
        var stream = cell.CreateStream(1);
        for (var t = 0; t < 6; t++)
        {
            stream.Step(input.AsSpan(4 * t, 4), output);
            for (var i = 0; i < 5; i++) Assert.Equal(y[5 * t + i], output[i], 2e-6f);
        }
    }

    [Fact]
    public void TheProcessorSaysThatItDoesNot()
    {
        var network = new Sequential(new MinGru(4, 5), new Linear(5, 1));
        network.Store(Precision.BFloat16);
        var message = Assert.Throws<DeviceException>(() => network.Forward(Normal(1, 1, 2, 4))).Message;
        Assert.Contains("MinGru: Precision.BFloat16 is for CUDA and OpenCL devices, but the inputs are on the processor", message, StringComparison.Ordinal);
        network.Store(Precision.Single);
        Assert.Equal([1, 2, 1], network.Forward(Normal(1, 1, 2, 4)).Shape);
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Store((Precision)7));
    }
}
