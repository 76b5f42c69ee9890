namespace Recurve.Devices;

/// <summary>How many work items run a kernel: groups of items that share local memory, in two dimensions.</summary>
/// <param name="Groups">Along x.</param>
/// <param name="Items">Items of a group along x.</param>
/// <param name="GroupsY">Along y; at most 65535, which is CUDA's limit.</param>
/// <param name="ItemsY">Items of a group along y.</param>
internal readonly record struct Grid(long Groups, int Items, int GroupsY = 1, int ItemsY = 1)
{
    /// <summary>Items of a group where nothing asks for another number.</summary>
    public const int GroupItems = 256;

    // so many groups on every unit hide that they do not end at once
    const int WantedGroups = 4;

    /// <summary>Memory that the items of a group share besides what the kernel's text declares; on CUDA only.</summary>
    public int SharedBytes { get; init; }

    /// <summary>Items that are wanted, whatever the size of a group; null: the kernel's text asks for just these groups.</summary>
    public long? Wanted { get; private init; }

    /// <summary>At least <paramref name="items"/> items; the kernel's text asks <c>ITEM &lt; items</c>, and nothing about its group.</summary>
    public static Grid Over(long items) => new((items + GroupItems - 1) / GroupItems, GroupItems) { Wanted = items };

    /// <summary>The grid as a device runs it best: in groups that fill its units, or in smaller ones where units would have too few.</summary>
    public Grid On(GroupSizes sizes)
    {
        if (Wanted is not { } wanted) return this;
        var items = sizes.Most;
        while (items > sizes.Least && wanted < (long)WantedGroups * sizes.Units * items) items = Math.Max(sizes.Least, items / 2 / sizes.Least * sizes.Least);
        return new((wanted + items - 1) / items, items);
    }

    /// <summary>There is nothing to run.</summary>
    public bool IsEmpty => Groups == 0 || GroupsY == 0;
}
