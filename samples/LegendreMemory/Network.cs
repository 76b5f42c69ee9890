using Recurve.Cells;
using Recurve.Samples;

namespace Recurve.Forecasting;

/// <summary>Layers of one cell and a linear layer to one number at each step.</summary>
/// <param name="Layers">How many.</param>
/// <param name="Units">Size of each Legendre layer; LSTM layers get as many as make the network as large.</param>
/// <param name="Order">Size of the memory of each Legendre layer.</param>
/// <param name="Window">Steps that it remembers.</param>
/// <param name="Bidirectional">Whether each layer is walked in both directions.</param>
sealed record Network(int Layers, int Units, int Order, int Window, bool Bidirectional)
{
    /// <summary>Cells that <c>--cell</c> accepts, and what the compiler decided.</summary>
    public static IReadOnlyDictionary<string, CellInfo> Cells { get; } = new Dictionary<string, CellInfo> { ["lmu"] = ParallelLmu.Info, ["lstm"] = Lstm.Info };

    /// <summary>(batch, time, 1) to (batch, time, 1).</summary>
    public Sequential Create(string cell, int seed)
    {
        Sequential network = cell == "lmu" ? Create(Units, (inputs, units) => new ParallelLmu(inputs, Order, units, Window))
            : Enumerable.Range(1, int.MaxValue - 1).Select(LstmOf).TakeWhile(lstm => Size(lstm) <= Size(Create("lmu", seed))).LastOrDefault() ?? LstmOf(1);
        network.Initialize(seed);
        return network;
    }

    /// <summary>Numbers that are trained.</summary>
    public static int Size(Module network) => network.Parameters.Sum(p => p.Value.Shape.Aggregate(1, (a, b) => a * b));

    Sequential LstmOf(int units) => Create(units, (inputs, size) => new Lstm(inputs, size));

    Sequential Create(int units, Func<int, int, Module> layer)
        => new(Samples.Layers.Stack(Layers, 1, units, layer, Bidirectional), new Linear(Samples.Layers.Width(units, Bidirectional), 1));
}
