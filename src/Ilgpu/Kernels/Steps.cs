using Recurve.Contracts;
using Recurve.Ilgpu.Lanes;

namespace Recurve.Ilgpu.Kernels;

/// <summary>One step of a recurrence, at a frame with its states.</summary>
interface IStep
{
    /// <summary>From Old to New and the outputs.</summary>
    static abstract void Forward(in BodyFrame frame);

    /// <summary>From Carry and Arrives to Delta and the adjoints of streams.</summary>
    static abstract void Adjoint(in BodyFrame frame);
}

/// <summary>A step that is a map of the states.</summary>
unsafe interface IMapStep
{
    /// <summary>The numbers of the map.</summary>
    static abstract void Map(in BodyFrame frame, DeviceLane* numbers);
}

/// <summary>A step whose adjoint is an affine map: δ = A c + r.</summary>
unsafe interface IAdjointMapStep
{
    /// <summary>A row by row, then r.</summary>
    static abstract void AdjointMap(in BodyFrame frame, DeviceLane* numbers);
}

/// <summary>A linear recurrence of one state.</summary>
readonly unsafe struct ScanStep<TBody> : IStep, IMapStep, IAdjointMapStep where TBody : struct, IScanBody
{
    public static void Forward(in BodyFrame frame)
    {
        DeviceLane old = new(*frame.Old);
        TBody.Coefficients(frame.View, out DeviceLane a, out var b);
        var next = DeviceLane.FusedMultiplyAdd(a, old, b);
        *frame.New = next.Number;
        TBody.Outputs(frame.View, old, next);
    }

    public static void Adjoint(in BodyFrame frame)
        => *frame.Delta = TBody.Adjoint(frame.View, new DeviceLane(*frame.Old), new(*frame.New), new(*frame.Carry + *frame.Arrives)).Number;

    public static void Map(in BodyFrame frame, DeviceLane* numbers)
    {
        TBody.Coefficients(frame.View, out DeviceLane a, out var b);
        (numbers[0], numbers[1]) = (a, b);
    }

    public static void AdjointMap(in BodyFrame frame, DeviceLane* numbers)
    {
        TBody.AdjointCoefficients(frame.View, new DeviceLane(*frame.Old), new(*frame.New), out var a, out var r);
        (numbers[0], numbers[1]) = (a, r);
    }
}

/// <summary>Any recurrence within channels.</summary>
readonly struct SequentialStep<TBody> : IStep where TBody : struct, ISequentialBody
{
    public static void Forward(in BodyFrame frame) => TBody.Step(frame.View);

    public static void Adjoint(in BodyFrame frame) => TBody.Adjoint(frame.View);
}

/// <summary>A recurrence whose steps compose.</summary>
readonly unsafe struct ComposedStep<TBody> : IMapStep where TBody : struct, IComposedBody
{
    public static void Map(in BodyFrame frame, DeviceLane* numbers) => TBody.Map(frame.View, new StepMap<DeviceLane>(numbers));
}

/// <summary>A recurrence whose steps against the order compose.</summary>
readonly unsafe struct SplitAdjointStep<TBody> : IAdjointMapStep where TBody : struct, ISplitAdjointBody
{
    public static void AdjointMap(in BodyFrame frame, DeviceLane* numbers) => TBody.AdjointMap(frame.View, new StepMap<DeviceLane>(numbers));
}
