namespace Recurve.Devices;

/// <summary>Of one kernel on one device, how many items a group should have.</summary>
/// <param name="Most">With so many, the registers of a unit hold the most items.</param>
/// <param name="Least">Items that run together; every size is a multiple of it.</param>
/// <param name="Units">Of the device: its multiprocessors.</param>
internal readonly record struct GroupSizes(int Most, int Least, int Units)
{
    /// <param name="most">What the driver says.</param>
    /// <param name="least">Likewise.</param>
    /// <param name="units">Likewise.</param>
    public static GroupSizes Of(long most, long least, long units)
    {
        var together = (int)Math.Clamp(least, 1, Grid.GroupItems);
        return new(Math.Max(together, (int)Math.Min(most, Grid.GroupItems) / together * together), together, (int)Math.Max(1, units));
    }
}
