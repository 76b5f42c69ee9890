using Recurve.Generator.Analysis;
using Recurve.Generator.IR;
using Recurve.Generator.Support;
using Recurve.Generator.Tests.IR;
using Recurve.Generator.Transform;
using Kind = Recurve.Generator.Analysis.RecurrenceKind;

namespace Recurve.Generator.Tests.Analysis;

/// <summary>Every rule of the form table, and what must not be claimed; where channels mix: <see cref="MixingTests"/>.</summary>
public sealed class ClassificationTests
{
    internal static Classification Classify(Cell cell)
    {
        var lowered = Lower.Run(cell.Spec());
        Assert.Empty(lowered.Errors);
        var classified = DependencyClassifier.Classify(Simplify.Run(lowered.Program!.Verified("Lower")).Verified("Simplify"));
        Assert.Empty(Verifier.Check(classified.Program));
        return classified;
    }

    /// <summary>One state h, an input x, weights a (vector) and u (matrix); the new value of h.</summary>
    internal static readonly Dictionary<string, (Kind Kind, Func<Cell, Cell.E, Cell.E, Cell.E, Cell.E> Step)> Single = new(MixingTests.Steps)
    {
        ["x"] = (Kind.FeedForward, (c, h, x, a) => x),
        ["Tanh(x)"] = (Kind.FeedForward, (c, h, x, a) => c.Call("Tanh", x)),
        ["a*h + x"] = (Kind.Diagonal, (c, h, x, a) => a * h + x),
        ["h"] = (Kind.Diagonal, (c, h, x, a) => h),
        ["-h"] = (Kind.Diagonal, (c, h, x, a) => -h),
        ["h + x*(Tanh(x) - h)"] = (Kind.Diagonal, (c, h, x, a) => h + x * (c.Call("Tanh", x) - h)),
        ["(1-x)*h + x*a"] = (Kind.Diagonal, (c, h, x, a) => (1 - x) * h + x * a),
        ["(h + x)/a - h"] = (Kind.Diagonal, (c, h, x, a) => (h + x) / a - h),
        ["h + h"] = (Kind.Diagonal, (c, h, x, a) => h + h),
        ["h - h"] = (Kind.Diagonal, (c, h, x, a) => h - h),
        ["StopGradient(h)"] = (Kind.Diagonal, (c, h, x, a) => c.Call("StopGradient", h)),
        ["Where(x < a, h, x)"] = (Kind.Diagonal, (c, h, x, a) => c.Call("Where", x < a, h, x)),
        ["Where(fixed, h, x)"] = (Kind.Diagonal, (c, h, x, a) => c.Call("Where", c.FixedMask("gated"), a * h, x)),
        ["Where(fixed, Tanh(h), x)"] = (Kind.Pointwise, (c, h, x, a) => c.Call("Where", c.FixedMask("gated"), c.Call("Tanh", h), x)),
        ["Diagonal(a)*h"] = (Kind.Diagonal, (c, h, x, a) => c.Call("Diagonal", a).Of(h) + x),

        ["Relu(a*h + x)"] = (Kind.Clamped, (c, h, x, a) => c.Call("Relu", a * h + x)),
        ["Relu(h + x)"] = (Kind.Clamped, (c, h, x, a) => c.Call("Relu", h + x)),
        ["HardTanh(a*h + x)"] = (Kind.Clamped, (c, h, x, a) => c.Call("HardTanh", a * h + x)),
        ["Clamp(h + x, -1, a)"] = (Kind.Clamped, (c, h, x, a) => c.Call("Clamp", h + x, c.Number(-1), a)),
        ["Max(h, x)"] = (Kind.Clamped, (c, h, x, a) => c.Call("Max", h, x)),
        ["Min(h + a, x)"] = (Kind.Clamped, (c, h, x, a) => c.Call("Min", h + a, x)),
        ["x * Relu(a*h) + x"] = (Kind.Clamped, (c, h, x, a) => x * c.Call("Relu", a * h) + x),
        ["x - Relu(h + x)"] = (Kind.Clamped, (c, h, x, a) => x - c.Call("Relu", h + x)),
        ["Min(a, Max(x, h))"] = (Kind.Clamped, (c, h, x, a) => c.Call("Min", a, c.Call("Max", x, h))),
        ["Where(x < a, Relu(h), h)"] = (Kind.Clamped, (c, h, x, a) => c.Call("Where", x < a, c.Call("Relu", h), h)),
        ["Max(2h + a, x)"] = (Kind.Clamped, (c, h, x, a) => c.Call("Max", 2 * h + a, x)),
        ["Max(x - h, a)"] = (Kind.Clamped, (c, h, x, a) => c.Call("Max", x - h, a)),

        ["x / a * Min(Relu(a*h - x), 1)"] = (Kind.Clamped, (c, h, x, a) => x / a * c.Call("Min", c.Call("Relu", a * h - x), c.Number(1))),
        ["a - HardTanh(x*h) / x"] = (Kind.Clamped, (c, h, x, a) => a - c.Call("HardTanh", x * h) / x),
        ["-2 Clamp(h, a, x)"] = (Kind.Clamped, (c, h, x, a) => -2 * c.Call("Clamp", h, a, x)),
        ["Clamp(x, a, h)"] = (Kind.Clamped, (c, h, x, a) => c.Call("Clamp", x, a, 2 * h)),
        ["Clamp(x, h, a)"] = (Kind.Clamped, (c, h, x, a) => c.Call("Clamp", x, 2 * h, a)),
        ["Max(a, -Min(x, 2h))"] = (Kind.Clamped, (c, h, x, a) => c.Call("Max", a, -c.Call("Min", x, 2 * h))),
        ["Min(x, Max(a, h)) * x"] = (Kind.Clamped, (c, h, x, a) => c.Call("Min", x, c.Call("Max", a, h)) * x),
        ["Where(x < a, Relu(h), -Relu(x*h))"] = (Kind.Clamped, (c, h, x, a) => c.Call("Where", x < a, c.Call("Relu", h), -c.Call("Relu", x * h))),
        ["Where(x < a, x, HardTanh(h))"] = (Kind.Clamped, (c, h, x, a) => c.Call("Where", x < a, x, c.Call("HardTanh", h))),
        ["Relu(h) * 0"] = (Kind.Clamped, (c, h, x, a) => c.Call("Relu", h) * c.Number(0) + x),

        ["Max(h + a, x)"] = (Kind.MaxPlus, (c, h, x, a) => c.Call("Max", h + a, x)),
        ["Max(x, h - a)"] = (Kind.MaxPlus, (c, h, x, a) => c.Call("Max", x, h - a)),
        ["Max(h, x) + a"] = (Kind.MaxPlus, (c, h, x, a) => c.Call("Max", h, x) + a),
        ["Max(h + a, h + x)"] = (Kind.MaxPlus, (c, h, x, a) => c.Call("Max", h + a, h + x)),
        ["LogAddExp(h + a, x)"] = (Kind.LogPlus, (c, h, x, a) => c.Call("LogAddExp", h + a, x)),
        ["Max(Max(h, x), h - a) - x"] = (Kind.MaxPlus, (c, h, x, a) => c.Call("Max", c.Call("Max", h, x), h - a) - x),
        ["LogAddExp(LogAddExp(h, x) + a, h) - x"] = (Kind.LogPlus, (c, h, x, a) => c.Call("LogAddExp", c.Call("LogAddExp", h, x) + a, h) - x),
        ["LogAddExp(h, h)"] = (Kind.LogPlus, (c, h, x, a) => c.Call("LogAddExp", h, h)),
        ["LogAddExp(h, x)"] = (Kind.LogPlus, (c, h, x, a) => c.Call("LogAddExp", h, x)),
        ["LogAddExp(2h, x)"] = (Kind.Pointwise, (c, h, x, a) => c.Call("LogAddExp", 2 * h, x)),
        ["LogAddExp(h, x) * a"] = (Kind.Pointwise, (c, h, x, a) => c.Call("LogAddExp", h, x) * a),
        ["Max(LogAddExp(h, x), a)"] = (Kind.Pointwise, (c, h, x, a) => c.Call("Max", c.Call("LogAddExp", h, x), a)),

        ["Tanh(a*h + x)"] = (Kind.Pointwise, (c, h, x, a) => c.Call("Tanh", a * h + x)),
        ["h*h - h*h"] = (Kind.Pointwise, (c, h, x, a) => h * h - h * h),
        ["x / h"] = (Kind.Pointwise, (c, h, x, a) => x / h),
        ["Abs(h)"] = (Kind.Pointwise, (c, h, x, a) => c.Call("Abs", h)),
        ["LeakyRelu(h)"] = (Kind.Pointwise, (c, h, x, a) => c.Call("LeakyRelu", h)),
        ["HardSigmoid(h)"] = (Kind.Pointwise, (c, h, x, a) => c.Call("HardSigmoid", h)),
        ["Relu(h) + a*h"] = (Kind.Pointwise, (c, h, x, a) => c.Call("Relu", h) + a * h),
        ["Max(a*h, x*h)"] = (Kind.Pointwise, (c, h, x, a) => c.Call("Max", a * h, x * h)),
        ["Where(h < x, h, x)"] = (Kind.Pointwise, (c, h, x, a) => c.Call("Where", h < x, h, x)),
    };

    public static TheoryData<string> Singles => [.. Single.Keys];

    [Theory, MemberData(nameof(Singles))]
    public void One_state(string step)
    {
        var cell = new Cell();
        var (h, x, a) = (cell.State("h"), cell.Input("x", Cell.Units), cell.Vec("a"));
        var next = cell.Next("h", Single[step].Step(cell, h, x, a));
        var form = Assert.Single(Classify(cell.Returns("y", next + h)).Groups);
        Assert.Equal(Single[step].Kind, form.Kind);
        Assert.NotEqual("", form.Reason);
        if (form.Kind is not (Kind.FeedForward or Kind.Diagonal)) Assert.NotNull(form.Offence);
    }

    [Fact]
    public void Swapped_states_are_a_block()
    {
        var cell = new Cell();
        var (h, g, x) = (cell.State("h"), cell.State("g"), cell.Input("x", Cell.Units));
        cell.Next("h", g + x);
        cell.Next("g", x * h);
        var form = Assert.Single(Classify(cell.Returns("y", h)).Groups);
        Assert.Equal(Kind.Block, form.Kind);
        Assert.Null(form.Coefficients[0][0]);
        Assert.True(form.Coefficients[0][1]!.IsLiteral(1));
        Assert.Equal("x", form.Coefficients[1][0]!.Name);
        Assert.Null(form.Offsets[1]);
    }

    [Fact]
    public void A_rotation_is_a_block_and_its_nonlinear_use_is_pointwise()
    {
        foreach (var (wrapped, kind) in new[] { (false, Kind.Block), (true, Kind.Pointwise) })
        {
            var cell = new Cell();
            var (h, g, x) = (cell.State("h"), cell.State("g"), cell.Input("x", Cell.Units));
            var (cos, sin) = (cell.Call("Cos", x), cell.Call("Sin", x));
            var next = cos * h - sin * g;
            cell.Next("h", wrapped ? cell.Call("Relu", next) : next);
            cell.Next("g", sin * h + cos * g + x);
            Assert.Equal(kind, Assert.Single(Classify(cell.Returns("y", h)).Groups).Kind);
        }
    }

    [Fact]
    public void Triangular_systems_are_several_groups_in_order()
    {
        var cell = new Cell();
        var (c, h, p, x) = (cell.State("c"), cell.State("h"), cell.State("p"), cell.Input("x", Cell.Units));
        var next = cell.Next("h", x * h + p);
        cell.Next("c", cell.Call("Tanh", next) * c + cell.Call("Sigmoid", h)); // new and old h, nonlinearly
        cell.Next("p", x);
        var groups = Classify(cell.Returns("y", c)).Groups;
        Assert.Equal(["p", "h", "c"], groups.Select(g => g.States.Single().Name));
        Assert.Equal([Kind.FeedForward, Kind.Diagonal, Kind.Diagonal], groups.Select(g => g.Kind));
        Assert.Equal("c' = Tanh(h) * c + Sigmoid(h), its coefficients from inputs and the states h, p", groups[2].Reason);
    }

    [Fact]
    public void A_state_never_assigned_is_held()
    {
        var cell = new Cell();
        var (h, x) = (cell.State("h"), cell.Input("x", Cell.Units));
        var form = Assert.Single(Classify(cell.Returns("y", h * x)).Groups);
        Assert.True(form is { Kind: Kind.Diagonal, Held: true, Bounded: true });
    }

    [Fact]
    public void Coefficients_and_reason_of_MinGru()
    {
        var cell = Cells.MinGru();
        var classified = Classify(cell);
        var form = Assert.Single(classified.Groups);
        Assert.Equal("h' = (1 - z) * h + z * (wh * x + bh) with z from inputs only", form.Reason);
        Assert.True(form.Bounded);
        Assert.Equal("Subtract(1, z)|Multiply(z, Add)", $"{Shown(form.A!)}|{Shown(form.B!)}");

        static string Shown(Value v) => $"{v.Op}({string.Join(", ", v.Operands.Select(o => o.Op == Op.Literal ? "1" : o.Name != "" ? o.Name : o.Op.ToString()))})";
    }

    [Theory]
    [InlineData("Sigmoid", true), InlineData("Tanh", true), InlineData("Exp", false), InlineData("HardSigmoid", true)]
    [InlineData("Softplus", false), InlineData("Cos", true)]
    public void Decay_is_bounded_where_proved(string function, bool bounded)
    {
        var cell = new Cell();
        var (h, x, a) = (cell.State("h"), cell.Input("x", Cell.Units), cell.Vec("a"));
        cell.Next("h", cell.Call(function, x) * h + a);
        Assert.Equal(bounded, Assert.Single(Classify(cell.Returns("y", h)).Groups).Bounded);
    }

    [Fact]
    public void Exponential_decay_of_a_positive_rate_is_bounded()
    {
        var cell = new Cell();
        var (h, x, a) = (cell.State("h"), cell.Input("x", Cell.Units), cell.Vec("a"));
        cell.Next("h", cell.Call("Exp", -(8 * cell.Call("Softplus", a)) * cell.Call("Sigmoid", x)) * h + x);
        Assert.True(Assert.Single(Classify(cell.Returns("y", h)).Groups).Bounded);
    }

    [Fact]
    public void A_weighted_mean_of_bounded_values_is_bounded()
    {
        foreach (var decay in new Func<Cell, Cell.E, Cell.E, Cell.E>[]
        {
            (c, f, i) => i + (1 - i) * f, // HGRN
            (c, f, i) => f * (c.Number(1) / (f + i)), // minLSTM
            (c, f, i) => i / (f + i),
            (c, f, i) => f * i + (1 - f) * i,
        })
        {
            var cell = new Cell();
            var (h, x) = (cell.State("h"), cell.Input("x", Cell.Units));
            var (f, i) = (cell.Call("Sigmoid", x), cell.Call("Sigmoid", cell.Vec("a")));
            cell.Next("h", decay(cell, f, i) * h + x);
            Assert.True(Assert.Single(Classify(cell.Returns("y", h)).Groups).Bounded);
        }
        var open = new Cell();
        var (s, u) = (open.State("h"), open.Input("x", Cell.Units));
        open.Next("h", u / (u + open.Call("Sigmoid", u)) * s);
        Assert.False(Assert.Single(Classify(open.Returns("y", s)).Groups).Bounded);
    }

    [Fact]
    public void A_reason_names_what_the_named_values_are_made_of()
    {
        var cell = new Cell();
        var (h, x) = (cell.State("h"), cell.Input("x", Cell.Units));
        var a = cell.Local("a", cell.Call("Sigmoid", cell.Vec("w")));
        cell.Next("h", a * h + (1 - a) * x);
        Assert.Equal("h' = a * h + (1 - a) * x with a from weights only", Assert.Single(Classify(cell.Returns("y", h)).Groups).Reason);
    }

    [Fact]
    public void Chain_leads_from_the_state_to_the_offence()
    {
        var cell = new Cell();
        var (h, x, u) = (cell.State("h"), cell.Input("x", Cell.Units), cell.Mat("u"));
        var product = u.Of(h);
        var sum = product + x;
        var tanh = cell.Call("Tanh", sum);
        cell.Next("h", tanh);
        var form = Assert.Single(Classify(cell.Returns("y", h)).Groups);
        Assert.Equal(tanh.Index, form.Offence!.Origin);
        Assert.Equal([200, product.Index, sum.Index, tanh.Index], form.Chain);
        Assert.False(form.VariesInTime);
    }

    [Fact]
    public void Strategies_of_one_group_conflict_unless_one_is_automatic()
    {
        foreach (var (first, second, strategy, conflict) in new[]
        {
            ("Scan", "Auto", "Scan", false), ("Auto", "Auto", "Auto", false), ("Newton", "Sequential", "Newton", true),
        })
        {
            var cell = new Cell();
            var (h, g, x) = (cell.State("h", strategy: first), cell.State("g", strategy: second), cell.Input("x", Cell.Units));
            cell.Next("h", g + x);
            cell.Next("g", h);
            var form = Assert.Single(Classify(cell.Returns("y", h)).Groups);
            Assert.Equal((strategy, conflict), (form.Strategy, form.Conflict));
        }
    }

    [Fact]
    public void What_never_reaches_an_output_is_found()
    {
        var cell = new Cell();
        var (h, g, p, x) = (cell.State("h"), cell.State("g"), cell.State("p"), cell.Input("x", Cell.Units));
        var (used, unused) = (cell.Vec("used"), cell.Vec("unused"));
        cell.Next("h", p * h);
        cell.Next("p", used);
        cell.Next("g", g * unused + x);
        Assert.Equal(["h", "p", "used"], Effects.Reaching(Classify(cell.Returns("y", h)).Program).Order());
    }
}
