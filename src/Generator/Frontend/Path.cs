using Microsoft.CodeAnalysis;

namespace Recurve.Generator.Frontend;

/// <summary>What is known at one point of one way through Step.</summary>
/// <param name="states">New value of each state; null: not assigned yet.</param>
internal sealed class Path(Dictionary<ISymbol, Abstract> variables, Abstract?[] states)
{
    /// <summary>Locals and parameters.</summary>
    public Dictionary<ISymbol, Abstract> Variables { get; } = variables;

    public Abstract?[] States { get; } = states;

    /// <summary>Parts whose Step this way has called.</summary>
    public HashSet<string> Stepped { get; } = [];

    /// <summary>This way has left the method with <see cref="Result"/>.</summary>
    public bool Returned { get; set; }

    public Abstract? Result { get; set; }

    public Path Fork()
    {
        var fork = new Path(new(Variables, SymbolEqualityComparer.Default), (Abstract?[])States.Clone()) { Returned = Returned, Result = Result };
        fork.Stepped.UnionWith(Stepped);
        return fork;
    }
}

/// <summary>One method being read: its ways out under a fixed condition, the first that holds being taken.</summary>
internal sealed class Frame(IMethodSymbol method, bool isStep)
{
    public IMethodSymbol Method { get; } = method;

    /// <summary>Only Step assigns states.</summary>
    public bool IsStep { get; } = isStep;

    public List<(Scalar Condition, Path Path)> Exits { get; } = [];
}
