namespace Recurve.Devices;

/// <summary>
/// The (batch, step) rows that a kernel visits: <paramref name="Steps"/> of each batch from <paramref name="First"/> on, cut to the batch's length.
/// </summary>
/// <param name="Batches">B.</param>
/// <param name="Steps">Of each batch.</param>
/// <param name="First">The first of them.</param>
/// <param name="Lengths">On the device, an int per batch; 0: all rows count.</param>
internal readonly record struct RowSpace(long Batches, long Steps, long First = 0, nint Lengths = 0)
{
    public long Rows => Batches * Steps;

    /// <summary>Rows one after the other.</summary>
    public static RowSpace Of(long rows) => new(1, rows);
}
