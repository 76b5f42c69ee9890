using System.Globalization;
using System.Reflection;

namespace Recurve.Tool;

/// <summary>Makes a cell from constructor arguments that are given by name.</summary>
static class CellArguments
{
    /// <param name="cell">The class.</param>
    /// <param name="given">Arguments as <c>name=value</c>; others take their default.</param>
    /// <exception cref="MistakeException">One is missing, unknown or not of its type; the message names it.</exception>
    public static CellModule Create(Type cell, IReadOnlyList<string> given)
    {
        ConstructorInfo constructor = cell.GetConstructors().MaxBy(c => c.GetParameters().Length) ?? throw new MistakeException($"{cell.Name} has no public constructor.");
        ParameterInfo[] parameters = constructor.GetParameters();
        Dictionary<string, string> values = [];
        foreach (string argument in given)
        {
            if (argument.Split('=', 2) is not [var name, var value]) throw new MistakeException($"--set {argument}: expected name=value.");
            if (!parameters.Any(p => p.Name == name)) throw new MistakeException($"{cell.Name} has no constructor parameter '{name}'; it has {Signature(parameters)}.");
            values[name] = value;
        }
        object?[] arguments = [.. parameters.Select(p => values.TryGetValue(p.Name!, out string? text) ? Parse(p, text)
            : p.HasDefaultValue ? p.DefaultValue : throw new MistakeException($"{cell.Name}({Signature(parameters)}) needs a value for '{p.Name}': --set {p.Name}=…"))];
        try
        {
            return (CellModule)constructor.Invoke(arguments);
        }
        catch (TargetInvocationException failed)
        {
            throw new MistakeException($"{cell.Name} cannot be made: {failed.InnerException!.Message}");
        }
    }

    static object Parse(ParameterInfo parameter, string text)
    {
        try
        {
            // a comma would pass for one before thousands
            return Convert.ChangeType(
                parameter.ParameterType == typeof(double) || parameter.ParameterType == typeof(float) ? double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : text,
                parameter.ParameterType, CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is FormatException or InvalidCastException or OverflowException)
        {
            throw new MistakeException($"--set {parameter.Name}={text}: expected {parameter.ParameterType.Name}.");
        }
    }

    static string Signature(IEnumerable<ParameterInfo> parameters) => string.Join(", ", parameters.Select(p => $"{p.ParameterType.Name} {p.Name}"));
}
