using Recurve.Generator.Model;
using Recurve.Generator.Support;

namespace Recurve.Generator.Tests.IR;

/// <summary>Writes a CellSpec as a Step reads: <c>cell.Next("h", (1 - z) * h + z * c)</c>.</summary>
sealed class Cell(string name = "Test")
{
    public static readonly Size Units = Size.Parameter("units"), Inputs = Size.Parameter("inputs");

    readonly List<Instruction> body = [];
    readonly List<InputSpec> inputs = [];
    readonly List<StateSpec> states = [];
    readonly List<FieldSpec> fields = [];
    readonly List<(string Name, int Value)> outputs = [];
    readonly Dictionary<string, int> next = [];

    public E Input(string name, Size? size = null)
    {
        inputs.Add(new(name, size, 100 + inputs.Count));
        return Add(new("Input", default, name));
    }

    public E State(string name, Size? size = null, string strategy = "Auto")
    {
        states.Add(new(name, size ?? Units, false, strategy, 200 + states.Count));
        return Add(new("OldState", default, name));
    }

    public E Vec(string name, Size? size = null) => Field(name, size ?? Units, null);

    public E Mat(string name, Size? rows = null, Size? columns = null) => Field(name, rows ?? Units, columns ?? Units);

    public E Number(double number) => Add(new("Literal", default, Number: number));

    public E Fixed(string text) => Add(new("Fixed", default, text));

    public E FixedMask(string text) => Add(new("FixedMask", default, text));

    /// <summary>An operation; its origin is its place in the body.</summary>
    public E Call(string op, params E[] operands) => Add(new(op, new(operands.Select(o => o.Index)), Origin: body.Count));

    public E Slice(E v, Size start, Size length) => Add(new("Slice", new([v.Index]), Sizes: new([start, length]), Origin: body.Count));

    /// <summary>Gives a value the user's name for it.</summary>
    public E Local(string name, E value)
    {
        body[value.Index] = body[value.Index] with { Name = name };
        return value;
    }

    /// <summary>Assigns a state.</summary>
    public E Next(string state, E value)
    {
        next[state] = value.Index;
        return value;
    }

    public Cell Returns(string output, E value)
    {
        outputs.Add((output, value.Index));
        return this;
    }

    public CellSpec Spec() => new(
        "Tests", default, name, "Auto", default, new(fields), new(states), new(inputs), new(outputs.Select(o => o.Name)), new(body),
        new(states.Select(s => next.GetValueOrDefault(s.Name, -1))), new(outputs.Select(o => o.Value)), default, false);

    E Field(string name, Size rows, Size? columns)
    {
        fields.Add(new(name, true, rows, columns, "Default", 0, 300 + fields.Count));
        return Add(new("Field", default, name));
    }

    E Add(Instruction instruction)
    {
        body.Add(instruction);
        return new(this, body.Count - 1);
    }

    /// <summary>An instruction with C#'s operators.</summary>
    public readonly record struct E(Cell Cell, int Index)
    {
        public static E operator +(E a, E b) => a.Cell.Call("Add", a, b);
        public static E operator -(E a, E b) => a.Cell.Call("Subtract", a, b);
        public static E operator *(E a, E b) => a.Cell.Call("Multiply", a, b);
        public static E operator /(E a, E b) => a.Cell.Call("Divide", a, b);
        public static E operator +(E a, double b) => a + a.Cell.Number(b);
        public static E operator +(double a, E b) => b.Cell.Number(a) + b;
        public static E operator -(double a, E b) => b.Cell.Number(a) - b;
        public static E operator *(double a, E b) => b.Cell.Number(a) * b;
        public static E operator -(E a) => a.Cell.Call("Negate", a);
        public static E operator <(E a, E b) => a.Cell.Call("Less", a, b);
        public static E operator >(E a, E b) => a.Cell.Call("Greater", a, b);

        /// <summary>This matrix times a vector.</summary>
        public E Of(E v) => Cell.Call("MatVec", this, v);
    }
}
