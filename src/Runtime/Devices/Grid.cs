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

    /// <summary>At least <paramref name="items"/> items; the kernel's text asks <c>ITEM &lt; items</c>.</summary>
    public static Grid Over(long items) => new((items + GroupItems - 1) / GroupItems, GroupItems);

    /// <summary>There is nothing to run.</summary>
    public bool IsEmpty => Groups == 0 || GroupsY == 0;
}
