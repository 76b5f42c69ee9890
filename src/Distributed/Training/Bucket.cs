namespace Recurve.Distributed;

/// <summary>
/// Gradients of some parameters side by side, which are summed over the ranks in one operation. Behind them stands, for each parameter, how many ranks have a gradient: where none
/// has, there is none after it either, as in a single process.
/// </summary>
internal sealed class Bucket
{
    readonly Parameter[] parameters;
    readonly float[] values;
    readonly int numbers;
    PendingReduction? pending;

    public Bucket(Parameter[] parameters)
    {
        this.parameters = parameters;
        numbers = checked((int)parameters.Sum(p => p.Value.Length));
        values = GC.AllocateUninitializedArray<float>(checked(numbers + parameters.Length), pinned: true);
    }

    /// <summary>Copies the gradients, from a device through this memory of the processor, and begins to sum them.</summary>
    public void Start(Communicator ranks)
    {
        var place = 0;
        for (var i = 0; i < parameters.Length; i++)
        {
            var target = values.AsSpan(place, (int)parameters[i].Value.Length);
            place += target.Length;
            values[numbers + i] = parameters[i].Grad is null ? 0 : 1;
            if (parameters[i].Grad is { } gradient) gradient.CopyTo(target);
            else target.Clear();
        }
        pending = ranks.StartAllReduce(values.AsMemory());
    }

    /// <summary>Lets MPI work on it.</summary>
    public bool Advance() => pending?.Test() ?? false;

    /// <summary>Waits, and puts the sums where the gradients were.</summary>
    public void Finish()
    {
        (pending ?? throw new InvalidOperationException("This bucket was not started.")).Wait();
        pending = null;
        var place = 0;
        for (var i = 0; i < parameters.Length; i++)
        {
            var value = parameters[i].Value;
            var sum = values.AsSpan(place, (int)value.Length);
            place += sum.Length;
            if (values[numbers + i] == 0) continue;
            value.Grad ??= Tensor.Uninitialized(value.Device, value.Shape);
            value.Grad.CopyFrom(sum);
        }
    }
}
