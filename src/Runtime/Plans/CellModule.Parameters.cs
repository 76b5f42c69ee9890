using Recurve.Contracts;
using Recurve.Onnx;
using Recurve.Plans;

namespace Recurve;

public abstract partial class CellModule
{
    /// <summary>Tensors of the fields in the definition's order; the truth that eager runs are filled from.</summary>
    internal Tensor[] FieldTensors => field ??=
    [
        .. Definition.Fields.Select(f => f.Part is var (part, index) ? part.FieldTensors[index]
            : f.Trained ? Leaf(InitialValues.Given(f)) : InitialValues.Given(f)),
    ];

    /// <summary>Trained initial states; null: zero.</summary>
    internal Tensor?[] InitialTensors => field ??=
    [
        .. Definition.States.Select(s => s.Part is var (part, index) ? part.InitialTensors[index]
            : s.Trained ? Leaf(Tensor.Zeros(s.Shape)) : null),
    ];

    /// <summary>The initial states as a plan sees them.</summary>
    internal Tensor?[] InitialPlanes() => StatePlanes.Split(Definition, InitialTensors);

    // those of parts too, so that declaration order is kept
    private protected override IReadOnlyList<Parameter> OwnParameters => field ??=
    [
        .. Definition.Fields.Index().Where(f => f.Item.Trained).Select(f => new Parameter(f.Item.Name, FieldTensors[f.Index])),
        .. Definition.States.Index().Where(s => s.Item.Trained).Select(s => new Parameter(s.Item.Name, InitialTensors[s.Index]!)),
    ];

    private protected override IReadOnlyList<(string Name, Tensor Value)> OwnConstants
        => [.. Definition.Fields.Index().Where(f => !f.Item.Trained && f.Item.Part is null).Select(f => (f.Item.Name, FieldTensors[f.Index]))];

    private protected override void InitializeOwn(Func<string, RandomSource> random)
    {
        foreach (var (index, field) in Definition.Fields.Index().Where(f => f.Item.Trained && f.Item.Part is null))
            InitialValues.Fill(FieldTensors[index], field, random(field.Name));
        foreach (var (_, initial) in Definition.States.Zip(InitialTensors).Where(s => s.First.Part is null)) initial?.CopyFrom(new float[initial.Length]);
    }

    internal override OnnxFlow Export(OnnxGraph graph, OnnxFlow x)
    {
        if (Definition.Inputs.Length != 1 || Definition.Outputs.Length != 1) throw SeveralInputsOrOutputs(nameof(ExportOnnx));
        if (!x.HasTime) throw new NotSupportedException($"{Definition.Info.Cell} cannot be exported behind LastStep: there is no axis of time left.");
        return x with { Name = OnnxPlan.Export(graph, this, [x.Name])[0] };
    }

    static Tensor Leaf(Tensor value)
    {
        value.RequiresGrad = true;
        return value;
    }

    /// <summary>What the trained parameters are to a run: fields, then initial states.</summary>
    IEnumerable<Tensor> TrainedTensors(RunMemory memory)
        => memory.Fields.Where((_, f) => Definition.Fields[f].Trained).Concat(memory.Initial.OfType<Tensor>());

    IEnumerable<Tensor?> TrainedGradients(RunMemory memory, LeavingGradients leaving)
        => leaving.Fields.Where((_, f) => Definition.Fields[f].Trained).Concat(leaving.Initial.Where((_, s) => memory.Initial[s] is not null));
}
