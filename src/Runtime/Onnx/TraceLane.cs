using Recurve.Contracts;

namespace Recurve.Onnx;

/// <summary>A lane that holds no numbers: it writes down what is computed (<see cref="Trace"/>).</summary>
internal readonly unsafe struct TraceLane : ILane<TraceLane>
{
    readonly int index;

    TraceLane(int index) => this.index = index;

    public static int Width => 1;

    public static TraceLane Create(float value) => new(Trace.Add(Trace.Constant, value));

    public static TraceLane Load(float* source) => new(*(int*)source);

    public static void Store(TraceLane value, float* target) => *(int*)target = value.index;

    public static void StoreNonTemporal(TraceLane value, float* target) => Store(value, target);

    public static float Sum(TraceLane value) => throw Concrete(nameof(Sum));

    public static bool Any(TraceLane mask) => throw Concrete(nameof(Any));

    public static implicit operator TraceLane(float value) => Create(value);

    public static TraceLane operator +(TraceLane left, TraceLane right) => Of("Add", left, right);

    public static TraceLane operator -(TraceLane left, TraceLane right) => Of("Subtract", left, right);

    public static TraceLane operator *(TraceLane left, TraceLane right) => Of("Multiply", left, right);

    public static TraceLane operator /(TraceLane left, TraceLane right) => Of("Divide", left, right);

    public static TraceLane operator -(TraceLane value) => Of("Negate", value);

    public static TraceLane operator <(TraceLane left, TraceLane right) => Of("Less", left, right);

    public static TraceLane operator >(TraceLane left, TraceLane right) => Of("Greater", left, right);

    public static TraceLane operator <=(TraceLane left, TraceLane right) => Of("LessEqual", left, right);

    public static TraceLane operator >=(TraceLane left, TraceLane right) => Of("GreaterEqual", left, right);

    public static TraceLane operator &(TraceLane left, TraceLane right) => Of("And", left, right);

    public static TraceLane operator |(TraceLane left, TraceLane right) => Of("Or", left, right);

    public static TraceLane operator ~(TraceLane mask) => Of("Not", mask);

    public static TraceLane Select(TraceLane mask, TraceLane whenTrue, TraceLane whenFalse) => Of(nameof(Select), mask, whenTrue, whenFalse);

    public static TraceLane FusedMultiplyAdd(TraceLane left, TraceLane right, TraceLane addend) => left * right + addend;

    public static TraceLane Clamp(TraceLane x, TraceLane low, TraceLane high) => Min(Max(x, low), high);

    public static TraceLane Sigmoid(TraceLane x) => Of(nameof(Sigmoid), x);

    public static TraceLane Tanh(TraceLane x) => Of(nameof(Tanh), x);

    public static TraceLane Exp(TraceLane x) => Of(nameof(Exp), x);

    public static TraceLane Log(TraceLane x) => Of(nameof(Log), x);

    public static TraceLane Log1p(TraceLane x) => Of(nameof(Log1p), x);

    public static TraceLane Sqrt(TraceLane x) => Of(nameof(Sqrt), x);

    public static TraceLane Rsqrt(TraceLane x) => Of(nameof(Rsqrt), x);

    public static TraceLane Square(TraceLane x) => Of(nameof(Square), x);

    public static TraceLane Abs(TraceLane x) => Of(nameof(Abs), x);

    public static TraceLane Sign(TraceLane x) => Of(nameof(Sign), x);

    public static TraceLane Sin(TraceLane x) => Of(nameof(Sin), x);

    public static TraceLane Cos(TraceLane x) => Of(nameof(Cos), x);

    public static TraceLane Relu(TraceLane x) => Of(nameof(Relu), x);

    public static TraceLane Silu(TraceLane x) => Of(nameof(Silu), x);

    public static TraceLane Gelu(TraceLane x) => Of(nameof(Gelu), x);

    public static TraceLane Softplus(TraceLane x) => Of(nameof(Softplus), x);

    public static TraceLane HardTanh(TraceLane x) => Of(nameof(HardTanh), x);

    public static TraceLane HardSigmoid(TraceLane x) => Of(nameof(HardSigmoid), x);

    public static TraceLane Erf(TraceLane x) => Of(nameof(Erf), x);

    public static TraceLane LeakyRelu(TraceLane x, TraceLane slope) => Of(nameof(LeakyRelu), x, slope);

    public static TraceLane Pow(TraceLane x, TraceLane exponent) => Of(nameof(Pow), x, exponent);

    public static TraceLane Min(TraceLane left, TraceLane right) => Of(nameof(Min), left, right);

    public static TraceLane Max(TraceLane left, TraceLane right) => Of(nameof(Max), left, right);

    public static TraceLane LogAddExp(TraceLane left, TraceLane right) => Of(nameof(LogAddExp), left, right);

    public static TraceLane AreEqual(TraceLane left, TraceLane right) => Of(nameof(AreEqual), left, right);

    public static TraceLane SmallerElseRight(TraceLane left, TraceLane right) => Of(nameof(SmallerElseRight), left, right);

    public static TraceLane GreaterElseRight(TraceLane left, TraceLane right) => Of(nameof(GreaterElseRight), left, right);

    static TraceLane Of(string name, params ReadOnlySpan<TraceLane> operands)
    {
        var indices = new int[operands.Length];
        for (var i = 0; i < indices.Length; i++) indices[i] = operands[i].index;
        return new(Trace.Add(name, 0, indices));
    }

    // bodies compute without looking at what they compute
    static NotSupportedException Concrete(string operation) => new($"{operation} needs the numbers of a lane, and a lane that traces has none.");
}
