using Recurve.Cells;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>The cells of samples/Cells with the kinds that their papers' equations have.</summary>
static class Catalogue
{
    const RecurrenceKind F = RecurrenceKind.FeedForward, D = RecurrenceKind.Diagonal, B = RecurrenceKind.Block, K = RecurrenceKind.Clamped,
        M = RecurrenceKind.MaxPlus, L = RecurrenceKind.LogPlus, P = RecurrenceKind.Pointwise, C = RecurrenceKind.Coupled, X = RecurrenceKind.Dense;

    /// <param name="Create">Makes one from the sizes of x and of the state.</param>
    /// <param name="Kinds">Of its states, in order.</param>
    public sealed record Entry(string Name, Func<int, int, CellModule> Create, CellInfo Info, RecurrenceKind[] Kinds)
    {
        /// <summary>Standard deviation of inputs and start states: within the cell's domain.</summary>
        public double Scale { get; init; } = 1;

        /// <summary>States that the cell divides by, so that they start positive.</summary>
        public string[] Positive { get; init; } = [];

        /// <summary>Relative error that rounding adds at every step, where the recurrence keeps the norm of its state and so keeps all of it.</summary>
        public double Rounding { get; init; }

        public override string ToString() => Name;
    }

    public static IReadOnlyList<Entry> All { get; } =
    [
        Of((i, u) => new Gilr(i, u), Gilr.Info, D),
        Of((i, u) => new GilrLstm(i, u), GilrLstm.Info, D, D),
        Of((i, u) => new GilrPart(i, u), GilrPart.Info, D, D),
        Of((i, u) => new LinearAttention(i, 1 + u % 7, u), LinearAttention.Info, D),
        Of((i, u) => new MLstm(i, Math.Min(u, 9)), MLstm.Info, D, D, M) with { Scale = 0.5 },
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
        Of((i, u) => new Lru(i, u), Lru.Info, B),
        Of((i, _) => new S4D(i, 3), S4D.Info, B),
        Of((i, u) => new GatedRotation(i, u), GatedRotation.Info, B),
        Of((i, u) => new Fsmn(i, u), Fsmn.Info, F, F, F),
        Of((i, u) => new IndRnn(i, u), IndRnn.Info, P),
        Of((i, u) => new SruV2(i, u), SruV2.Info, P),
        Of((i, u) => new ParaGru(i, u), ParaGru.Info, P),
        Of((i, u) => new Elman(i, u), Elman.Info, C),
        Of((i, u) => new Lstm(i, u), Lstm.Info, C, C),
        Of((i, u) => new Gru(i, u), Gru.Info, C),
        Of((i, _) => new S6(i), S6.Info, D),
        Of((i, u) => new Mamba(i, Math.Min(u, 9)), Mamba.Info, D, X),
        Of((i, u) => new Rwkv4(i, u), Rwkv4.Info, M, D, D) with { Positive = ["b"] },
        Of((i, u) => new LeakyIntegrator(i, u), LeakyIntegrator.Info, D),
        Of((i, _) => new Garch11(i), Garch11.Info, D),
        Of((i, _) => new Holt(i), Holt.Info, B, B),
        Of((i, _) => new Biquad(i), Biquad.Info, B, B),
        Of((i, u) => new Ar2(i, u), Ar2.Info, B, B),
        Of((i, u) => new TustinNetLinear(i, u), TustinNetLinear.Info, B, B),
        Of((i, u) => new Rotation(i, u), Rotation.Info, B, B),
        Of((i, u) => new IndRnnRelu(i, u), IndRnnRelu.Info, K),
        Of((i, u) => new IndRnnHardTanh(i, u), IndRnnHardTanh.Info, K),
        Of((i, u) => new DualRnn(i, u), DualRnn.Info, C, K),
        Of((i, _) => new RunningMax(i), RunningMax.Info, K),
        Of((i, _) => new RunningMin(i), RunningMin.Info, K),
        Of((i, u) => new ReluDecay(i, u), ReluDecay.Info, K),
        Of((i, u) => new Viterbi(i, u), Viterbi.Info, M),
        Of((i, u) => new SoftViterbi(i, u), SoftViterbi.Info, L),
        Of((i, u) => new ParaLstm(i, u), ParaLstm.Info, P, P),
        Of((i, u) => new SLstm(i, u), SLstm.Info, P, P, P, P) with { Positive = ["n"] },
        Of((i, u) => new UnIcornn(i, u), UnIcornn.Info, P, P),
        Of((i, u) => new Lif(i, u), Lif.Info, P),
        Of((i, u) => new QuadraticIoRnn(i, u, u), QuadraticIoRnn.Info, C) with { Scale = 0.3 },
        Of((i, u) => new LowRankLstm(i, u, 2), LowRankLstm.Info, C, C),
        Of((i, u) => new SlimLstm1(i, u), SlimLstm1.Info, C, C),
        Of((i, u) => new SlimLstm2(i, u), SlimLstm2.Info, C, C),
        Of((i, u) => new SlimLstm3(i, u), SlimLstm3.Info, C, C),
        Of((i, u) => new SlimLstm4(i, u), SlimLstm4.Info, C, C),
        Of((i, u) => new SlimLstm5(i, u), SlimLstm5.Info, C, C),
        Of((i, u) => new CoRnn(i, u), CoRnn.Info, C, C),
        Of((i, u) => new AntisymmetricRnn(i, u), AntisymmetricRnn.Info, C),
        Of((i, u) => new TanhReservoir(i, u, u), TanhReservoir.Info, C),
        Of((i, u) => new TustinNet(i, u, 4), TustinNet.Info, C, C),
        Of((i, u) => new UnitaryRnn(i, u + 1, u), UnitaryRnn.Info, C, C) with { Rounding = 1e-7 }, // a reflection of one channel is −1, whatever its weights
        Of((i, u) => new ParallelLmu(i, u, u, 20), ParallelLmu.Info, X),
        Of((i, u) => new ParallelLmuMatrix(i, u, 3, u, 20), ParallelLmuMatrix.Info, X),
        Of((i, u) => new Lmu(i, u, u, 20), Lmu.Info, C, C),
        Of((i, u) => new LinearReservoir(i, u, u), LinearReservoir.Info, X),
        Of((i, u) => new LinearIoRnn(i, u, u), LinearIoRnn.Info, X),
        Of((i, _) => new HoltWinters(i, 4), HoltWinters.Info, X, X, X),
    ];

    /// <summary>For theories.</summary>
    public static TheoryData<string> Names => [.. All.Select(e => e.Name)];

    public static Entry Get(string name) => All.Single(e => e.Name == name);

    static Entry Of(Func<int, int, CellModule> create, CellInfo info, params RecurrenceKind[] kinds) => new(info.Cell, create, info, kinds);
}
