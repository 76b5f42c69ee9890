using Recurve.Contracts;
using Recurve.Kernels.Lanes;
using static Recurve.Runtime.Tests.Kernels.Lanes.LaneFunctions;

namespace Recurve.Runtime.Tests.Kernels.Lanes;

public sealed class LaneMathTests
{
    // Every 16381st bit pattern: all signs, exponents, denormals, infinities and NaNs; and the places where something changes.
    static readonly float[] arguments = Arguments();

    [Fact] public void SigmoidKeepsItsBound() => Check<Sigmoid>();
    [Fact] public void TanhKeepsItsBound() => Check<Tanh>();
    [Fact] public void ExpKeepsItsBound() => Check<Exp>();
    [Fact] public void LogKeepsItsBound() => Check<Log>();
    [Fact] public void Log1pKeepsItsBound() => Check<Log1p>();
    [Fact] public void SqrtKeepsItsBound() => Check<Sqrt>();
    [Fact] public void RsqrtKeepsItsBound() => Check<Rsqrt>();
    [Fact] public void SquareKeepsItsBound() => Check<Square>();
    [Fact] public void AbsIsExact() => Check<Abs>();
    [Fact] public void SignIsExact() => Check<Sign>();
    [Fact] public void SinKeepsItsBound() => Check<Sin>();
    [Fact] public void CosKeepsItsBound() => Check<Cos>();
    [Fact] public void ReluIsExact() => Check<Relu>();
    [Fact] public void SiluKeepsItsBound() => Check<Silu>();
    [Fact] public void GeluKeepsItsBound() => Check<Gelu>();
    [Fact] public void SoftplusKeepsItsBound() => Check<Softplus>();
    [Fact] public void HardTanhIsExact() => Check<HardTanh>();
    [Fact] public void HardSigmoidKeepsItsBound() => Check<HardSigmoid>();
    [Fact] public void ErfKeepsItsBound() => Check<Erf>();
    [Fact] public void CubeKeepsItsBound() => Check<Cube>();
    [Fact] public void BrokenPowerKeepsItsBound() => Check<PowerOfHalfAndMore>();

    static void Check<TFunction>() where TFunction : struct, ILaneFunction
    {
        float[] narrow = Apply<TFunction>(1);
        double worst = 0;
        int at = 0;
        for (int i = 0; i < arguments.Length; i++)
        {
            double error = Error<TFunction>(arguments[i], narrow[i]);
            if (error > worst) (worst, at) = (error, i);
        }
        Assert.True(worst <= TFunction.Bound,
            $"error {worst:E2} > {TFunction.Bound:E2} at {arguments[at]:R}: got {narrow[at]:R}, exact {TFunction.Exact(arguments[at]):R}");

        foreach (int width in new[] { 4, 8, 16 })
        {
            float[] wide = Apply<TFunction>(width);
            for (int i = 0; i < wide.Length; i++)
            {
                if (!wide[i].Equals(narrow[i])) Assert.Fail($"width {width} gives {wide[i]:R} at {arguments[i]:R}, width 1 {narrow[i]:R}");
            }
        }
    }

    static double Error<TFunction>(float x, float got) where TFunction : struct, ILaneFunction
    {
        double exact = TFunction.Exact(x);
        if (double.IsNaN(exact) || float.IsNaN(got)) return double.IsNaN(exact) && float.IsNaN(got) ? 0 : double.PositiveInfinity;
        double difference = float.IsInfinity(got)
            ? Math.Abs(exact) >= float.MaxValue * (1 - 1e-7) && Math.Sign(exact) == Math.Sign(got) ? 0 : double.PositiveInfinity
            : Math.Abs(got - exact);
        return difference == 0 ? 0 : difference / Math.Max(Math.Abs(exact), TFunction.Floor(x));
    }

    static float[] Apply<TFunction>(int width) where TFunction : struct, ILaneFunction
    {
        Application<TFunction> application = new(new float[arguments.Length]);
        LaneChoice.Run(ref application, width);
        return application.Results;
    }

    readonly struct Application<TFunction>(float[] results) : ILaneAction where TFunction : struct, ILaneFunction
    {
        public float[] Results { get; } = results;

        public unsafe void Run<V>() where V : unmanaged, ILane<V>
        {
            fixed (float* source = arguments, target = Results)
            {
                for (int i = 0; i < Results.Length; i += V.Width) V.Store(TFunction.Lane(V.Load(source + i)), target + i);
            }
        }
    }

    static float[] Arguments()
    {
        List<float> list = [];
        for (long bits = 0; bits < 1L << 32; bits += 16381) list.Add(BitConverter.UInt32BitsToSingle((uint)bits));
        float[] places =
        [
            0f, -0f, 1f, -1f, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, float.NaN,
            float.PositiveInfinity, float.NegativeInfinity, 0.93f, 0.70710678f, 1.41421356f, 88.72284f, -103.972084f, -87.33655f, 65536f,
        ];
        foreach (float place in places)
        {
            list.AddRange([MathF.BitDecrement(place), place, MathF.BitIncrement(place)]);
            list.AddRange([-MathF.BitDecrement(place), -place, -MathF.BitIncrement(place)]);
        }
        for (double x = -20; x < 20; x += 1.0 / 4096) list.Add((float)x);
        while (list.Count % 16 != 0) list.Add(0);
        return [.. list];
    }
}
