namespace Recurve.Runtime.Tests.Kernels;

/// <summary>Tests that set the lane width or the number of threads of the process run one after another.</summary>
[CollectionDefinition("Lanes and threads", DisableParallelization = true)]
public sealed class LanesAndThreads;
