using Recurve.Cells;
using Recurve.Contracts;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>Each cell's own Step against a loop written from the paper's equations, on one channel of one input.</summary>
public sealed partial class StepTests
{
    const int Steps = 6;
    static readonly double[] X = [0.7, -1.2, 0.4, 2.0, -0.3, 0.9];

    /// <summary>A paper's step: weights by name, the states of the step before by position (written in place), x; gives the output.</summary>
    delegate double Reference(Func<string, double> w, double[] s, double x);

    static double S(double x) => 1 / (1 + Math.Exp(-x));

    static double T(double x) => Math.Tanh(x);

    static double R(double x) => Math.Max(x, 0);

    public static TheoryData<string> Names => [.. References.Keys, .. Composing.Keys, .. Nonlinear.Keys];

    static readonly Dictionary<string, (object Cell, Reference Step)> References = new()
    {
        ["Gilr"] = (new Gilr(1, 1), (w, s, x) =>
        {
            double g = S(w("u") * x + w("b"));
            return s[0] = g * s[0] + (1 - g) * T(w("v") * x + w("d"));
        }
        ),
        ["GilrLstm"] = (new GilrLstm(1, 1), (w, s, x) =>
        {
            double Gate(string k) => w("w" + k) * s[0] + w("v" + k) * x + w("c" + k);
            (double f, double i, double o, double z) = (S(Gate("f")), S(Gate("i")), S(Gate("o")), T(Gate("z")));
            double g = S(w("ug") * x + w("bg"));
            s[0] = g * s[0] + (1 - g) * T(w("ui") * x + w("bi"));
            s[1] = f * s[1] + i * z;
            return o * s[1];
        }
        ),
        ["Sru"] = (new Sru(1, 1), (w, s, x) =>
        {
            double f = S(w("wf") * x + w("bf")), r = S(w("wr") * x + w("br"));
            s[0] = f * s[0] + (1 - f) * w("w") * x;
            return r * s[0] + (1 - r) * w("skip") * x;
        }
        ),
        ["Qrnn"] = (new Qrnn(1, 1), (w, s, x) =>
        {
            double Gate(string k) => w("w" + k) * x + w("v" + k) * s[0] + w("b" + k);
            (double z, double f, double o) = (T(Gate("z")), S(Gate("f")), S(Gate("o")));
            s[0] = x;
            return o * (s[1] = f * s[1] + (1 - f) * z);
        }
        ),
        ["TRnn"] = (new TRnn(1, 1), (w, s, x) =>
        {
            double f = S(w("v") * x + w("b"));
            return s[0] = f * s[0] + (1 - f) * w("w") * x;
        }
        ),
        ["TGru"] = (new TGru(1, 1), (w, s, x) =>
        {
            double Gate(string k) => w("w" + k) * x + w("v" + k) * s[0] + w("b" + k);
            (double z, double f, double o) = (Gate("z"), S(Gate("f")), T(Gate("o")));
            s[0] = x;
            return s[1] = f * s[1] + z * o;
        }
        ),
        ["TLstm"] = (new TLstm(1, 1), (w, s, x) =>
        {
            double Gate(string k) => w("w" + k) * x + w("v" + k) * s[0] + w("b" + k);
            (double z, double f, double i, double o) = (Gate("z"), S(Gate("f")), S(Gate("i")), T(Gate("o")));
            s[0] = x;
            return o * (s[1] = f * s[1] + i * z);
        }
        ),
        ["MinGru"] = (new MinGru(1, 1), (w, s, x) =>
        {
            double z = S(w("wz") * x + w("bz"));
            return s[0] = (1 - z) * s[0] + z * (w("wh") * x + w("bh"));
        }
        ),
        ["MinLstm"] = (new MinLstm(1, 1), (w, s, x) =>
        {
            double f = S(w("wf") * x + w("bf")), i = S(w("wi") * x + w("bi"));
            return s[0] = f / (f + i) * s[0] + i / (f + i) * (w("wc") * x + w("bc"));
        }
        ),
        ["Hgrn"] = (new Hgrn(1, 1), (w, s, x) =>
        {
            double bound = S(w("floor")), forget = bound + (1 - bound) * S(w("wf") * x + w("bf")), c = w("wc") * x + w("bc");
            s[0] = forget * s[0] + (1 - forget) * c * S(c);
            return S(w("wg") * x + w("bg")) * s[0];
        }
        ),
        ["RgLru"] = (new RgLru(1, 1), (w, s, x) =>
        {
            double v = w("w") * x, r = S(w("wr") * v + w("br")), i = S(w("wi") * v + w("bi"));
            double a = Math.Pow(S(w("lambda")), 8 * r);
            return s[0] = a * s[0] + Math.Sqrt(1 - a * a) * (i * v);
        }
        ),
        ["LinearAttention"] = (new LinearAttention(1, 1, 1), (w, s, x) =>
        {
            s[0] = S(w("ww") * x + w("bw")) * s[0] + w("wk") * x * (w("wv") * x);
            return s[0] * (w("wq") * x);
        }
        ),
        ["MLstm"] = (new MLstm(1, 1), (w, s, x) =>
        {
            // the paper's own states are these times eᵐ
            double i = Math.Exp(w("wi") * x + w("bi")), f = S(w("wf") * x + w("bf")), o = S(w("wo") * x + w("bo"));
            double q = w("wq") * x + w("bq"), k = w("wk") * x + w("bk"), v = w("wv") * x + w("bv");
            double m = Math.Max(s[2] + Math.Log(f), Math.Log(i));
            double c = f * s[0] * Math.Exp(s[2]) + i * v * k, n = f * s[1] * Math.Exp(s[2]) + i * k;
            (s[0], s[1], s[2]) = (c * Math.Exp(-m), n * Math.Exp(-m), m);
            return o * (c * q) / Math.Max(Math.Abs(n * q), 1);
        }
        ),
        ["Ema"] = (new Ema(1), (w, s, x) => s[0] = S(w("decay")) * s[0] + (1 - S(w("decay"))) * x),
        ["Fsmn"] = (new Fsmn(1, 1), (w, s, x) =>
        {
            double p = R(w("w") * x + w("b"));
            double memory = w("a0") * p + w("a1") * s[0] + w("a2") * s[1] + w("a3") * s[2];
            (s[2], s[1], s[0]) = (s[1], s[0], p);
            return R(w("v") * p + w("u") * memory + w("d"));
        }
        ),
        ["IndRnn"] = (new IndRnn(1, 1), (w, s, x) => s[0] = T(w("w") * x + w("u") * s[0] + w("b"))),
        ["SruV2"] = (new SruV2(1, 1), (w, s, x) =>
        {
            double f = S(w("wf") * x + w("vf") * s[0] + w("bf")), r = S(w("wr") * x + w("vr") * s[0] + w("br"));
            s[0] = f * s[0] + (1 - f) * w("w") * x;
            return r * s[0] + (1 - r) * w("skip") * x;
        }
        ),
        ["ParaGru"] = (new ParaGru(1, 1), (w, s, x) =>
        {
            double z = S(w("wz") * x + w("az") * s[0] + w("bz")), r = S(w("wr") * x + w("ar") * s[0] + w("br"));
            return s[0] = (1 - z) * s[0] + z * T(w("wc") * x + w("ac") * r * s[0] + w("bc"));
        }
        ),
        ["Elman"] = (new Elman(1, 1), (w, s, x) => s[0] = T(w("w") * x + w("u") * s[0] + w("b"))),
        // of order 1, with the exponentials written out: A = −1, B = 1
        ["ParallelLmu"] = (new ParallelLmu(1, 1, 1, 7), (w, s, x) =>
        {
            double decay = Math.Exp(-1.0 / 7);
            s[0] = decay * s[0] + (1 - decay) * T(w("ux") * x + w("bu"));
            return T(w("om") * s[0] + w("ox") * x + w("bo"));
        }
        ),
        ["ParallelLmuMatrix"] = (new ParallelLmuMatrix(1, 1, 1, 1, 7), (w, s, x) =>
        {
            double decay = Math.Exp(-1.0 / 7);
            s[0] = decay * s[0] + (1 - decay) * T(w("ux") * x + w("bu"));
            return T(w("om") * s[0] + w("ox") * x + w("bo"));
        }
        ),
        ["Lmu"] = (new Lmu(1, 1, 1, 7), (w, s, x) =>
        {
            double decay = Math.Exp(-1.0 / 7);
            s[0] = decay * s[0] + (1 - decay) * (w("ex") * x + w("eh") * s[1] + w("em") * s[0]);
            return s[1] = T(w("w") * x + w("u") * s[1] + w("v") * s[0]);
        }
        ),
        ["LinearReservoir"] = (new LinearReservoir(1, 1, 1), (w, s, x) => w("r") * (s[0] += x)),
        ["LinearIoRnn"] = (new LinearIoRnn(1, 1, 1), (w, s, x) => w("b") * (s[0] = w("a") * x + w("u") * s[0])),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_is_the_papers_equation(string name)
    {
        (object cell, Reference reference) = References.Concat(Composing).Concat(Nonlinear).Single(r => r.Key == name).Value;
        CellDefinition definition = ReflectedCell.Define(cell, 1, 1);
        Dictionary<string, double> weights = [];
        for (int i = 0; i < definition.Fields.Length; i++) weights.Add(definition.Fields[i].Name, Math.Sin(1 + 2.3 * i) + 0.2);
        double[] states = [.. definition.States.Select((_, i) => 0.4 - 0.3 * i)];
        EagerRun run = EagerRunner.Run(definition, new()
        {
            Batch = 1,
            Steps = Steps,
            Inputs = [X],
            Fields = [.. definition.Fields.Select(f => Enumerable.Repeat(weights[f.Name], f.Count).ToArray())],
            Start = [.. states.Zip(definition.States, (start, s) => Enumerable.Repeat(start, s.Count).ToArray())],
        });
        for (int t = 0; t < Steps; t++) Assert.Equal(reference(k => weights[k], states, X[t]), run.Outputs[0][t], 1e-13);
        for (int i = 0; i < states.Length; i++) Assert.Equal(states[i], run.End[definition.States[i].Name][0], 1e-13);
    }

    [Fact]
    public void Widths_of_input_and_state_are_free()
    {
        IEnumerable<object> cells =
        [
            new Gilr(3, 5), new GilrLstm(3, 5), new Sru(3, 5), new Qrnn(3, 5), new TRnn(3, 5), new TGru(3, 5), new TLstm(3, 5), new MinGru(3, 5),
            new MinLstm(3, 5), new Hgrn(3, 5), new RgLru(3, 5), new Fsmn(3, 5), new IndRnn(3, 5), new SruV2(3, 5), new ParaGru(3, 5), new Elman(3, 5),
            new Lstm(3, 5), new Gru(3, 5), new Rwkv4(3, 5), new LeakyIntegrator(3, 5), new Ar2(3, 5), new TustinNetLinear(3, 5), new Rotation(3, 5),
            new IndRnnRelu(3, 5), new IndRnnHardTanh(3, 5), new DualRnn(3, 5), new ReluDecay(3, 5), new Viterbi(3, 5), new SoftViterbi(3, 5), new ParaLstm(3, 5),
            new SLstm(3, 5), new UnIcornn(3, 5), new Lif(3, 5), new QuadraticIoRnn(3, 4, 5), new LowRankLstm(3, 5, 2), new SlimLstm1(3, 5), new SlimLstm2(3, 5),
            new SlimLstm3(3, 5), new SlimLstm4(3, 5), new SlimLstm5(3, 5), new CoRnn(3, 5), new AntisymmetricRnn(3, 5), new TanhReservoir(3, 4, 5),
            new TustinNet(3, 5, 4), new UnitaryRnn(3, 4, 5),
            new ParallelLmu(3, 4, 5, 6), new ParallelLmuMatrix(3, 4, 2, 5, 6), new Lmu(3, 4, 5, 6), new LinearReservoir(3, 4, 5), new LinearIoRnn(3, 4, 5),
        ];
        foreach (object cell in cells)
        {
            EagerRun run = EagerRunner.Run(ReflectedCell.Define(cell, 3, 5), new() { Batch = 2, Steps = 2, Inputs = [new double[12]] });
            Assert.All(run.Outputs[0], y => Assert.True(double.IsFinite(y), cell.GetType().Name));
        }
    }

    [Fact]
    public void The_decay_of_RgLru_starts_between_its_bounds()
    {
        FieldDefinition lambda = ReflectedCell.Define(new RgLru(1, 100), 1, 100).Fields.Single(f => f.Name == "lambda");
        Assert.True(lambda.Vector!.HasValues);
        double[] decays = [.. lambda.Vector.ToArray().Select(x => Math.Pow(S(x), 8))];
        Assert.All(decays, a => Assert.InRange(a, 0.9, 0.999));
        Assert.Equal(0.9 + 0.099 * 0.5, decays.Average(), 1e-12);
    }
}
