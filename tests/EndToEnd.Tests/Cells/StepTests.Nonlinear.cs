using System.Numerics;
using Recurve.Cells;

namespace Recurve.EndToEnd.Tests.Cells;

// cells that are nonlinear in their past
public sealed partial class StepTests
{
    static Dictionary<string, (object Cell, Reference Step)> Nonlinear => new()
    {
        ["ParaLstm"] = (new ParaLstm(1, 1), (w, s, x) =>
        {
            double f = S(w("wf") * x + w("af") * s[0] + w("pf") * s[1] + w("bf")), z = T(w("wz") * x + w("az") * s[0] + w("bz"));
            s[1] = f * s[1] + (1 - f) * z;
            return s[0] = S(w("wo") * x + w("ao") * s[0] + w("po") * s[1] + w("bo")) * T(s[1]);
        }
        ),
        // without the stabiliser: the memory is c e^m, the normaliser n e^m
        ["SLstm"] = (new SLstm(1, 1), (w, s, x) =>
        {
            double Gate(string k) => w("w" + k) * x + w("r" + k) * s[3] + w("b" + k);
            (double z, double i, double f, double o) = (T(Gate("z")), Gate("i"), S(Gate("f")), S(Gate("o")));
            double c = f * s[0] * Math.Exp(s[2]) + Math.Exp(i) * z, n = f * s[1] * Math.Exp(s[2]) + Math.Exp(i);
            s[2] = Math.Max(Math.Log(f) + s[2], i);
            (s[0], s[1]) = (c / Math.Exp(s[2]), n / Math.Exp(s[2]));
            return s[3] = o * c / n;
        }
        ),
        ["UnIcornn"] = (new UnIcornn(1, 1, 0.1, 2), (w, s, x) =>
        {
            double step = 0.1 * (0.5 + 0.5 * T(w("c") / 2));
            s[1] -= step * (T(w("w") * s[0] + w("v") * x + w("b")) + 2 * s[0]);
            return s[0] += step * s[1];
        }
        ),
        ["Lif"] = (new Lif(1, 1, 5), (w, s, x) =>
        {
            s[0] = S(w("leak")) * s[0] + w("w") * x - S(5 * (s[0] - 1));
            return S(5 * (s[0] - 1));
        }
        ),
        ["QuadraticIoRnn"] = (new QuadraticIoRnn(1, 1, 1), (w, s, x) => w("b") * (s[0] = Math.Pow(w("a") * x + w("u") * s[0], 2))),
        ["LowRankLstm"] = (new LowRankLstm(1, 1, 1), (w, s, x) =>
        {
            double gate = w("expand") * (w("w") * x + w("u") * s[0]) + w("b");
            s[1] = S(gate) * s[1] + S(gate) * T(gate);
            return s[0] = S(gate) * T(s[1]);
        }
        ),
        ["SlimLstm1"] = (new SlimLstm1(1, 1), Slim((w, k, h) => w("u" + k) * h + w("b" + k))),
        ["SlimLstm2"] = (new SlimLstm2(1, 1), Slim((w, k, h) => w("u" + k) * h)),
        ["SlimLstm3"] = (new SlimLstm3(1, 1), Slim((w, k, _) => w("b" + k))),
        ["SlimLstm4"] = (new SlimLstm4(1, 1), Slim((w, k, h) => w("u" + k) * h)),
        ["SlimLstm5"] = (new SlimLstm5(1, 1), Slim((w, k, h) => w("u" + k) * h + w("b" + k))),
        ["CoRnn"] = (new CoRnn(1, 1, 0.05, 1.5, 0.7), (w, s, x) =>
        {
            s[1] += 0.05 * (T(w("w") * s[0] + w("u") * s[1] + w("v") * x + w("b")) - 1.5 * s[0] - 0.7 * s[1]);
            return s[0] += 0.05 * s[1];
        }
        ),
        // with one unit W − Wᵀ is 0; the next test sees it
        ["AntisymmetricRnn"] = (new AntisymmetricRnn(1, 1, 0.1, 0.3), (w, s, x) =>
            s[0] += 0.1 * S(-0.3 * s[0] + w("vz") * x + w("bz")) * T(-0.3 * s[0] + w("vh") * x + w("bh"))),
        // the ring of one unit is its radius, the input weight ±1/2
        ["TanhReservoir"] = (new TanhReservoir(1, 1, 1, 0.9, 0.4), (w, s, x) =>
        {
            s[0] = 0.6 * s[0] + 0.4 * T(0.5 * x + 0.9 * s[0]);
            return w("v") * s[0] + w("b");
        }
        ),
        ["TustinNet"] = (new TustinNet(1, 1, 1, 0.1), (w, s, x) =>
        {
            double v = s[1] + 0.1 * (w("wf") * T(w("wq") * s[0] + w("wv") * s[1] + w("wu") * x + w("bh")) + w("bf"));
            (s[0], s[1]) = (s[0] + 0.1 / 2 * (v + s[1]), v);
            return s[0];
        }
        ),
        // the reflection of one unit is −1, twice
        ["UnitaryRnn"] = (new UnitaryRnn(1, 1, 1), (w, s, x) =>
        {
            var z = Complex.FromPolarCoordinates(1, w("d1") + w("d2") + w("d3")) * new Complex(s[0], s[1]) + new Complex(w("vr"), w("vj")) * x;
            double length = Math.Sqrt(z.Real * z.Real + z.Imaginary * z.Imaginary + 1e-5);
            z *= R(length + w("b")) / length;
            (s[0], s[1]) = (z.Real, z.Imaginary);
            return w("w") * (z.Real + z.Imaginary) + w("d");
        }
        ),
    };

    static Reference Slim(Func<Func<string, double>, string, double, double> gate) => (w, s, x) =>
    {
        (double i, double f, double o) = (S(gate(w, "i", s[0])), S(gate(w, "f", s[0])), S(gate(w, "o", s[0])));
        s[1] = f * s[1] + i * T(w("w") * x + w("u") * s[0] + w("b"));
        return s[0] = o * T(s[1]);
    };

    [Fact]
    public void The_recurrent_map_of_UnitaryRnn_keeps_lengths()
    {
        // without input and bias modReLU is the identity
        EagerRun run = EagerRunner.Run(ReflectedCell.Define(new UnitaryRnn(1, 7, 1), 1, 1), new()
        {
            Batch = 1,
            Steps = 4,
            Inputs = [new double[4]],
            Start = [[.. Enumerable.Range(0, 7).Select(i => Math.Sin(i + 1))], [.. Enumerable.Range(0, 7).Select(i => Math.Cos(3 * i))]],
        });
        double before = Enumerable.Range(0, 7).Sum(i => Math.Pow(Math.Sin(i + 1), 2) + Math.Pow(Math.Cos(3 * i), 2));
        Assert.Equal(before, run.End["re"].Sum(x => x * x) + run.End["im"].Sum(x => x * x), 1e-12);
        Assert.NotEqual(Math.Sin(1), run.End["re"][0], 0.01);
    }

    [Fact]
    public void AntisymmetricRnn_turns_its_state_by_a_matrix_with_imaginary_eigenvalues()
    {
        // A = [[0, 1], [−1, 0]] of W = [[0.5, 1], [0, 0.5]]
        EagerRun run = EagerRunner.Run(ReflectedCell.Define(new AntisymmetricRnn(1, 2, 0.1, 0), 1, 2), new()
        {
            Batch = 1,
            Steps = 1,
            Inputs = [new double[1]],
            Fields = [[0.5, 1, 0, 0.5], [0, 0], [0, 0], [0, 0], [0, 0]],
            Start = [[0.3, -0.8]],
        });
        Assert.Equal(0.3 + 0.1 * S(-0.8) * T(-0.8), run.End["h"][0], 1e-15);
        Assert.Equal(-0.8 + 0.1 * S(-0.3) * T(-0.3), run.End["h"][1], 1e-15);
    }
}
