using Recurve.Cells;

namespace Recurve.FirstSymbol;

/// <summary>Two recurrent layers, the last step, and a linear layer to two classes.</summary>
static class Network
{
    /// <summary>Cells that <c>--cell</c> accepts: how to build one, and what the compiler decided for it.</summary>
    public static IReadOnlyDictionary<string, (Func<int, int, Module> Create, CellInfo Info)> Cells { get; }
        = new Dictionary<string, (Func<int, int, Module>, CellInfo)>
        {
            ["gilrlstm"] = ((inputs, units) => new GilrLstm(inputs, units), GilrLstm.Info),
            ["gilr"] = ((inputs, units) => new Gilr(inputs, units), Gilr.Info),
            ["mingru"] = ((inputs, units) => new MinGru(inputs, units), MinGru.Info),
            ["minlstm"] = ((inputs, units) => new MinLstm(inputs, units), MinLstm.Info),
            ["hgrn"] = ((inputs, units) => new Hgrn(inputs, units), Hgrn.Info),
            ["qrnn"] = ((inputs, units) => new Qrnn(inputs, units), Qrnn.Info),
            ["paragru"] = ((inputs, units) => new ParaGru(inputs, units), ParaGru.Info),
            ["lstm"] = ((inputs, units) => new Lstm(inputs, units), Lstm.Info),
            ["gru"] = ((inputs, units) => new Gru(inputs, units), Gru.Info),
        };

    /// <summary>(batch, length, <see cref="FirstSymbolTask.Symbols"/>) to logits (batch, 2).</summary>
    public static Sequential Create(string cell, int units, int seed)
    {
        Func<int, int, Module> create = Cells[cell].Create;
        Sequential network = new(create(FirstSymbolTask.Symbols, units), create(units, units), new LastStep(), new Linear(units, 2));
        network.Initialize(seed);
        return network;
    }
}
