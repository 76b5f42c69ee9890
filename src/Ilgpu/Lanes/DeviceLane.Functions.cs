namespace Recurve.Ilgpu.Lanes;

// The elementary functions, from DeviceMath.
readonly partial struct DeviceLane
{
    public static DeviceLane Sqrt(DeviceLane x) => new(MathF.Sqrt(x.Number));

    public static DeviceLane Rsqrt(DeviceLane x) => new(1f / MathF.Sqrt(x.Number));

    public static DeviceLane Square(DeviceLane x) => new(x.Number * x.Number);

    public static DeviceLane Sigmoid(DeviceLane x) => new(1f / (1f + DeviceMath.Exp(-x.Number)));

    public static DeviceLane Tanh(DeviceLane x) => new(DeviceMath.Tanh(x.Number));

    public static DeviceLane Exp(DeviceLane x) => new(DeviceMath.Exp(x.Number));

    public static DeviceLane Log(DeviceLane x) => new(DeviceMath.Log(x.Number));

    public static DeviceLane Log1p(DeviceLane x) => new(DeviceMath.Log1p(x.Number));

    public static DeviceLane Abs(DeviceLane x) => new(MathF.Abs(x.Number));

    public static DeviceLane Sign(DeviceLane x) => new(x.Number > 0f ? 1f : x.Number < 0f ? -1f : 0f);

    public static DeviceLane Relu(DeviceLane x) => new(x.Number <= 0f ? 0f : x.Number);

    public static DeviceLane Silu(DeviceLane x) => new(x.Number / (1f + DeviceMath.Exp(-x.Number)));

    public static DeviceLane Gelu(DeviceLane x) => new(0.5f * x.Number * (1f + DeviceMath.Erf(x.Number * 0.70710678f)));

    public static DeviceLane Softplus(DeviceLane x)
        => new((x.Number < 0f ? 0f : x.Number) + DeviceMath.Log1p(DeviceMath.Exp(-MathF.Abs(x.Number))));

    public static DeviceLane HardTanh(DeviceLane x) => new(x.Number < -1f ? -1f : x.Number > 1f ? 1f : x.Number);

    public static DeviceLane HardSigmoid(DeviceLane x) => new((x.Number < -3f ? 0f : x.Number > 3f ? 6f : x.Number + 3f) / 6f);

    public static DeviceLane Erf(DeviceLane x) => new(DeviceMath.Erf(x.Number));

    public static DeviceLane Sin(DeviceLane x) => new(DeviceMath.Wave(x.Number, 0));

    public static DeviceLane Cos(DeviceLane x) => new(DeviceMath.Wave(x.Number, 1));

    public static DeviceLane LeakyRelu(DeviceLane x, DeviceLane slope) => new(x.Number > 0f ? x.Number : x.Number * slope.Number);

    public static DeviceLane Pow(DeviceLane x, DeviceLane exponent) => new(DeviceMath.Pow(x.Number, exponent.Number));

    public static DeviceLane Min(DeviceLane left, DeviceLane right) => new(DeviceMath.Min(left.Number, right.Number));

    public static DeviceLane Max(DeviceLane left, DeviceLane right) => new(DeviceMath.Max(left.Number, right.Number));

    public static DeviceLane LogAddExp(DeviceLane left, DeviceLane right)
    {
        // equal infinities have no difference
        var difference = left.Number == right.Number ? 0f : -MathF.Abs(left.Number - right.Number);
        return new(DeviceMath.Max(left.Number, right.Number) + DeviceMath.Log1p(DeviceMath.Exp(difference)));
    }

    public static DeviceLane Clamp(DeviceLane x, DeviceLane low, DeviceLane high)
        => new(DeviceMath.Min(DeviceMath.Max(x.Number, low.Number), high.Number));
}
