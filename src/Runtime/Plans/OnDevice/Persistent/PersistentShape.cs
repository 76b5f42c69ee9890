using System.Numerics;
using Recurve.Devices;

namespace Recurve.Plans;

/// <summary>
/// How a group takes its sequences through a loop's steps in one kernel (Persistent.cl): a function of the shape and of what the device's groups can have. The group's memory holds
/// what is kept of its sequences, then what items have of one output, the weights that are not in registers, the sequences' steps and flags of resets.
/// </summary>
/// <param name="Items">Of a group.</param>
/// <param name="Sequences">Of a group.</param>
/// <param name="Kept">Numbers of a sequence that stages leave each other, a multiple of four.</param>
/// <param name="Products">The loop's products in order.</param>
internal sealed record PersistentShape(int Items, int Sequences, int Kept, ProductShape[] Products)
{
    // items of a group whose registers hold the most beside what all items need; inputs of an item, so that more items divide them
    const int WantedItems = 256, WantedInputs = 64, FewestInputs = 16;

    // registers of an item that a sequence more takes
    const int MostItems = 512, MostSequences = 8, ItemsTogether = 32, SequenceRegisters = 12;

    // a kernel is compiled for the shape; below, that takes longer than it can ever save
    const int FewestSteps = 16;

    // multiplications of a unit in a step, above which the launches that it saves do not count beside a library's product
    const long MostMultiplications = 1 << 18;

    static readonly bool? asked = FromEnvironment();

    [ThreadStatic]
    static bool? forced;

    /// <summary>The environment variable RECURVE_LOOP: whether loops run so (kernel) wherever they can, or never (steps); null: the shape decides. Tests set it for their thread.</summary>
    public static bool? Forced
    {
        get => forced ?? asked;
        set => forced = value;
    }

    /// <summary>Where the items' shares of an output lie, if any output is divided.</summary>
    public int Shares => Sequences * Kept;

    /// <summary>Where weights lie.</summary>
    public int Weights => Shares + (Products.Any(p => p.Parts > 1) ? Sequences * Items : 0);

    /// <summary>Where the steps of the sequences lie, and behind them flags.</summary>
    public int Limits => Weights + Products.Sum(p => p.Rest * Items);

    /// <summary>Numbers of the group's memory.</summary>
    public int Numbers => Limits + 2 * Sequences;

    public int SharedBytes => Numbers * sizeof(float);

    // a unit multiplies 128 numbers in the time in which it reads 32 of its shared memory, or four that are the same for 32 items
    long Cost => Products.Sum(p => (long)Items * (p.Each * p.Share + p.Share + 4 * p.Rest));

    /// <summary>Whether there are so many steps that a kernel of its own pays.</summary>
    public static bool IsLongEnough(Walk walk) => Forced ?? walk.Steps >= FewestSteps;

    /// <summary>Null: the loop does not run so.</summary>
    /// <param name="limits">Of the device's groups.</param>
    /// <param name="batches">Sequences.</param>
    /// <param name="steps">Of the longest.</param>
    /// <param name="products">Outputs and inputs of each.</param>
    /// <param name="widest">Channels of the widest map.</param>
    /// <param name="kept">Numbers of a sequence that are kept from stage to stage.</param>
    public static PersistentShape? Of(GroupLimits? limits, int batches, int steps, IReadOnlyList<(int Outputs, int Inputs)> products, int widest, int kept)
    {
        if (limits is null || batches == 0 || steps == 0 || products.Count == 0) return null;
        if (Forced != true && products.Sum(p => (long)p.Outputs * p.Inputs) * batches > MostMultiplications * limits.Units) return null;
        // all groups at once: one that waits would take as long again
        var sequences = (batches - 1) / limits.Units + 1;
        if (sequences > MostSequences)
        {
            if (Forced != true) return null;
            sequences = MostSequences;
        }
        var fewest = Math.Max(sequences * widest, products.Max(p => Math.Min(WantedItems, p.Outputs * (int)BitOperations.RoundUpToPowerOf2((uint)((p.Inputs - 1) / WantedInputs + 1)))));
        var shapes = Enumerable.Range(1, Math.Min(limits.Items, MostItems) / ItemsTogether).Select(n => n * ItemsTogether).Where(items => items >= fewest)
            .Select(items => Of(limits, items, sequences, products, kept)).Where(shape => shape.SharedBytes <= limits.SharedBytes);
        return shapes.MinBy(shape => shape.Cost);
    }

    static PersistentShape Of(GroupLimits limits, int items, int sequences, IReadOnlyList<(int Outputs, int Inputs)> products, int kept)
    {
        var registers = Math.Max(0, limits.KeptBy(items) - (sequences - 1) * SequenceRegisters);
        List<ProductShape> shapes = [];
        foreach (var (outputs, inputs) in products)
        {
            var shape = ProductShape.Of(outputs, inputs, items, FewestInputs, registers);
            registers -= shape.Each * shape.Columns;
            shapes.Add(shape);
        }
        return new(items, sequences, kept, [.. shapes]);
    }

    static bool? FromEnvironment() => Environment.GetEnvironmentVariable("RECURVE_LOOP") switch
    {
        null or "" => null,
        "kernel" => true,
        "steps" => false,
        var text => throw new ArgumentException($"RECURVE_LOOP must be kernel or steps, but is '{text}'."),
    };
}

/// <summary>How the items of a group share a product of a matrix.</summary>
/// <param name="Outputs">Rows of the matrix.</param>
/// <param name="Inputs">Its columns.</param>
/// <param name="Each">Outputs of an item.</param>
/// <param name="Parts">Or else items of an output, each of which takes as many inputs.</param>
/// <param name="Columns">Of an item's weights of one output, those in registers.</param>
internal readonly record struct ProductShape(int Outputs, int Inputs, int Each, int Parts, int Columns)
{
    // numbers that are read together
    const int Together = 4;

    /// <summary>Inputs of an item.</summary>
    public int Share => Inputs / Parts;

    /// <summary>Weights of an item that are not in registers.</summary>
    public int Rest => Each * (Share - Columns);

    public static ProductShape Of(int outputs, int inputs, int items, int fewest, int registers)
    {
        var (each, parts) = ((outputs - 1) / items + 1, 1);
        while (each == 1 && 2 * parts * outputs <= items && inputs % (2 * parts * Together) == 0 && inputs / (2 * parts) >= fewest) parts *= 2;
        var share = inputs / parts;
        return new(outputs, inputs, each, parts, share * each <= registers ? share : registers / each / Together * Together);
    }
}
