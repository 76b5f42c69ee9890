using Recurve.Cells;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>The cells of samples/Cells with the kinds that their papers' equations have.</summary>
static class Catalogue
{
    const RecurrenceKind F = RecurrenceKind.FeedForward, D = RecurrenceKind.Diagonal, P = RecurrenceKind.Pointwise, C = RecurrenceKind.Coupled;

    public sealed record Entry(string Name, Func<int, int, CellModule> Create, CellInfo Info, RecurrenceKind[] Kinds)
    {
        public override string ToString() => Name;
    }

    public static IReadOnlyList<Entry> All { get; } =
    [
        Of((i, u) => new Gilr(i, u), Gilr.Info, D),
        Of((i, u) => new GilrLstm(i, u), GilrLstm.Info, D, D),
        Of((i, u) => new Sru(i, u), Sru.Info, D),
        Of((i, u) => new Qrnn(i, u), Qrnn.Info, F, D),
        Of((i, u) => new TRnn(i, u), TRnn.Info, D),
        Of((i, u) => new TGru(i, u), TGru.Info, F, D),
        Of((i, u) => new TLstm(i, u), TLstm.Info, F, D),
        Of((i, u) => new MinGru(i, u), MinGru.Info, D),
        Of((i, u) => new MinLstm(i, u), MinLstm.Info, D),
        Of((i, u) => new Hgrn(i, u), Hgrn.Info, D),
        Of((i, u) => new RgLru(i, u), RgLru.Info, D),
        Of((i, _) => new Ema(i), Ema.Info, D),
        Of((i, u) => new Fsmn(i, u), Fsmn.Info, F, F, F),
        Of((i, u) => new IndRnn(i, u), IndRnn.Info, P),
        Of((i, u) => new SruV2(i, u), SruV2.Info, P),
        Of((i, u) => new ParaGru(i, u), ParaGru.Info, P),
        Of((i, u) => new Elman(i, u), Elman.Info, C),
        Of((i, u) => new Lstm(i, u), Lstm.Info, C, C),
        Of((i, u) => new Gru(i, u), Gru.Info, C),
    ];

    /// <summary>For theories.</summary>
    public static TheoryData<string> Names => [.. All.Select(e => e.Name)];

    public static Entry Get(string name) => All.Single(e => e.Name == name);

    static Entry Of(Func<int, int, CellModule> create, CellInfo info, params RecurrenceKind[] kinds) => new(info.Cell, create, info, kinds);
}
