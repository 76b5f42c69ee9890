namespace Recurve.EndToEnd.Tests;

/// <summary>Tests that change something of the whole process.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
