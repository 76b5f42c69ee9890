namespace Recurve;

/// <summary>One recorded operation. It keeps what its backward function captured, and edges to where its inputs came from.</summary>
internal sealed class Node
{
    static long created;

    /// <summary>Where an input's gradient goes: to an output of an earlier node, to a leaf, or nowhere.</summary>
    public readonly record struct Edge(Node? Source, int Output, Tensor? Leaf)
    {
        public bool IsWanted => Source is not null || Leaf is not null;
    }

    readonly (Storage Storage, int Changes)[] leaves;
    Func<Tensor?[], Tensor?[]>? backward;
    List<Storage>? transients;

    public Node(string name, Tensor[] inputs, Tensor[] outputs, Func<Tensor?[], Tensor?[]> backward)
    {
        Name = name;
        this.backward = backward;
        Order = Interlocked.Increment(ref created);
        Edges = [.. inputs.Select(EdgeOf)];
        OutputShapes = [.. outputs.Select(t => t.Shape)];
        InputShapes = [.. inputs.Select(t => t.Shape)];
        leaves = [.. Edges.Where(e => e.Leaf is not null).Select(e => (e.Leaf!.Storage, e.Leaf.Storage.Changes))];
    }

    public string Name { get; }

    /// <summary>Later operations have larger numbers, so descending order is a topological one.</summary>
    public long Order { get; }

    public Edge[] Edges { get; }

    public int[][] OutputShapes { get; }

    public int[][] InputShapes { get; }

    public static Edge EdgeOf(Tensor tensor)
        => tensor.Source is { } source ? new(source, tensor.SourceOutput, null)
            : tensor.RequiresGrad ? new(null, 0, tensor)
            : default;

    /// <summary>Memory that nobody outside can see: returned as soon as this node's backward function has run.</summary>
    public void AddTransient(Storage storage) => (transients ??= []).Add(storage);

    /// <summary>Fails if <see cref="Run"/> would.</summary>
    public void EnsureFresh()
    {
        if (backward is null)
            throw new InvalidOperationException(
                $"Backward runs a second time through {Name}, whose intermediate results were freed by the first; "
                + "add the losses and call Backward once, or compute the result again.");
        foreach (var (storage, changes) in leaves)
        {
            if (storage.Changes != changes)
                throw new InvalidOperationException(
                    $"A parameter of {Name} was changed (by an optimizer step, Load or Initialize) after Forward and before Backward.");
        }
    }

    /// <summary>Calls the backward function and forgets everything it held.</summary>
    public Tensor?[] Run(Tensor?[] gradients)
    {
        var function = backward ?? throw new InvalidOperationException($"{Name} ran backward already.");
        backward = null;
        var result = function(gradients);
        if (result.Length != Edges.Length)
            throw new InvalidOperationException($"The backward function of {Name} returned {result.Length} gradients for {Edges.Length} inputs.");
        foreach (var storage in transients ?? []) storage.Return();
        transients = null;
        return result;
    }
}
