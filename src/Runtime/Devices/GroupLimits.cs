namespace Recurve.Devices;

/// <summary>What one group of items can have on a device.</summary>
/// <param name="Units">Of the device: its multiprocessors.</param>
/// <param name="Items">Most of a group.</param>
/// <param name="SharedBytes">Memory that they share.</param>
/// <param name="Registers">Of 32 bits, of a unit.</param>
/// <param name="ArgumentBytes">Of a kernel's arguments.</param>
internal sealed record GroupLimits(int Units, int Items, int SharedBytes, int Registers, int ArgumentBytes)
{
    // of an item: most that a card gives, and how many are given at once
    const int MostRegisters = 255, AtOnce = 8;

    /// <summary>Numbers that every item of a group can keep in registers from step to step; a little more than the other half is for arithmetic, addresses and what is on its way from memory.</summary>
    public int KeptBy(int items) => Math.Max(0, Math.Min(MostRegisters, Registers / items / AtOnce * AtOnce) / 2 - 2 * AtOnce);
}
