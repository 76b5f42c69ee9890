namespace Recurve.Generator.Model;

/// <summary>Names that the generated half of a cell needs; a user's member of such a name is RCV0008.</summary>
internal static class GeneratedNames
{
    /// <summary>What it declares.</summary>
    public static IReadOnlyList<string> Members { get; } = ["Info", "States", "InitialStates", "Forward", "RunEagerly", "Define", "FixedNumbers"];

    /// <summary>What a cell inherits from <c>Recurve.CellModule</c> and would hide.</summary>
    public static IReadOnlyList<string> Inherited { get; } =
    [
        "CreateStream", "CreateInitialStates", "Run", "RunEagerlyCore", "LastRun",
        "Parameters", "Initialize", "Save", "Load", "ExportOnnx", "To", "Store", "Train", "Eval", "Training", "Register",
    ];

    /// <summary>Members of the generated record of states; only states and parts are held against these.</summary>
    public static IReadOnlyList<string> OfStates { get; } =
    [
        "Detach", "Components", "ComponentsOf", "Tensors", "EqualityContract", "PrintMembers", "Deconstruct", "Clone",
        "Equals", "GetHashCode", "ToString", "GetType", "MemberwiseClone", "Finalize", "ReferenceEquals",
    ];
}
