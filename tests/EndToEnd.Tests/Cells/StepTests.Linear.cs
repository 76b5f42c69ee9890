using Recurve.Cells;

namespace Recurve.EndToEnd.Tests.Cells;

// cells whose steps compose: linear, clamped, and of the semirings of max and log-sum
public sealed partial class StepTests
{
    static double LogAdd(double a, double b) => Math.Log(Math.Exp(a) + Math.Exp(b));

    static double Softplus(double x) => Math.Log(1 + Math.Exp(x));

    static Dictionary<string, (object Cell, Reference Step)> Composing => new()
    {
        ["S6"] = (new S6(1), (w, s, x) =>
        {
            double step = Softplus(w("wDelta") * x + w("delta"));
            s[0] = Math.Exp(-step * Math.Exp(w("logA"))) * s[0] + step * x * w("wB") * x;
            return 16 * w("wC") * x * s[0] + w("d") * x;
        }
        ),
        // without the running maximum: the numerator is a e^m, the denominator b e^m
        ["Rwkv4"] = (new Rwkv4(1, 1), (w, s, x) =>
        {
            double k = w("wk") * x, v = w("wv") * x, decay = Math.Exp(-Math.Exp(w("decay"))), now = Math.Exp(w("bonus") + k);
            double above = s[1] * Math.Exp(s[0]), below = s[2] * Math.Exp(s[0]);
            double y = S(w("wr") * x) * (above + now * v) / (below + now);
            s[0] = Math.Max(s[0] - Math.Exp(w("decay")), k);
            s[1] = (decay * above + Math.Exp(k) * v) / Math.Exp(s[0]);
            s[2] = (decay * below + Math.Exp(k)) / Math.Exp(s[0]);
            return y;
        }
        ),
        ["LeakyIntegrator"] = (new LeakyIntegrator(1, 1), (w, s, x) =>
        {
            double a = Math.Exp(-1 / Math.Exp(w("logTau")));
            return s[0] = a * s[0] + (1 - a) * (w("w") * x + w("b"));
        }
        ),
        ["Garch11"] = (new Garch11(1), (w, s, x) =>
        {
            double sum = S(w("persistence")), alpha = sum * S(w("share"));
            return s[0] = Softplus(w("baseline")) + alpha * x * x + (sum - alpha) * s[0];
        }
        ),
        ["Holt"] = (new Holt(1), (w, s, x) =>
        {
            double alpha = S(w("smoothing")), beta = S(w("trending")), level = alpha * x + (1 - alpha) * (s[0] + s[1]);
            (s[0], s[1]) = (level, beta * (level - s[0]) + (1 - beta) * s[1]);
            return s[0] + s[1];
        }
        ),
        // direct form II, transposed: its states hold what b₁ … a₂ have still to give
        ["Biquad"] = (new Biquad(1), (w, s, x) =>
        {
            double y = w("b0") * x + s[0];
            (s[0], s[1]) = (w("b1") * x - w("a1") * y + s[1], w("b2") * x - w("a2") * y);
            return y;
        }
        ),
        ["Ar2"] = (new Ar2(1, 1), (w, s, x) =>
        {
            (s[0], s[1]) = (w("phi1") * s[0] + w("phi2") * s[1] + w("w") * x + w("c"), s[0]);
            return s[0];
        }
        ),
        ["TustinNetLinear"] = (new TustinNetLinear(1, 1, 0.1), (w, s, x) =>
        {
            double v = s[1] + 0.1 * (w("b") * x - w("stiffness") * s[0] - w("damping") * s[1]);
            (s[0], s[1]) = (s[0] + 0.1 / 2 * (v + s[1]), v);
            return s[0];
        }
        ),
        ["Rotation"] = (new Rotation(1, 1), (w, s, x) =>
        {
            var next = System.Numerics.Complex.FromPolarCoordinates(Math.Exp(-Math.Exp(w("nu"))), w("theta")) * new System.Numerics.Complex(s[0], s[1])
                + new System.Numerics.Complex(w("w"), w("v")) * x;
            (s[0], s[1]) = (next.Real, next.Imaginary);
            return s[0];
        }
        ),
        ["IndRnnRelu"] = (new IndRnnRelu(1, 1), (w, s, x) => s[0] = R(w("w") * x + w("u") * s[0] + w("b"))),
        ["IndRnnHardTanh"] = (new IndRnnHardTanh(1, 1), (w, s, x) => s[0] = Math.Clamp(w("w") * x + w("u") * s[0] + w("b"), -1, 1)),
        ["DualRnn"] = (new DualRnn(1, 1, 50), (w, s, x) =>
        {
            s[0] = R(w("ws") * x + w("us") * s[0] + w("bs"));
            double g = S(w("wg") * s[0] + w("vg") * x + w("bg"));
            return s[1] = R(w("wl") * g * s[0] + Math.Pow(2, 1 / 50.0) * T(w("rho")) * s[1] + w("bl"));
        }
        ),
        ["RunningMax"] = (new RunningMax(1), (_, s, x) => s[0] = Math.Max(s[0], x)),
        ["RunningMin"] = (new RunningMin(1), (_, s, x) => s[0] = Math.Min(s[0], x)),
        ["ReluDecay"] = (new ReluDecay(1, 1), (w, s, x) => s[0] = R(S(w("decay")) * s[0] + w("w") * x + w("b"))),
        ["Viterbi"] = (new Viterbi(1, 1), (w, s, x) => s[0] = Math.Max(s[0] + w("w") * x + w("c"), w("v") * x + w("d"))),
        ["SoftViterbi"] = (new SoftViterbi(1, 1), (w, s, x) => s[0] = LogAdd(s[0] + w("w") * x + w("c"), w("v") * x + w("d"))),
    };
}
