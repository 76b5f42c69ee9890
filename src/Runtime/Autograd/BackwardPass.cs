namespace Recurve;

/// <summary>One run of the chain rule, from a tensor to the leaves it was computed from.</summary>
internal static class BackwardPass
{
    /// <param name="root">Where it starts.</param>
    /// <param name="seed">The gradient of the root.</param>
    /// <param name="completed">Called once for every leaf, as soon as nothing more will be added to its gradient.</param>
    public static void Run(Tensor root, Tensor seed, Action<Tensor>? completed = null)
    {
        if (root.Source is null)
        {
            AddToLeaf(root, seed.Copy());
            completed?.Invoke(root);
            return;
        }
        var nodes = Reachable(root.Source);
        foreach (var node in nodes) node.EnsureFresh();
        var uncompleted = completed is null ? [] : nodes.SelectMany(LeavesOf).CountBy(leaf => leaf).ToDictionary();

        var pending = nodes.ToDictionary(node => node, node => new Tensor?[node.OutputShapes.Length]);
        var uses = seed.Storage.Uses;
        seed.Storage.Uses = Storage.Pinned;
        pending[root.Source][root.SourceOutput] = seed;
        try
        {
            foreach (var node in nodes)
            {
                var received = pending[node];
                pending.Remove(node);
                Propagate(node, received, pending);
                if (completed is null) continue;
                foreach (var leaf in LeavesOf(node))
                {
                    if (--uncompleted[leaf] == 0) completed(leaf);
                }
            }
        }
        finally
        {
            seed.Storage.Uses = uses;
        }
    }

    static IEnumerable<Tensor> LeavesOf(Node node) => node.Edges.Select(edge => edge.Leaf).OfType<Tensor>();

    static void Propagate(Node node, Tensor?[] received, Dictionary<Node, Tensor?[]> pending)
    {
        // nothing arrived: only an output that the root does not depend on was used
        var gradients = received.All(g => g is null) ? new Tensor?[node.Edges.Length] : node.Run(received);
        foreach (var gradient in gradients)
        {
            if (gradient is not null) gradient.Storage.Uses++;
        }
        foreach (var gradient in received)
        {
            if (gradient is not null) gradient.Storage.Uses--;
        }
        for (var i = 0; i < gradients.Length; i++)
        {
            if (gradients[i] is not { } gradient) continue;
            if (!gradient.HasShape(node.InputShapes[i]))
                throw new InvalidOperationException(
                    $"The gradient of input {i} of {node.Name} has shape {gradient.ShapeText}, the input {TensorShape.Text(node.InputShapes[i])}.");
            var edge = node.Edges[i];
            if (edge.Source is { } source) pending[source][edge.Output] = Sum(pending[source][edge.Output], gradient);
            else if (edge.Leaf is { } leaf) AddToLeaf(leaf, Claim(gradient));
            else Drop(gradient);
        }
        foreach (var gradient in received)
        {
            if (gradient is not null && gradient.Storage.Uses == 0 && !gradient.Storage.IsReturned) gradient.Storage.Return();
        }
    }

    /// <summary>The slot's new gradient; both operands' uses are taken over.</summary>
    static Tensor Sum(Tensor? held, Tensor gradient)
    {
        if (held is null) return gradient;
        if (held.Storage.Uses != 1)
        {
            // somebody else sees this memory too: the sum gets its own
            held.Storage.Uses--;
            held = held.Copy();
            held.Storage.Uses = 1;
        }
        Elementwise.AddTo(held, gradient);
        Drop(gradient);
        return held;
    }

    /// <summary>A gradient that belongs to one leaf alone, no longer counted.</summary>
    static Tensor Claim(Tensor gradient)
    {
        if (--gradient.Storage.Uses != 0) return gradient.Copy();
        // it may be a view of what has just arrived, which is about to be given back
        gradient.Storage.Uses = Storage.Pinned;
        return gradient.Detach();
    }

    static void Drop(Tensor gradient)
    {
        if (--gradient.Storage.Uses == 0) gradient.Storage.Return();
    }

    static void AddToLeaf(Tensor leaf, Tensor gradient)
    {
        if (leaf.Grad is { } sum)
        {
            Elementwise.AddTo(sum, gradient);
            gradient.Storage.Return();
        }
        else leaf.Grad = gradient;
    }

    static List<Node> Reachable(Node root)
    {
        HashSet<Node> seen = [root];
        Stack<Node> open = new([root]);
        while (open.TryPop(out var node))
        {
            foreach (var edge in node.Edges)
            {
                if (edge.Source is { } source && seen.Add(source)) open.Push(source);
            }
        }
        return [.. seen.OrderByDescending(node => node.Order)];
    }
}
