using Recurve.Generator.IR;
using Recurve.Generator.Model;
using Recurve.Generator.Support;

namespace Recurve.Generator.Transform;

/// <summary>
/// Sizes of a cell's Step: those of inputs by unification, then everything checked. An unknown size is a parameter of its own (<c>?0</c>), so a
/// concatenation with it is an ordinary polynomial. Products, assignments and [Size] decide first; elementwise uses only what is
/// still open after them, the first use first.
/// </summary>
internal sealed class LowerSizes(CellSpec spec) : ISizes
{
    enum Round { Decide, Align, Check }

    readonly Size?[] inputs = [.. spec.Inputs.Select(i => i.Size)];
    readonly List<ShapeError> errors = [];
    Round round;
    bool learned, failed;
    (string What, int Origin, IReadOnlyList<Shape> Operands) at;

    /// <summary>One per instruction, after <see cref="Infer"/>.</summary>
    public Shape?[] Shapes { get; } = new Shape?[spec.Body.Count];

    public IReadOnlyList<ShapeError> Errors => errors;

    public Size? OfInput(int index) => inputs[index] is { } size && !IsOpen(Known(size)) ? Known(size) : null;

    public void Infer()
    {
        do
        {
            do Walk(Round.Decide); while (learned);
            Walk(Round.Align);
        }
        while (learned);

        for (var i = 0; i < inputs.Length; i++)
        {
            if (OfInput(i) is null) errors.Add(new("RCV3002", spec.Inputs[i].Origin, new([spec.Inputs[i].Name])));
        }
        Walk(Round.Check);
    }

    public static Op OpOf(Instruction instruction) => instruction.Op switch
    {
        "Mean" or "Dot" => Op.Sum,
        "Reverse" => Op.Flip,
        "Hadamard" => Op.Multiply,
        // complex functions have the shapes of real ones
        "Complex" or "Polar" => Op.Add,
        "Real" or "Imaginary" or "Conjugate" => Op.Negate,
        var name => (Op)Enum.Parse(typeof(Op), name),
    };

    public static Shape ShapeOf(StateSpec state) => state.Columns is { } columns ? Shape.Matrix(state.Size, columns) : Shape.Vector(state.Size);

    /// <summary>The common shape of values whose sizes are known.</summary>
    public static Shape Broadcast(IEnumerable<Value> operands)
        => operands.Select(o => o.Shape).Aggregate((a, b) => b.Rank > a.Rank || a.Rank == 1 && a.Axes[0].Literal == 1 ? b : a);

    void Walk(Round which)
    {
        (round, learned) = (which, false);
        for (var i = 0; i < spec.Body.Count; i++) Shapes[i] = Infer(spec.Body[i]);
        for (var i = 0; i < spec.States.Count; i++)
        {
            if (spec.NewStates[i] is >= 0 and var next && Shapes[next] is { } shape) Assign(spec.States[i], spec.Body[next], shape);
        }
    }

    Shape? Infer(Instruction instruction)
    {
        switch (instruction.Op)
        {
            case "Input":
                var index = spec.Inputs.Select(i => i.Name).ToList().IndexOf(instruction.Name);
                var size = Known(inputs[index] ?? Size.Parameter(Open(index)));
                return round == Round.Check && IsOpen(size) ? null : Shape.Vector(size);
            case "OldState":
                return ShapeOf(spec.States.First(s => s.Name == instruction.Name));
            case "Field":
                var field = spec.Fields.First(f => f.Name == instruction.Name);
                return field.Columns is { } columns ? Shape.Matrix(field.Rows, columns) : Shape.Vector(field.Rows);
            case "Literal" or "Fixed" or "FixedMask":
                return Shape.Scalar;
        }

        var row = OpTable.Of(OpOf(instruction));
        var operands = new List<Shape>();
        foreach (var operand in instruction.Operands)
        {
            if (Shapes[operand] is not { } shape) return null;
            operands.Add(shape.Rank == 0 && row.Family != Family.Elementwise ? Shape.Vector(Size.One) : Known(shape));
        }
        (at, failed) = ((instruction.Op, instruction.Origin, operands), false);
        if (instruction.Op == "Dot" && ShapeRules.Elementwise(operands, [], this) is null) return null;
        var result = row.Shape(operands, [.. instruction.Sizes], this);
        return failed ? null : result;
    }

    // assigning never broadcasts; a number is a vector of size 1
    void Assign(StateSpec state, Instruction value, Shape shape)
    {
        var wanted = ShapeOf(state);
        at = ($"{state.Name} =", value.Origin, [wanted, shape]);
        if (shape.Rank == 0 && wanted.Rank == 1 && state.Size.Literal == 1) return;
        if (shape.Rank != wanted.Rank) Mismatch(wanted, shape);
        else foreach (var (a, b) in wanted.Axes.Zip(shape.Axes, (a, b) => (a, b))) Same(a, b);
    }

    Size? ISizes.Same(Size a, Size b) => Same(a, b);

    Size? Same(Size a, Size b)
    {
        (a, b) = (Known(a), Known(b));
        if (a.Equals(b)) return a;
        if (Unify(a, b)) return Known(a);
        Mismatch(at.Operands[0], at.Operands[1]);
        return null;
    }

    Size? ISizes.Aligned(Size a, Size b)
    {
        (a, b) = (Known(a), Known(b));
        if (a.Equals(b) || b.Literal == 1) return a;
        if (a.Literal == 1) return b;
        if (round == Round.Align && !learned && Unify(a, b)) return Known(a);
        if (round != Round.Check) return !IsOpen(a) ? a : !IsOpen(b) ? b : null;
        Mismatch(Shape.Vector(a), Shape.Vector(b));
        return null;
    }

    bool ISizes.Fits(Size start, Size length, Size whole)
    {
        var end = start + length;
        if (round != Round.Check || !(Known(start).IsNegative || Known(length).IsNegative || (Known(whole) - Known(end)).IsNegative)) return true;
        Report($"[{start}, {end})", at.Operands[0].ToString());
        return false;
    }

    void ISizes.Mismatch(Shape a, Shape b) => Mismatch(a, b);

    void Mismatch(Shape a, Shape b) => Report(a.ToString(), b.ToString());

    void Report(string a, string b)
    {
        failed = true;
        if (round == Round.Check) errors.Add(new("RCV3001", at.Origin, new([a, b, at.What])));
    }

    // a = b by giving one open size its value
    bool Unify(Size a, Size b)
    {
        if (round == Round.Check) return false;
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is not null || (a - b).RootIn(Open(i)) is not { } root || root.Literal <= 0 || root.IsNegative) continue;
            inputs[i] = root;
            return learned = true;
        }
        return false;
    }

    Shape Known(Shape shape) => shape.Axes.Any(IsOpen) ? new(new(shape.Axes.Select(Known))) : shape;

    Size Known(Size size)
    {
        if (!IsOpen(size)) return size;
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is { } input && size.Parameters.Contains(Open(i))) return Known(size.With(Open(i), input));
        }
        return size;
    }

    static string Open(int input) => $"?{input}";

    static bool IsOpen(Size size) => size.Parameters.Any(p => p[0] == '?');
}
