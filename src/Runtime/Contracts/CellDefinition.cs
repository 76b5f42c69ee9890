namespace Recurve.Contracts;

/// <summary>What the generated half of a cell tells the runtime about the user's half. Built on first use.</summary>
public sealed class CellDefinition
{
    /// <summary>The compiler's decisions.</summary>
    public required CellInfo Info { get; init; }

    /// <summary>Inputs of Step: name and size.</summary>
    public required (string Name, int Size)[] Inputs { get; init; }

    /// <summary>Outputs of Step: name and size.</summary>
    public required (string Name, int Size)[] Outputs { get; init; }

    /// <summary>Fields that are cells; their weights and states are among this cell's, named <c>part.field</c>.</summary>
    public (string Name, CellModule Cell)[] Parts { get; init; } = [];

    /// <summary>Weights and constants in declaration order.</summary>
    public required FieldDefinition[] Fields { get; init; }

    /// <summary>States in declaration order.</summary>
    public required StateDefinition[] States { get; init; }

    /// <summary>Vectors along which numbers move, and which are a state of the plan for each piece that moves as a whole: their names, and the sizes of the pieces.</summary>
    public (string State, int[] Sizes)[] Pieces { get; init; } = [];

    /// <summary>What the plan's states are: the planes of each state in declaration order.</summary>
    internal StatePlane[] Planes => field ??= [.. States.SelectMany(PlanesOf)];

    /// <summary>The planes of one of the states.</summary>
    internal StatePlane[] PlanesOf(StateDefinition state)
        => Pieces.FirstOrDefault(p => p.State == state.Name).Sizes is { } sizes ? [.. sizes.Select((size, i) => new StatePlane($"{state.Name}[{i}]", [size]))] : state.Planes;

    /// <summary>Runs the user's Step once on the current states: inputs in, outputs out.</summary>
    public required Action<Vec[], Vec[]> Step { get; init; }

    /// <summary>Describes the stages.</summary>
    public required Action<PlanBuilder> Plan { get; init; }

    /// <summary>Wraps end states into the cell's own record.</summary>
    public required Func<Tensor[], CellStates> WrapStates { get; init; }
}

/// <summary>A weight or constant of a cell. Exactly one of <see cref="Matrix"/> and <see cref="Vector"/> is set.</summary>
public sealed record FieldDefinition(string Name, bool Trained)
{
    /// <summary>The user's field, if it is a matrix.</summary>
    public Mat? Matrix { get; init; }

    /// <summary>The user's field, if it is a vector.</summary>
    public Vec? Vector { get; init; }

    /// <summary>Initializer, for trained fields without values of their own.</summary>
    public Init Init { get; init; } = Init.Default;

    /// <summary>Value of <see cref="Init.Constant"/>.</summary>
    public double InitValue { get; init; }

    /// <summary>Fan-in of <see cref="Init.Uniform"/>; 0: that of the shape.</summary>
    public int FanIn { get; init; }

    /// <summary>Where the field really is, if it is a part's: the part and the index among its fields. They share one tensor.</summary>
    internal (CellModule Cell, int Index)? Part { get; init; }

    /// <summary>The user's numbers, row by row.</summary>
    internal double[] Values => Matrix?.Values ?? Vector!.Values;

    /// <summary>Number of elements.</summary>
    internal int Count => Values.Length;

    /// <summary>(rows, columns) or (size).</summary>
    internal int[] Shape => Matrix is { } m ? [m.Rows, m.Columns] : [Count];
}
