using Recurve.Generator.IR;
using Recurve.Generator.Transform;

namespace Recurve.Generator.Emit;

/// <summary>The stages as calls of a <c>PlanBuilder</c> named <c>plan</c>, inside the cell (so that sizes and fixed numbers are in scope).</summary>
internal sealed class PlanWriter
{
    /// <summary>Namespace of the bodies.</summary>
    public const string Bodies = "global::Recurve.Generated";

    readonly SourceWriter writer;
    readonly SizeText sizes;
    readonly IReadOnlyList<string> fields;
    readonly IReadOnlyList<State> states;
    readonly NameScope scope;
    readonly Dictionary<Signal, string> names = [];

    /// <param name="reserved">Names that fixed expressions may mean.</param>
    public PlanWriter(
        SourceWriter writer, SizeText sizes, IReadOnlyList<string> fields, IReadOnlyList<State> states, IEnumerable<string> reserved)
    {
        (this.writer, this.sizes, this.fields, this.states) = (writer, sizes, fields, states);
        scope = new([.. reserved, "plan"]);
    }

    public void Write(Plan plan)
    {
        foreach (var stage in plan.Stages) Write(stage);
        for (var i = 0; i < plan.Outputs.Count; i++) writer.Line($"plan.Output({Literal.Integer(i)}, {Text(plan.Outputs[i])});");
    }

    void Write(Stage stage)
    {
        switch (stage)
        {
            case ReadInput input: Declare(input.Result, $"plan.Input({Literal.Integer(input.Index)})"); break;
            case ReadField field: Declare(field.Result, $"plan.Field({Literal.Integer(IndexOf(fields, field.Field))})"); break;
            case Project project: Declare(project.Result, $"plan.Project({Text(project.Vector)}, {List(project.Matrices)})"); break;
            case Operation operation: Declare(operation.Result, Call(operation)); break;
            case DenseScan scan: WriteDenseScan(scan); break;
            case Delay delay: Declare(delay.Result, $"plan.Delay({StateIndex(delay.State)}, {Text(delay.Next)})"); break;
            case Hold hold: Declare(hold.Result, $"plan.Hold({StateIndex(hold.State)})"); break;
            case Kernel kernel: WriteKernel(kernel); break;
            case Loop loop: WriteLoop(loop); break;
            default: throw new InvalidOperationException($"No spelling for {stage.GetType().Name}.");
        }
    }

    void WriteKernel(Kernel kernel)
    {
        var arguments = new List<string>();
        if (kernel.Kind == KernelKind.Map) arguments.Add(sizes.Of(kernel.Width));
        if (kernel.Kind is KernelKind.Scan or KernelKind.Clamped or KernelKind.MaxPlus or KernelKind.LogPlus) arguments.Add(StateIndex(kernel.States[0]));
        if (kernel.Kind is KernelKind.Block or KernelKind.Newton or KernelKind.Sequential)
            arguments.Add($"[{string.Join(", ", kernel.States.Select(StateIndex))}]");
        arguments.Add($"[{List(kernel.Streams)}]");
        if (kernel.Kind == KernelKind.Newton) arguments.AddRange([Literal.Double(kernel.Tolerance), Literal.Integer(kernel.Iterations)]);
        arguments.AddRange(kernel.Fixed.Select(Fixed));

        var local = scope.Take(char.ToLowerInvariant(kernel.Name[0]) + kernel.Name.Substring(1));
        writer.Line($"var {local} = plan.{kernel.Kind}<{Bodies}.{kernel.Name}>({string.Join(", ", arguments)});");
        var outputs = kernel.Kind == KernelKind.Map ? local : $"{local}.Outputs";
        for (var i = 0; i < kernel.New.Count; i++) Declare(kernel.New[i], $"{local}.New[{Literal.Integer(i)}]");
        for (var i = 0; i < kernel.Results.Count; i++) Declare(kernel.Results[i], $"{outputs}[{Literal.Integer(i)}]");
    }

    void WriteDenseScan(DenseScan scan)
    {
        var states = string.Join(", ", scan.States.Select(StateIndex));
        var matrices = string.Join(", ", scan.Matrices.SelectMany(row => row).Select(TextOrNull));
        var local = scope.Take($"scan{string.Concat(scan.States.Select(Naming.Of).Select(n => char.ToUpperInvariant(n[0]) + n.Substring(1)))}");
        var old = scan.Old.Count > 0 ? ", readsOld: true" : "";
        var vectors = scan.Columns is { } columns ? $", columns: {sizes.Of(columns)}" : scan.Rows is { } rows ? $", rows: {sizes.Of(rows)}" : "";
        writer.Line($"var {local} = plan.DenseScan([{states}], [{matrices}], [{string.Join(", ", scan.Offsets.Select(TextOrNull))}]{old}{vectors});");
        for (var i = 0; i < scan.New.Count; i++) Declare(scan.New[i], $"{local}.New[{Literal.Integer(i)}]");
        for (var i = 0; i < scan.Old.Count; i++) Declare(scan.Old[i], $"{local}.Outputs[{Literal.Integer(i)}]");
    }

    string TextOrNull(View? view) => view is { } some ? Text(some) : "null";

    void WriteLoop(Loop loop)
    {
        var local = scope.Take("old");
        writer.Line($"var {local} = plan.BeginLoop({string.Join(", ", loop.States.Select(StateIndex))});");
        for (var i = 0; i < loop.Old.Count; i++) Declare(loop.Old[i], $"{local}[{Literal.Integer(i)}]");
        foreach (var stage in loop.Inner) Write(stage);
        writer.Line($"plan.EndLoop({List(loop.Next)});");
    }

    string Call(Operation operation)
    {
        var value = operation.Value;
        var arguments = List(operation.Operands);
        var shapes = value.Operands.Select(o => o.Shape).ToList();
        return value.Op switch
        {
            Op.VecMat => $"plan.MatMat({arguments}, 1, {Axis(1, 0)}, {Axis(1, 1)})",
            Op.MatMat => $"plan.MatMat({arguments}, {Axis(0, 0)}, {Axis(0, 1)}, {Axis(1, 1)})",
            Op.Transpose => $"plan.Transpose({arguments}, {Axis(0, 0)}, {Axis(0, 1)})",
            Op.LayerNorm or Op.RmsNorm => $"plan.{value.Op}({arguments}, {Literal.Double(value.Number)})",
            Op.AlongRows => $"plan.AlongRows({arguments}, {sizes.Of(value.Shape.Axes[0])})",
            Op.AlongColumns => $"plan.AlongColumns({arguments}, {sizes.Of(value.Shape.Axes[1])})",
            Op.Broadcast => $"plan.Broadcast({arguments}, {sizes.Of(operation.Result.Width)})",
            Op.MatVec or Op.Outer or Op.Diagonal or Op.Sum or Op.Norm or Op.Softmax or Op.Concat or Op.Flip => $"plan.{value.Op}({arguments})",
            _ => throw new InvalidOperationException($"No stage computes {value.Op}."),
        };

        string Axis(int operand, int axis) => sizes.Of(shapes[operand].Axes[axis]);
    }

    void Declare(Signal signal, string text)
    {
        names[signal] = scope.Take(signal.Name);
        writer.Line($"var {names[signal]} = {text};");
    }

    string Fixed(Value leaf)
        => leaf.Op == Op.FixedMask ? $"({leaf.Name}) ? 1 : 0"
            : leaf.Sizes.Count == 1 ? sizes.Of(leaf.Sizes[0])
            : leaf.Name;

    string List(IReadOnlyList<View> views) => string.Join(", ", views.Select(Text));

    string Text(View view) => view.IsWhole ? names[view.Signal] : $"{names[view.Signal]}.Slice({sizes.Of(view.Start)}, {sizes.Of(view.Width)})";

    string StateIndex(State state) => Literal.Integer(IndexOf([.. states.Select(s => s.Name)], state.Name));

    static int IndexOf(IReadOnlyList<string> names, string name) => names.TakeWhile(n => n != name).Count();
}
