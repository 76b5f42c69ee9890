using Recurve.TestKit;

namespace Recurve.Generator.Tests.Frontend;

/// <summary>Each accepted construct, as the straight-line code it stands for.</summary>
public class ConstructTests
{
    // members: anything beside Step; the cell has weights a, b (Vec), m (Mat), constant k, states h, c and a fixed flag and rate
    static string Body(string step, string members = "", string elsewhere = "")
    {
        var reading = GeneratorHarness.Read($$"""
            {{elsewhere}}
            [Cell]
            partial class C(int inputs, int units, bool flag, double rate, int steps)
            {
                [Weight] readonly Vec a = new(units), b = new(units);
                [Weight] readonly Mat m = new(units, units);
                readonly Vec k = new(units, i => i);
                [State] Vec h = new(units);
                [State] Vec c = new(units);
                [State] CVec z = new(units);
                {{members}}
                {{(step.Contains("Step(", StringComparison.Ordinal) ? step : $"Vec Step(Vec x) {{ {step} }}")}}
            }
            """, "C");
        Assert.Empty(reading.Findings.Items);
        Assert.False(reading.Spec!.HasErrors);
        return SpecPrinter.Body(reading.Spec);
    }

    [Theory]
    // operators
    [InlineData("return -x + a - b * x / a;", "%0 = Negate(x)|%1 = Add(%0, a)|%2 = Multiply(b, x)|%3 = Divide(%2, a)|%4 = Subtract(%1, %3)|return output0 = %4")]
    [InlineData("return m * x;", "%0 = MatVec(m, x)|return output0 = %0")]
    [InlineData("return (m * m + m - -m) * x;", "%0 = MatMat(m, m)|%1 = Add(%0, m)|%2 = Negate(m)|%3 = Subtract(%1, %2)|%4 = MatVec(%3, x)|return output0 = %4")]
    [InlineData("return 2 * m * x;", "%0 = Multiply(2, m)|%1 = MatVec(%0, x)|return output0 = %1")]
    [InlineData("return m * rate * x;", "%0 = Multiply(m, {rate})|%1 = MatVec(%0, x)|return output0 = %1")]
    [InlineData("return Where(x < a & !(x >= 1) | b > x, x, 0.5);",
        "%0 = Less(x, a)|%1 = GreaterEqual(x, 1)|%2 = Not(%1)|%3 = And(%0, %2)|%4 = Greater(b, x)|%5 = Or(%3, %4)|%6 = Where(%5, x, 0.5)|return output0 = %6")]
    // scalars: known ones are folded, fixed ones spelled
    [InlineData("const double two = 2; int three = 3; return x * (two * three + 0.5f);", "%0 = Multiply(x, 6.5)|return output0 = %0")]
    [InlineData("return x * (1 - rate);", "%0 = Multiply(x, {(1.0 - rate)})|return output0 = %0")]
    [InlineData("return x * Math.Exp(-rate / steps);", "%0 = Multiply(x, {global::System.Math.Exp(((-rate) / (double)steps))})|return output0 = %0")]
    [InlineData("return x * (1.0 / units);", "%0 = Multiply(x, {(1.0 / (double)units)})|return output0 = %0")]
    [InlineData("return x * Math.PI;", "%0 = Multiply(x, 3.141592653589793)|return output0 = %0")]
    [InlineData("Vec two = 2; return x * two;", "%0 = Multiply(x, 2)|return output0 = %0")]
    // states: old before assignment, new after
    [InlineData("h = h + x; return h;", "%0 = Add(old h, x)|h' = %0|return h = %0")]
    [InlineData("h += x; h *= a; return c = h;", "%0 = Add(old h, x)|%1 = Multiply(%0, a)|h' = %1|c' = %1|return c = %1")]
    [InlineData("(h, c) = (c, h); return h;", "h' = old c|c' = old h|return h = old c")]
    [InlineData("return (h = x) + h;", "%0 = Add(x, x)|h' = x|return output0 = %0")]
    [InlineData("this.h = x; return this.h;", "h' = x|return h = x")]
    [InlineData("h = 0.5; return x;", "h' = 0.5|return output0 = x")]
    // locals and tuples
    [InlineData("Vec p, q = x; (p, _) = (q, a); var (r, s) = (p, b); (Vec t, var u) = (r, s); return t * u;", "%0 = Multiply(x, b)|return output0 = %0")]
    [InlineData("var t = (left: x, right: a); return t.left + t.Item2;", "%0 = Add(x, a)|return output0 = %0")]
    [InlineData("(double s, Vec v) t = (1, 2); return x * t.s + t.v;", "%0 = Multiply(x, 1)|%1 = Add(%0, 2)|return output0 = %1")]
    [InlineData("x = Tanh(x); return x;", "%0 = Tanh(x)|return output0 = %0")]
    // fixed conditions
    [InlineData("if (flag) h = x; return h;", "%0 = Where({flag}, x, old h)|h' = %0|return h = %0")]
    [InlineData("if (flag) { h = x; return a; } return h;", "%0 = Where({flag}, x, old h)|%1 = Where({flag}, a, old h)|h' = %0|return a = %1")]
    [InlineData("if (flag) return x; else return a;", "%0 = Where({flag}, x, a)|return output0 = %0")]
    [InlineData("return flag ? x : a;", "%0 = Where({flag}, x, a)|return output0 = %0")]
    [InlineData("return x * (flag ? 2 : rate);", "%0 = Multiply(x, {(flag ? 2.0 : rate)})|return output0 = %0")]
    [InlineData("return flag ? x : 1;", "%0 = Where({flag}, x, 1)|return output0 = %0")]
    [InlineData("if (steps > 2 && !flag) return x; return a;", "%0 = Where({((steps > 2) && (!flag))}, x, a)|return output0 = %0")]
    [InlineData("if (3 > 2) return x; return a;", "return output0 = x")]
    [InlineData("if (flag) { if (rate > 0) return x; h = a; } return b;",
        "%0 = Where({flag}, a, old h)|%1 = Where({(flag && (rate > 0.0))}, old h, %0)|%2 = Where({(flag && (rate > 0.0))}, x, b)|h' = %1|return output0 = %2")]
    [InlineData("var k1 = flag ? x < a : x > a; return Where(k1, x, a);",
        "%0 = Less(x, a)|%1 = Greater(x, a)|%2 = Not({flag})|%3 = And({flag}, %0)|%4 = And(%2, %1)|%5 = Or(%3, %4)|%6 = Where(%5, x, a)|return output0 = %6")]
    // loops
    [InlineData("for (int i = 0; i < 3; i++) x = x * i; return x;", "%0 = Multiply(x, 0)|%1 = Multiply(%0, 1)|%2 = Multiply(%1, 2)|return output0 = %2")]
    [InlineData("for (int i = 4; i > 0; i -= 2) for (int j = 0; j < i; ++j) if (j % 2 == 1) x += j; return x;", "%0 = Add(x, 1)|%1 = Add(%0, 3)|%2 = Add(%1, 1)|return output0 = %2")]
    // functions
    [InlineData("return Concat(x, a, 1);", "%0 = Concat(x, a, 1)|return output0 = %0")]
    [InlineData("return Concat([x, a]);", "%0 = Concat(x, a)|return output0 = %0")]
    [InlineData("return Slice(x, length: units, start: 2 * units - 1);", "%0 = Slice(x, 2 * units - 1, units)|return output0 = %0")]
    [InlineData("for (int i = 1; i < 3; i++) h += Slice(x, i * units, units); return h;",
        "%0 = Slice(x, units, units)|%1 = Add(old h, %0)|%2 = Slice(x, 2 * units, units)|%3 = Add(%1, %2)|h' = %3|return h = %3")]
    [InlineData("return Dot(x, a) + Mean(x) + Sum(x) + Norm(x);",
        "%0 = Multiply(x, a)|%1 = Sum(%0)|%2 = Mean(x)|%3 = Add(%1, %2)|%4 = Sum(x)|%5 = Add(%3, %4)|%6 = Norm(x)|%7 = Add(%5, %6)|return output0 = %7")]
    [InlineData("return LayerNorm(x) + RmsNorm(x, epsilon: 1e-6) + Softmax(x);",
        "%0 = LayerNorm(x, 1E-05)|%1 = RmsNorm(x, 1E-06)|%2 = Add(%0, %1)|%3 = Softmax(x)|%4 = Add(%2, %3)|return output0 = %4")]
    [InlineData("return LeakyRelu(x) + LeakyRelu(x, 0.2);", "%0 = LeakyRelu(x, 0.01)|%1 = LeakyRelu(x, 0.2)|%2 = Add(%0, %1)|return output0 = %2")]
    [InlineData("return LeakyRelu(x, rate);", "%0 = Greater(x, 0)|%1 = Multiply(x, {rate})|%2 = Where(%0, x, %1)|return output0 = %2")]
    [InlineData("return Pow(x, 2) + Clamp(x, lo: -1, hi: a) + Max(x, 0) + LogAddExp(x, a);",
        "%0 = Pow(x, 2)|%1 = Clamp(x, -1, a)|%2 = Add(%0, %1)|%3 = Max(x, 0)|%4 = Add(%2, %3)|%5 = LogAddExp(x, a)|%6 = Add(%4, %5)|return output0 = %6")]
    [InlineData("return Hadamard(Outer(x, a), Transpose(m)) * Reverse(x) + Diagonal(a) * x;",
        "%0 = Outer(x, a)|%1 = Transpose(m)|%2 = Multiply(%0, %1)|%3 = Flip(x)|%4 = MatVec(%2, %3)|%5 = Diagonal(a)|%6 = MatVec(%5, x)|%7 = Add(%4, %6)|return output0 = %7")]
    [InlineData("return Flatten(Tanh(m)) + StopGradient(x);", "%0 = Tanh(m)|%1 = Flatten(%0)|%2 = StopGradient(x)|%3 = Add(%1, %2)|return output0 = %3")]
    [InlineData("return k * x;", "%0 = Multiply(k, x)|return output0 = %0")]
    // complex: what is real stays real
    [InlineData("z = Polar(a, b) * z + x; return Real(z) - Imaginary(Conjugate(z));",
        "%0 = Polar(a, b)|%1 = Multiply(%0, old z)|%2 = Add(%1, x)|%3 = Real(%2)|%4 = Conjugate(%2)|%5 = Imaginary(%4)|%6 = Subtract(%3, %5)|z' = %2|return output0 = %6")]
    [InlineData("z *= 0.5; z /= a; return Abs(-z);", "%0 = Multiply(old z, 0.5)|%1 = Divide(%0, a)|%2 = Negate(%1)|%3 = Abs(%2)|z' = %1|return output0 = %3")]
    [InlineData("CVec v = 1; var w = Exp(v - Complex(0, x)); (z, w) = (w, z); return Abs(w) + Abs(x);",
        "%0 = Complex(0, x)|%1 = Subtract(1, %0)|%2 = Exp(%1)|%3 = Abs(old z)|%4 = Abs(x)|%5 = Add(%3, %4)|z' = %2|return output0 = %5")]
    [InlineData("if (flag) z = x; return Real(flag ? z : a) * Real(Square(2, z)); CVec Square(double s, CVec v) => s * v * v;",
        "%0 = Where({flag}, x, old z)|%1 = Where({flag}, %0, a)|%2 = Real(%1)|%3 = Multiply(2, %0)|%4 = Multiply(%3, %0)|%5 = Real(%4)|%6 = Multiply(%2, %5)|z' = %0|return output0 = %6")]
    public void In_Step(string step, string expected) => Assert.Equal(expected.Replace('|', '\n'), Body(step));

    [Theory]
    [InlineData("return Twice(Twice(x));", "Vec Twice(Vec v) => v + v;", "%0 = Add(x, x)|%1 = Add(%0, %0)|return output0 = %1")]
    [InlineData("return Mix(y: x, x: a);", "static Vec Mix(Vec x, Vec y, double t = 0.25) => t * x + (1 - t) * y;",
        "%0 = Multiply(0.25, a)|%1 = Multiply(0.75, x)|%2 = Add(%0, %1)|return output0 = %2")]
    [InlineData("return Gate(x);", "Vec Gate(Vec v) { if (flag) return v; var w = v * a; return w; }",
        "%0 = Multiply(x, a)|%1 = Where({flag}, x, %0)|return output0 = %1")]
    [InlineData("Vec Local(Vec v) => v * x; return Local(a) + Outside.Soft(x) ;", "", "%0 = Multiply(a, x)|%1 = Log1p(x)|%2 = Add(%0, %1)|return output0 = %2")]
    [InlineData("var (p, q) = Both(x); return p - q;", "(Vec, Vec) Both(Vec v) => (v, h);", "%0 = Subtract(x, old h)|return output0 = %0")]
    [InlineData("h = x; return Get();", "Vec Get() => h;", "h' = x|return output0 = x")]
    [InlineData("return x * alpha * Beta + x.Shifted(gamma);", "readonly double alpha = 3; const double Beta = 0.5; readonly float gamma = 1;",
        "%0 = Multiply(x, {this.alpha})|%1 = Multiply(%0, 0.5)|%2 = Add(x, {(double)this.gamma})|%3 = Add(%1, %2)|return output0 = %3")]
    [InlineData("return Slice(x, width, width);", "readonly int width = 2 * units;", "%0 = Slice(x, 2 * units, 2 * units)|return output0 = %0")]
    public void With_helpers(string step, string members, string expected)
        => Assert.Equal(expected.Replace('|', '\n'), Body(step, members, "static class Outside { public static Vec Soft(Vec v) => Log1p(v); public static Vec Shifted(this Vec v, double by) => v + by; }"));

    [Theory]
    [InlineData("(Vec, Vec) Step(Vec x, Vec y) { Vec z = x * y; h = z; return (h, z); }", "z = Multiply|h' = z|h z")]
    [InlineData("(Vec y, Vec) Step(Vec x) { return (x, h); }", "y h")]
    [InlineData("(Vec, Vec) Step(Vec x) => (Tanh(x), 1);", "output0 output1")]
    public void Outputs_are_called_what_the_user_calls_them(string step, string expected)
    {
        var body = Body(step);
        var names = string.Join(' ', body.Split('\n').Where(l => l.StartsWith("return ", StringComparison.Ordinal)).Select(l => l.Split(' ')[1]));
        Assert.Equal(expected.Split('|')[^1], names);
    }

    [Fact]
    public void Values_keep_the_names_of_locals()
    {
        var spec = GeneratorHarness.Spec("[Cell] partial class C { [State] Vec h = new(3); Vec Step(Vec x) { var z = Tanh(x); var again = z; h = z; return again; } }", "C");
        Assert.Equal("z", spec.Body.Single(i => i.Op == "Tanh").Name);
    }

    [Fact]
    public void Attributes_of_fields_and_parameters()
    {
        var spec = GeneratorHarness.Spec("""
            namespace Deep.Down;
            partial record Outer
            {
                [Cell(Strategy = Strategy.Newton)]
                internal partial class C(int inputs, int units)
                {
                    [Weight(Init = Init.Orthogonal)] readonly Mat w = new(rows: units, columns: 2 * inputs + 1);
                    [Weight(Init = Init.Constant, Value = -1.5)] readonly Vec b = new Vec(units * units);
                    readonly Mat fixedOne = new(3, units, (i, j) => i + j);
                    [State(Trained = true)] Vec h = new(units);
                    [State(Strategy = Strategy.Sequential)] Vec g = new(units);
                    Vec Step(Vec x, [Size("2 * units")] Vec y, [Size(nameof(units))] Vec z, [Size(1)] Vec w1) => h = x;
                }
            }
            """, "Deep.Down.Outer+C");
        Assert.Equal("Deep.Down", spec.Namespace);
        Assert.Equal(["partial record Outer"], spec.ContainingTypes);
        Assert.Equal("""
            cell C(int inputs, int units) Newton
            weight w [units, 2 * inputs + 1] Orthogonal
            weight b [units * units] Constant -1.5
            constant fixedOne [3, units] Default
            state h [units] trained Newton
            state g [units] Sequential
            input x
            input y [2 * units]
            input z [units]
            input w1 [1]
            h' = x
            return h = x

            """, SpecPrinter.Print(spec));
    }
}
