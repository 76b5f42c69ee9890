namespace Recurve.Runtime.Tests;

/// <summary>Tests that change or measure something of the whole process.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
