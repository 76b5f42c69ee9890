using Recurve.Cells;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>Weights of ported layers start as PyTorch's: every weight and bias uniform in ±1/√units.</summary>
public class StartValueTests
{
    const int Inputs = 24, Units = 49;

    public static TheoryData<string> Names => ["Lstm", "Gru", "Elman", "Linear"];

    [Theory, MemberData(nameof(Names))]
    public void EveryWeightAndBiasIsUniform(string name)
    {
        // nn.Linear's fan-in is its inputs, a recurrent layer's its units
        Module module = name switch { "Lstm" => new Lstm(Inputs, Units), "Gru" => new Gru(Inputs, Units), "Elman" => new Elman(Inputs, Units), _ => new Linear(Units, Inputs) };
        module.Initialize(seed: 11);
        double bound = 1 / Math.Sqrt(Units);
        foreach (Parameter parameter in module.Parameters)
        {
            float[] values = parameter.Value.ToArray();
            Assert.All(values, v => Assert.InRange(v, -bound, bound));
            // moments of a uniform variable, within five of their standard errors: E x = 0, E x² = bound²/3, Var x² = 4 bound⁴/45
            Assert.InRange(values.Average(v => (double)v), -5 * bound / Math.Sqrt(3.0 * values.Length), 5 * bound / Math.Sqrt(3.0 * values.Length));
            double error = 5 * bound * bound * Math.Sqrt(4 / 45.0 / values.Length);
            Assert.InRange(values.Average(v => (double)v * v), bound * bound / 3 - error, bound * bound / 3 + error);
        }
        Assert.InRange(module.Parameters.Max(p => p.Value.ToArray().Max()), 0.99 * bound, bound);
        Assert.Equal(module.Parameters.Count, module.Parameters.Select(p => p.Value.ToArray()[0]).Distinct().Count());
    }
}
