using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels.Lanes;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Devices;

/// <summary>The functions of device bodies are those of the lanes: numbers to the rounding of a device's own functions, NaN and infinities exactly.</summary>
public sealed unsafe class DeviceFunctionTests
{
    // OpenCL allows erf 16 units in the last place, tanh 5, exp and log 3
    const double Tolerance = 4e-7, LeastNormal = 1.17549435e-38;

    static readonly (string C, Func<Lane1, Lane1, Lane1> Lane)[] functions =
    [
        ("sigmoid(x)", (x, y) => Lane1.Sigmoid(x)), ("tanh(x)", (x, y) => Lane1.Tanh(x)), ("exp(x)", (x, y) => Lane1.Exp(x)), ("log(x)", (x, y) => Lane1.Log(x)),
        ("log1p(x)", (x, y) => Lane1.Log1p(x)), ("sqrt(x)", (x, y) => Lane1.Sqrt(x)), ("rsqrt(x)", (x, y) => Lane1.Rsqrt(x)), ("square(x)", (x, y) => Lane1.Square(x)),
        ("fabs(x)", (x, y) => Lane1.Abs(x)), ("sign(x)", (x, y) => Lane1.Sign(x)), ("sin(x)", (x, y) => Lane1.Sin(x)), ("cos(x)", (x, y) => Lane1.Cos(x)),
        ("relu(x)", (x, y) => Lane1.Relu(x)), ("silu(x)", (x, y) => Lane1.Silu(x)), ("gelu(x)", (x, y) => Lane1.Gelu(x)), ("softplus(x)", (x, y) => Lane1.Softplus(x)),
        ("hardtanh(x)", (x, y) => Lane1.HardTanh(x)), ("hardsigmoid(x)", (x, y) => Lane1.HardSigmoid(x)), ("erf(x)", (x, y) => Lane1.Erf(x)),
        ("leaky_relu(x, y)", Lane1.LeakyRelu), ("power(x, y)", Lane1.Pow), ("minimum(x, y)", Lane1.Min), ("maximum(x, y)", Lane1.Max),
        ("logaddexp(x, y)", Lane1.LogAddExp), ("clip(x, y, 1.5f)", (x, y) => Lane1.Clamp(x, y, 1.5f)), ("where(x > y, x, y)", (x, y) => Lane1.Select(x > y, x, y)),
    ];

    [Theory, OnOpenCl, OnCuda, OnCudaDouble]
    public void Functions_are_those_of_the_lanes(string on)
    {
        var device = Agreement.Get(on).Accelerator!;
        float[] values =
        [
            0, -0f, 1, -1, 0.5f, -0.5f, 2, 3, -3, 1e-3f, -1e-3f, 1e-20f, 10, -10, 20, -20, 88, 89, -88, -89, 104, -104, 1e4f, -1e4f, 3e38f, -3e38f,
            float.PositiveInfinity, float.NegativeInfinity, float.NaN, .. Enumerable.Range(-40, 80).Select(i => 0.31f * i),
        ];
        var (n, count) = (values.Length, functions.Length);
        var program = new DeviceProgram("functions", $$"""
            {{DeviceProgram.ReadFile("Functions.cl")}}
            KERNEL void evaluate(ADDRESS(result), ADDRESS(values), int n)
            {
                if (ITEM >= (index)n * n) return;
                const real x = REALS(values)[ITEM / n], y = REALS(values)[ITEM % n];
                GLOBAL real* result = REALS(result) + ITEM;
            {{string.Join('\n', functions.Select((f, i) => $"    result[(index){i} * n * n] = {f.C};"))}}
            }
            """);
        var results = new float[count * n * n];
        nint input = device.Allocate(4L * n), output = device.Allocate(4L * results.Length);
        fixed (float* from = values) device.Write(input, from, 4L * n);
        device.Launch(program, "evaluate", Grid.Over((long)n * n), output, input, n);
        fixed (float* to = results) device.Read(output, to, 4L * results.Length);
        device.Free(input);
        device.Free(output);
        for (var i = 0; i < results.Length; i++)
        {
            var (c, lane) = functions[i / (n * n)];
            var (x, y) = (values[i / n % n], values[i % n]);
            float expected, actual = results[i];
            Lane1.Store(lane(x, y), &expected);
            // a device may take what is below the least normal number for zero
            var isSame = float.IsFinite(expected) && float.IsFinite(actual)
                ? Math.Abs(actual - expected) <= Math.Max(Tolerance * Math.Max(Math.Abs(expected), Scale(c, x, y)), LeastNormal)
                : expected.Equals(actual);
            Assert.True(isSame, $"{c} at x = {x:r}, y = {y:r} is {actual:r}, on lanes {expected:r}");
        }
    }

    // where the error is absolute, by the contract of the lanes
    static float Scale(string c, float x, float y) => c switch
    {
        "sin(x)" or "cos(x)" => 1,
        "gelu(x)" => Math.Max(Math.Abs(x), 1),
        "logaddexp(x, y)" => Math.Max(Math.Max(Math.Abs(x), Math.Abs(y)), 1),
        _ => 0,
    };
}
