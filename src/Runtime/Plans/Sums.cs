namespace Recurve.Plans;

/// <summary>
/// Sums over rows in float64, one per group of rows; added to the total in the order of the groups, so that the result does not
/// depend on who computed them.
/// </summary>
internal sealed unsafe class Sums(int groups, int width)
{
    readonly Storage storage = Storage.Rent(2L * groups * width, clear: true);

    public double* this[int group] => (double*)storage.Pointer + (long)group * width;

    /// <summary>Adds a float row to a group's sum and clears it.</summary>
    public void Flush(int group, float* row)
    {
        var sum = this[group];
        for (var i = 0; i < width; i++)
        {
            sum[i] += row[i];
            row[i] = 0;
        }
    }

    public void Add(int group, float* row)
    {
        var sum = this[group];
        for (var i = 0; i < width; i++) sum[i] += row[i];
    }

    /// <summary>Adds all groups to <paramref name="total"/> and gives the memory back.</summary>
    public void Complete(double* total)
    {
        for (var g = 0; g < groups; g++)
        {
            var sum = this[g];
            for (var i = 0; i < width; i++) total[i] += sum[i];
        }
        storage.Return();
    }
}
