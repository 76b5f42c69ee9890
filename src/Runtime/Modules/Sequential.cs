using Recurve.Onnx;

namespace Recurve;

/// <summary>Modules one after another; parts are named <c>0</c>, <c>1</c>, …, and each gets the Sequence.</summary>
public sealed class Sequential : Module
{
    readonly Module[] parts;

    /// <summary>A chain, first module first.</summary>
    public Sequential(params Module[] modules)
    {
        ArgumentNullException.ThrowIfNull(modules);
        parts = [.. modules];
        for (var i = 0; i < parts.Length; i++) Register(i.ToString(System.Globalization.CultureInfo.InvariantCulture), parts[i]);
    }

    internal override OnnxFlow Export(OnnxGraph graph, OnnxFlow x) => parts.Aggregate(x, (y, part) => part.Export(graph, y));

    internal override bool IsClosed => PartsAreClosed;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Sequence? sequence = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        EnsureInitialized();
        var results = new Tensor[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var before = i == 0 ? x : results[i - 1];
            // only the last step of a cell is wanted, and the cell need not compute the others
            if (i + 1 < parts.Length && parts[i] is CellModule cell && parts[i + 1] is LastStep && cell.ForwardLast(before, sequence) is { } last)
                results[i] = results[++i] = last;
            else results[i] = parts[i].Forward(before, sequence);
        }
        if (parts.Length == 0) return x;
        ReleaseBetween(x, results);
        return results[^1];
    }

    /// <summary>What only two closed parts have seen is nobody's once they are done with it.</summary>
    void ReleaseBetween(Tensor x, Tensor[] results)
    {
        HashSet<Storage> kept = new(ReferenceEqualityComparer.Instance) { x.Storage, results[^1].Storage };
        for (var i = 0; i < results.Length - 1; i++)
        {
            if (!parts[i].IsClosed || !parts[i + 1].IsClosed) kept.Add(results[i].Storage);
        }
        for (var i = 0; i < results.Length - 1; i++)
        {
            // without history of its own (a frozen part) it is still kept by the part after it, if that one has
            if (results[i].Source is null && results[i + 1].Source is not null) continue;
            if (kept.Add(results[i].Storage)) Autograd.Release(results[i]);
        }
    }
}
