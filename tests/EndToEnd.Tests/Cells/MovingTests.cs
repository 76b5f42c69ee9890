using System.Reflection;
using Recurve.Contracts;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>Vectors along which numbers move: where their pieces can run in parallel they are states of their own to the plan, and one to the user.</summary>
public sealed class MovingTests
{
    // the class of w, and the states of the plan that it is
    static readonly Dictionary<string, (string Step, RecurrenceKind Kind, int Pieces)> steps = new()
    {
        ["Register"] = ("w = Concat(Slice(w, units, 3 * units), x); return m * w;", RecurrenceKind.Dense, 4),
        ["FromTheFront"] = ("w = Concat(x, Slice(w, 0, 3 * units)); return m * w + Slice(w, 2 * units, units);", RecurrenceKind.Dense, 4),
        ["ReadBefore"] = ("Vec y = m * w; w = Concat(Slice(w, units, 3 * units), x); return y * Slice(w, 0, units);", RecurrenceKind.Dense, 4),
        ["Unequal"] = ("w = Concat(Slice(w, units, units), Sigmoid(x), Slice(w, 0, 2 * units)); return m * w;", RecurrenceKind.Dense, 4),
        ["Held"] = ("w = Concat(Slice(w, 0, units), Slice(w, 2 * units, 2 * units), x); return m * w;", RecurrenceKind.Dense, 4),
        ["Fading"] = ("w = 0.5 * Concat(Slice(w, units, 3 * units), x) + 0.1; return m * w;", RecurrenceKind.Dense, 4),
        ["Apart"] = ("w = Concat(Sigmoid(v) * Slice(w, 0, units) + x, Relu(v * Slice(w, units, units) + x), Slice(w, 2 * units, 2 * units)); return m * w;", RecurrenceKind.Clamped, 3),
        ["Turning"] = ("w = Concat(Slice(w, units, units), Slice(w, 0, units) * v, Slice(w, 3 * units, units), x); return m * w;", RecurrenceKind.Dense, 4),
        ["AByMatrix"] = ("w = Concat(Slice(w, units, units), n * Slice(w, 0, units), x, x); return m * w;", RecurrenceKind.Dense, 4),
        ["TwoOfThem"] = ("w = Concat(Slice(w, units, 3 * units), Slice(u, 0, units)); u = Concat(Slice(u, units, units), x); return m * w + Slice(u, 0, units);", RecurrenceKind.Dense, 4),
        ["WithAGate"] = ("w = Concat(Slice(w, units, 3 * units), x); Vec z = Sigmoid(m * w); h = z * h + (1 - z) * x; return h;", RecurrenceKind.Dense, 4),
        ["FedBack"] = ("w = Concat(Slice(w, units, 3 * units), Tanh(m * w + x)); return m * w;", RecurrenceKind.Coupled, 1),
        ["Mixed"] = ("w = Concat(Slice(w, units, 3 * units), x + Slice(Reverse(w), 0, units)); return m * w;", RecurrenceKind.Dense, 1),
        ["ByOne"] = ("w = Concat(Slice(w, 1, 4 * units - 1), Slice(x, 0, 1)); return m * w;", RecurrenceKind.Dense, 1),
    };

    static readonly Assembly assembly = GeneratorHarness.Run(
    [
        .. steps.Select(s => $$"""
        [Cell(Strategy = Strategy.{{(s.Value.Pieces == 1 ? "Sequential" : "Scan")}})]
        public sealed partial class {{s.Key}}(int units)
        {
            [Weight] readonly Mat m = new(units, 4 * units), n = new(units, units, (i, j) => Math.Sin(1 + i + 2 * j) / units);
            [Weight] readonly Vec v = new(units, i => Math.Cos(i));
            [State(Trained = true)] Vec w = new(4 * units);
            [State] Vec u = new(2 * units), h = new(units);

            Vec Step([Size(nameof(units))] Vec x)
            {
                {{s.Value.Step}}
            }
        }
        """),
        """
        [Cell]
        public sealed partial class Line(int units)
        {
            [State] internal Vec w = new(3 * units);

            internal Vec Step([Size(nameof(units))] Vec x)
            {
                w = Concat(Slice(w, units, 2 * units), x);
                return Slice(w, 0, units);
            }
        }

        [Cell]
        public sealed partial class Owner(int units)
        {
            readonly Line line = new(units);
            [State] CVec z = new(units);

            Vec Step(Vec x)
            {
                Vec late = line.Step(x);
                z = Complex(0.5 * late, Cos(x)) * z + x;
                return Real(z) + Imaginary(z);
            }
        }

        [Cell(Strategy = Strategy.Sequential)]
        public sealed partial class OwnerInACircle(int units)
        {
            readonly Line line = new(units);
            [Weight] readonly Mat m = new(units, units);
            [State] Vec h = new(units);

            Vec Step(Vec x)
            {
                h = Tanh(m * h + line.Step(x + 0.5 * h));
                return h;
            }
        }
        """,
    ]).Load();

    public static TheoryData<string> Names => [.. steps.Keys, "Line", "Owner", "OwnerInACircle"];

    static CellModule CellOf(string name, int units)
    {
        var cell = (CellModule)Activator.CreateInstance(assembly.GetType(name, throwOnError: true)!, units)!;
        cell.Initialize(1);
        return cell;
    }

    [Theory, OnCpu(nameof(Names)), OnOpenCl(nameof(Names)), OnCuda(nameof(Names)), OnIlgpu(nameof(Names))]
    public void AgreesWithItsStep(string device, string name)
    {
        GradientCheck.Verify(CellOf(name, 3), batch: 2, time: 7, seed: 1, entries: 6, device: device);
        GradientCheck.Verify(CellOf(name, 1), batch: 1, time: 5, seed: 2, new() { Reverse = true }, withStart: true, entries: 6, device: device);
        GradientCheck.Verify(CellOf(name, 2), batch: 3, time: 6, seed: 3, new() { Lengths = [6, 0, 3], Resets = GradientCheck.RandomResets(3, 6, 4) }, withStart: true, entries: 6, device: device);
    }

    public static TheoryData<string> Steps => [.. steps.Keys];

    [Theory, MemberData(nameof(Steps))]
    public void IsInPieces(string name)
    {
        var definition = CellOf(name, 2).Definition;
        var info = definition.Info.States.Single(s => s.Name == "w");
        Assert.Equal((steps[name].Kind, steps[name].Pieces), (info.Kind, definition.PlanesOf(definition.States.Single(s => s.Name == "w")).Length));
    }

    [Fact]
    public void AnOwnerTakesItsPartInPiecesOrWhole()
    {
        static int Planes(string name) => CellOf(name, 2).Definition is var d ? d.PlanesOf(d.States.Single(s => s.Name == "line.w")).Length : 0;
        Assert.Equal((3, 1), (Planes("Owner"), Planes("OwnerInACircle")));
    }

    [Theory, MemberData(nameof(Names))]
    public void AStreamGoesOnFromPieces(string name)
    {
        var cell = CellOf(name, 2);
        float[] x = [.. Enumerable.Range(0, 10).Select(i => MathF.Sin(i))];
        var expected = cell.Forward(Tensor.FromArray(x, 1, 5, 2)).ToArray();
        var stream = cell.CreateStream(batch: 1);
        var y = new float[expected.Length / 5];
        for (var t = 0; t < 5; t++)
        {
            stream.Step(x.AsSpan(2 * t, 2), y);
            Assert.Equal(expected[(t * y.Length)..((t + 1) * y.Length)], y, (a, b) => MathF.Abs(a - b) < 1e-5f);
        }
    }
}
