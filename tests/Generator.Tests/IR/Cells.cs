using Recurve.Generator.Support;

namespace Recurve.Generator.Tests.IR;

/// <summary>Cells that several tests read.</summary>
static class Cells
{
    public static Cell MinGru()
    {
        var cell = new Cell("MinGru");
        var (x, h) = (cell.Input("x"), cell.State("h"));
        var (wz, wh, bz, bh) = (cell.Mat("wz", Cell.Units, Cell.Inputs), cell.Mat("wh", Cell.Units, Cell.Inputs), cell.Vec("bz"), cell.Vec("bh"));
        var z = cell.Local("z", cell.Call("Sigmoid", wz.Of(x) + bz));
        var next = cell.Next("h", (1 - z) * h + z * (wh.Of(x) + bh));
        return cell.Returns("h", next);
    }

    public static Cell Lstm()
    {
        var cell = new Cell("Lstm");
        var four = Size.Of(4) * Cell.Units;
        var (x, h, c) = (cell.Input("x"), cell.State("h"), cell.State("c"));
        var (w, u, b) = (cell.Mat("w", four, Cell.Inputs), cell.Mat("u", four), cell.Vec("b", four));
        var gates = w.Of(x) + u.Of(h) + b;
        Cell.E Gate(int k, string f) => cell.Call(f, cell.Slice(gates, Size.Of(k) * Cell.Units, Cell.Units));
        var (i, f, g, o) = (Gate(0, "Sigmoid"), Gate(1, "Sigmoid"), Gate(2, "Tanh"), Gate(3, "Sigmoid"));
        var next = cell.Next("c", f * c + i * g);
        return cell.Returns("h", cell.Next("h", o * cell.Call("Tanh", next)));
    }
}
