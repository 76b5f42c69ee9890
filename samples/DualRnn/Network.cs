using System.Globalization;
using Recurve.Cells;
using Recurve.Samples;

namespace Recurve.AddingProblem;

/// <summary>Layers of one cell, the last step and a linear layer to one number, with the constraints that hold their memory in place.</summary>
/// <remarks>
/// Over T steps a weight u of an independently recurrent channel may grow a state at most twofold, |u| ≤ 2^(1/T), and in the last layer shrink it at most to half,
/// |u| ≥ 2^(−1/T) (Li et al. 2018, section 4); the dual cell holds the upper bound itself, as u = 2^(1/T) τ(ρ). Its fully recurrent weights are its short memory:
/// their spectral norm stays at most <see cref="ShortTermNorm"/>.
/// </remarks>
sealed class Network
{
    /// <summary>Bound of ‖U‖₂: what is 20 steps old has faded to about a tenth.</summary>
    public const double ShortTermNorm = 0.9;

    /// <summary>Standard deviation of the weights into a state that sums over time at the start (the authors' code draws them so).</summary>
    const double Small = 1e-3;

    readonly string cell;
    readonly int length, lastLayer;

    /// <summary>Cells that <c>--cell</c> accepts, how to build them for inputs, units and the task's length, and what the compiler decided.</summary>
    public static IReadOnlyDictionary<string, (Func<int, int, int, Module> Create, CellInfo Info)> Cells { get; }
        = new Dictionary<string, (Func<int, int, int, Module>, CellInfo)>
        {
            ["dual"] = ((inputs, units, length) => new Cells.DualRnn(inputs, units, length), Recurve.Cells.DualRnn.Info),
            ["ind"] = ((inputs, units, _) => new IndRnnRelu(inputs, units), IndRnnRelu.Info),
        };

    /// <summary>(batch, length, 2) to (batch, 1), within its constraints.</summary>
    public Network(string cell, int units, int layers, int length, bool bidirectional, int seed)
    {
        (this.cell, this.length, lastLayer) = (cell, length, layers - 1);
        Sequential recurrent = Layers.Stack(layers, AddingTask.Inputs, units, (size, width) => Cells[cell].Create(size, width, length), bidirectional);
        Module = new(recurrent, new LastStep(), new Linear(Layers.Width(units, bidirectional), 1));
        Module.Initialize(seed);
        foreach (Parameter weight in Module.Parameters.Where(IsIntoLongTermState)) Scale(weight);
        Constrain();
    }

    /// <summary>The modules.</summary>
    public Sequential Module { get; }

    /// <summary>Projects the recurrent weights into their bounds; to be called after every step of the optimizer.</summary>
    public void Constrain()
    {
        double bound = Math.Pow(2, 1.0 / length);
        foreach (Parameter weight in Module.Parameters)
        {
            string[] path = weight.Name.Split('.');
            switch (path[^1])
            {
                case "u":
                    WeightConstraint.Magnitude(weight, bound, IsLast(path) ? 1 / bound : 0);
                    break;
                case "rho" when IsLast(path):
                    WeightConstraint.Magnitude(weight, double.PositiveInfinity, Math.Atanh(1 / (bound * bound)));
                    break;
                case "us":
                    WeightConstraint.SpectralNorm(weight, ShortTermNorm);
                    break;
            }
        }
    }

    bool IsLast(string[] path) => path[1] == lastLayer.ToString(CultureInfo.InvariantCulture);

    bool IsIntoLongTermState(Parameter weight) => weight.Name.Split('.')[^1] == (cell == "dual" ? "wl" : "w");

    static void Scale(Parameter weight)
    {
        float[] values = weight.Value.ToArray();
        double deviation = Math.Sqrt(values.Sum(v => (double)v * v) / values.Length);
        weight.Assign([.. values.Select(v => (float)(v * Small / deviation))]);
    }
}
