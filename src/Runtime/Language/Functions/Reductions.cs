namespace Recurve;

public static partial class Functions
{
    /// <summary>Sum of the elements; size 1.</summary>
    public static Vec Sum(Vec v)
    {
        double sum = 0;
        foreach (double x in v.Values) sum += x;
        return sum;
    }

    /// <summary>Mean of the elements; size 1.</summary>
    public static Vec Mean(Vec v) => Sum(v) / v.Size;

    /// <summary>Σ aᵢ bᵢ; size 1. An operand of size 1 broadcasts.</summary>
    public static Vec Dot(Vec a, Vec b) => Sum(Lift.Map(a, b, nameof(Dot), static (x, y) => x * y));

    /// <summary>Euclidean norm; size 1.</summary>
    public static Vec Norm(Vec v) => Sqrt(Sum(Square(v)));

    /// <summary>e^vᵢ / Σ e^vⱼ, without overflow.</summary>
    public static Vec Softmax(Vec v)
    {
        double largest = double.NegativeInfinity;
        foreach (double x in v.Values) largest = Math.Max(largest, x);
        Vec powers = Exp(v - largest);
        return powers / Sum(powers);
    }

    /// <summary>(v − mean) / √(variance + ε) with the biased variance, without gain.</summary>
    public static Vec LayerNorm(Vec v, double epsilon = 1e-5)
    {
        Vec centered = v - Mean(v);
        return centered / Sqrt(Mean(Square(centered)) + epsilon);
    }

    /// <summary>v / √(mean(v²) + ε), without gain.</summary>
    public static Vec RmsNorm(Vec v, double epsilon = 1e-5) => v / Sqrt(Mean(Square(v)) + epsilon);
}
