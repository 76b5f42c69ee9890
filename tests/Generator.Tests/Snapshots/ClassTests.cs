using Recurve.TestKit;

namespace Recurve.Generator.Tests.Stages;

/// <summary>What is generated for each class of step that composes, and for Newton, to be read.</summary>
public sealed class ClassTests
{
    static readonly Dictionary<string, string> cells = new()
    {
        ["Block"] = """
            /// <summary>A damped rotation of two states.</summary>
            [Cell]
            public sealed partial class Rotation(int units)
            {
                [Weight] readonly Vec angle = new(units);
                [State] Vec p = new(units), q = new(units);

                Vec Step(Vec x)
                {
                    Vec c = Cos(angle), s = Sin(angle);
                    (p, q) = (0.9 * (c * p - s * q) + x, 0.9 * (s * p + c * q));
                    return p;
                }
            }
            """,
        ["Clamped"] = """
            /// <summary>A gated leaky unit between bounds.</summary>
            [Cell]
            public sealed partial class Leaky(int units)
            {
                [Weight] readonly Vec u = new(units);
                [State] Vec h = new(units);

                Vec Step(Vec x, [Size("units")] Vec gate)
                {
                    h = gate * Relu(u * h + x);
                    return h;
                }
            }
            """,
        ["MaxPlus"] = """
            /// <summary>The best path so far.</summary>
            [Cell]
            public sealed partial class Viterbi(int units)
            {
                [Weight] readonly Vec stay = new(units);
                [State] Vec score = new(units);

                Vec Step(Vec x) => score = Max(score + stay, 0) + x;
            }
            """,
        ["LogPlus"] = """
            /// <summary>The soft sum over paths.</summary>
            [Cell]
            public sealed partial class SoftPath(int units)
            {
                [Weight] readonly Vec stay = new(units);
                [State] Vec score = new(units);

                Vec Step(Vec x) => score = LogAddExp(score + stay, x);
            }
            """,
        ["Newton"] = """
            /// <summary>IndRNN with tanh, solved by Newton iterations.</summary>
            [Cell(Strategy = Strategy.Newton, Tolerance = 1e-5, Iterations = 20)]
            public sealed partial class Solved(int units)
            {
                [Weight] readonly Vec u = new(units);
                [State] Vec h = new(units);

                Vec Step(Vec x) => h = Tanh(u * h + x);
            }
            """,
    };

    public static TheoryData<string> Names => [.. cells.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Source(string kind)
    {
        var run = GeneratorHarness.Run(cells[kind]);
        Assert.Empty(run.Complaints);
        TestKit.Snapshots.Verify(run.Sources.Values.Single(), "cs", kind);
    }
}
