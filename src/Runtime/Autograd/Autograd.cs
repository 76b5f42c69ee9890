namespace Recurve;

/// <summary>Records operations on tensors, to be differentiated by <see cref="Tensor.Backward()"/>.</summary>
public static class Autograd
{
    [ThreadStatic]
    static int suspended;

    /// <summary>Whether this thread records operations.</summary>
    public static bool IsRecording => suspended == 0;

    /// <summary>Until the result is disposed, this thread records nothing: for evaluation, which then needs less memory.</summary>
    public static IDisposable NoGrad() => new Suspension();

    /// <summary>Whether an operation on <paramref name="inputs"/> has to keep what its backward function needs.</summary>
    internal static bool Wants(params ReadOnlySpan<Tensor> inputs)
    {
        if (!IsRecording) return false;
        foreach (var input in inputs)
        {
            if (input.RequiresGrad) return true;
        }
        return false;
    }

    /// <summary>
    /// Makes <paramref name="outputs"/> remember that they came from <paramref name="inputs"/>; does nothing if none of these requires
    /// a gradient, or inside <see cref="NoGrad"/>.
    /// </summary>
    /// <param name="name">For messages.</param>
    /// <param name="inputs">Operands, leaves or not.</param>
    /// <param name="outputs">Results, freshly made: without history.</param>
    /// <param name="backward">
    /// From the gradients of the outputs (null: none arrived) to those of the inputs (null: none). Runs at most once, and may give its
    /// own scratch back. It must not change what it is given. What it returns is either fresh, or one of the gradients it was given (or
    /// a view of one); never a tensor that someone else keeps, because the engine reuses its memory.
    /// </param>
    internal static void Record(string name, Tensor[] inputs, Tensor[] outputs, Func<Tensor?[], Tensor?[]> backward)
    {
        if (!Wants(inputs)) return;
        var node = new Node(name, inputs, outputs, backward);
        for (var i = 0; i < outputs.Length; i++) outputs[i].SetSource(node, i);
    }

    /// <summary>
    /// Says that nobody sees <paramref name="tensor"/> once the operations recorded so far are done with it. Its memory goes back
    /// in the backward pass, or at once where nothing is recorded.
    /// </summary>
    internal static void Release(Tensor tensor)
    {
        if (tensor.Source is { } node) node.AddTransient(tensor.Storage);
        else if (!IsRecording && !tensor.RequiresGrad) tensor.Storage.Return();
        // otherwise an operation that was recorded after it, for its parameters, may need the values
    }

    sealed class Suspension : IDisposable
    {
        bool disposed;

        public Suspension() => suspended++;

        public void Dispose()
        {
            if (disposed) return;
            disposed = true;
            suspended--;
        }
    }
}
