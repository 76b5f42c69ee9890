namespace Recurve.Devices;

/// <summary>A device whose groups may wait for others that started before them: those run on, whoever waits.</summary>
/// <param name="Units">Its multiprocessors.</param>
/// <param name="SharedBytes">Memory of a multiprocessor that its groups share among their items.</param>
/// <param name="MostShared">Of it, what one group may have.</param>
internal sealed record Chaining(int Units, int SharedBytes, int MostShared);
