using Recurve.Generator.IR;

namespace Recurve.Generator.Transform;

/// <summary>Names for values, as a reader of the cell would call them; not unique, and identifiers of C# but for keywords.</summary>
internal static class Naming
{
    const int Longest = 24;

    public static string Of(Value value)
    {
        if (value.Op is Op.Input or Op.Field) return value.Name;
        if (value.Op == Op.OldState) return $"{PlaneNames.Identifier(value.Name)}_old";
        if (value.Name != "" && !value.IsLeaf && PlaneNames.Identifier(value.Name) is var own && own.All(c => char.IsLetterOrDigit(c) || c == '_')) return own;
        if (value.IsLeaf) return "fixed";
        var operands = string.Join("_", value.Operands.Select(Of));
        var name = value.Op is Op.MatVec or Op.MatMat ? operands
            : value.Op is Op.Slice or Op.Broadcast or Op.AlongRows or Op.AlongColumns or Op.Flatten ? Of(value.Operands[0])
            : value.Op == Op.VecMat ? $"{Of(value.Operands[1])}_{Of(value.Operands[0])}"
            : $"{char.ToLowerInvariant(value.Op.ToString()[0])}{value.Op.ToString().Substring(1)}_{operands}";
        return name.Length <= Longest ? name : $"{char.ToLowerInvariant(value.Op.ToString()[0])}{value.Op.ToString().Substring(1)}";
    }

    /// <summary>A state's name in generated code.</summary>
    public static string Of(State state) => PlaneNames.Identifier(state.Name);

    /// <summary>In the notation of the cell: <c>wz * x</c>.</summary>
    public static string Describe(Value value) => value switch
    {
        { Op: Op.Input or Op.Field } => value.Name,
        { Op: Op.OldState } => $"{value.Name} before",
        { Op: Op.MatVec or Op.MatMat } => $"{Describe(value.Operands[0])} * {Describe(value.Operands[1])}",
        { Op: Op.VecMat } => $"Transpose({Describe(value.Operands[1])}) * {Describe(value.Operands[0])}",
        { Op: Op.AlongRows } => $"{Describe(value.Operands[0])} along rows",
        { Op: Op.AlongColumns } => $"{Describe(value.Operands[0])} along columns",
        { Op: Op.Slice } => $"{Describe(value.Operands[0])}[{value.Sizes[0]}, {value.Sizes[1]}]",
        { Op: Op.Broadcast or Op.Flatten } => Describe(value.Operands[0]),
        { IsLeaf: true } => value.Op.ToString(),
        _ when value.Name != "" => value.Name,
        _ when value.Row().Family == Family.Elementwise => value.Op.ToString(),
        _ => $"{value.Op}({string.Join(", ", value.Operands.Select(Describe))})",
    };
}
