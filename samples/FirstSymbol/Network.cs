using Recurve.Cells;

namespace Recurve.FirstSymbol;

/// <summary>Two recurrent layers, the last step, and a linear layer to two classes.</summary>
static class Network
{
    /// <summary>Cells that <c>--cell</c> accepts: how to build one for inputs, units and the task's length, and what the compiler decided for it.</summary>
    public static IReadOnlyDictionary<string, (Func<int, int, int, Module> Create, CellInfo Info)> Cells { get; }
        = new Dictionary<string, (Func<int, int, int, Module>, CellInfo)>
        {
            ["gilrlstm"] = ((inputs, units, length) => new GilrLstm(inputs, units, length + 1), GilrLstm.Info),
            ["gilr"] = ((inputs, units, _) => new Gilr(inputs, units), Gilr.Info),
            ["mingru"] = ((inputs, units, _) => new MinGru(inputs, units), MinGru.Info),
            ["minlstm"] = ((inputs, units, _) => new MinLstm(inputs, units), MinLstm.Info),
            ["hgrn"] = ((inputs, units, _) => new Hgrn(inputs, units), Hgrn.Info),
            ["qrnn"] = ((inputs, units, _) => new Qrnn(inputs, units), Qrnn.Info),
            ["paragru"] = ((inputs, units, _) => new ParaGru(inputs, units), ParaGru.Info),
            ["lstm"] = ((inputs, units, _) => new Lstm(inputs, units), Lstm.Info),
            ["gru"] = ((inputs, units, _) => new Gru(inputs, units), Gru.Info),
        };

    /// <summary>(batch, length, <see cref="FirstSymbolTask.Symbols"/>) to logits (batch, 2).</summary>
    public static Sequential Create(string cell, int units, int length, int seed)
    {
        Func<int, int, int, Module> create = Cells[cell].Create;
        Sequential network = new(create(FirstSymbolTask.Symbols, units, length), create(units, units, length), new LastStep(), new Linear(units, 2));
        network.Initialize(seed);
        return network;
    }
}
