namespace Recurve.Contracts;

/// <summary>A state of a cell: its shape, and how to read and write the user's field for eager runs.</summary>
public sealed record StateDefinition
{
    /// <summary>A vector.</summary>
    public StateDefinition(string name, int size, bool trained, Func<Vec> read, Action<Vec> write)
    {
        (Name, Trained, Shape) = (name, trained, [size]);
        Read = () => read().Values;
        Write = values => write(new Vec(values));
        Remember = () => Restore(read(), write);
    }

    /// <summary>A complex vector: its real and its imaginary part are two states of the plan.</summary>
    public StateDefinition(string name, int size, bool trained, Func<CVec> read, Action<CVec> write)
    {
        (Name, Trained, Shape, IsComplex) = (name, trained, [size, 2], true);
        Read = () => read().ToPairs();
        Write = values => write(CVec.FromPairs(values));
        Remember = () => Restore(read(), write);
    }

    /// <summary>A matrix.</summary>
    public StateDefinition(string name, int rows, int columns, bool trained, Func<Mat> read, Action<Mat> write)
    {
        (Name, Trained, Shape) = (name, trained, [rows, columns]);
        Read = () => read().Values;
        Write = values => write(new Mat(rows, columns, values));
        Remember = () => Restore(read(), write);
    }

    /// <summary>The user's field.</summary>
    public string Name { get; internal init; }

    /// <summary>Whether its initial value is a parameter.</summary>
    public bool Trained { get; }

    /// <summary>Axes of its tensor after that of the batch: (size), (rows, columns), or (size, 2) with real and imaginary parts side by side.</summary>
    internal int[] Shape { get; }

    /// <summary>Whether the last axis has a real and an imaginary part.</summary>
    internal bool IsComplex { get; }

    /// <summary>Numbers of one sequence.</summary>
    internal int Count => Shape.Aggregate(1, (product, size) => checked(product * size));

    /// <summary>What it is in a plan that leaves it in one piece.</summary>
    internal StatePlane[] Planes => IsComplex
        ? [new($"Real({Name})", Shape[..^1]), new($"Imaginary({Name})", Shape[..^1])]
        : [new(Name, Shape)];

    /// <summary>The user's field as numbers in the order of <see cref="Shape"/>; not to be written to.</summary>
    internal Func<double[]> Read { get; }

    /// <summary>Gives the user's field a new value, which keeps the array.</summary>
    internal Action<double[]> Write { get; }

    /// <summary>Gives what gives the user's field the value back that it has now.</summary>
    internal Func<Action> Remember { get; }

    /// <summary>What the axes of <see cref="Shape"/> are.</summary>
    internal string Axes => IsComplex ? "size, 2" : Shape.Length == 1 ? "size" : "rows, columns";

    /// <summary>Where the state really is, if it is a part's: the part and the index among its states.</summary>
    internal (CellModule Cell, int Index)? Part { get; init; }

    static Action Restore<T>(T before, Action<T> write) => () => write(before);
}

/// <summary>A state of a plan: rows of real numbers.</summary>
/// <param name="Name">As the compiler calls it.</param>
/// <param name="Shape">Axes of its tensor after that of the batch.</param>
internal sealed record StatePlane(string Name, int[] Shape)
{
    /// <summary>Numbers per row.</summary>
    public int Width { get; } = Shape.Aggregate(1, (product, size) => checked(product * size));
}
