namespace Recurve.Generator.IR;

/// <summary>What the parts of a complex value are called, as the user would write them.</summary>
internal static class ComplexNames
{
    public static string Real(string name) => name == "" ? "" : $"Real({name})";

    public static string Imaginary(string name) => name == "" ? "" : $"Imaginary({name})";

    /// <summary>A name as part of an identifier: <c>x_re</c>, <c>x_im</c>; others as they are.</summary>
    public static string Identifier(string name)
        => Inside(name, "Real(") is { } real ? $"{real}_re" : Inside(name, "Imaginary(") is { } imaginary ? $"{imaginary}_im" : name;

    static string? Inside(string name, string call)
        => name.StartsWith(call, StringComparison.Ordinal) && name.EndsWith(")", StringComparison.Ordinal)
            ? name.Substring(call.Length, name.Length - call.Length - 1)
            : null;
}
