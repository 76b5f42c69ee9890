using Recurve.Generator.Support;

namespace Recurve.Generator.IR;

/// <summary>What the states of a program are called that are one to the user, and the parts of complex values: as the user would write them.</summary>
internal static class PlaneNames
{
    public static string Real(string name) => name == "" ? "" : $"Real({name})";

    public static string Imaginary(string name) => name == "" ? "" : $"Imaginary({name})";

    /// <summary>A piece of a vector.</summary>
    public static string Piece(string name, Size start, Size length) => $"Slice({name}, {start}, {length})";

    /// <summary>A name as part of an identifier: <c>x_re</c>, <c>x_im</c>, <c>x_at_2_units</c>; others as they are.</summary>
    public static string Identifier(string name)
        => Inside(name, "Real(") is { } real ? $"{real}_re"
            : Inside(name, "Imaginary(") is { } imaginary ? $"{imaginary}_im"
            : Inside(name, "Slice(") is { } piece && piece.Split(',') is { Length: 3 } words ? $"{words[0]}_at_{Word(words[1])}"
            : name;

    static string? Inside(string name, string call)
        => name.StartsWith(call, StringComparison.Ordinal) && name.EndsWith(")", StringComparison.Ordinal)
            ? name.Substring(call.Length, name.Length - call.Length - 1)
            : null;

    static string Word(string size) => string.Join("_", size.Split([' ', '*', '+', '-'], StringSplitOptions.RemoveEmptyEntries));
}
