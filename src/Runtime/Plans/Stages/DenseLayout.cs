using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>Where the vectors of a dense recurrence stand in a row of its states: the row itself, or the columns or rows of a matrix.</summary>
/// <param name="Vectors">Vectors of a row.</param>
/// <param name="Pitch">From a vector to the next.</param>
/// <param name="Stride">From a channel to the next.</param>
internal readonly unsafe record struct DenseLayout(int Vectors, int Pitch, int Stride)
{
    /// <summary>One vector: the channels of all states.</summary>
    public static DenseLayout Whole => new(1, 0, 1);

    public int IndexOf(int vector, int channel) => vector * Pitch + channel * Stride;

    /// <summary>Sets channels to those of a vector of a row.</summary>
    public void Take(float* channels, float* row, int vector, int count)
    {
        if (Stride == 1) RowMath.Copy(channels, row + IndexOf(vector, 0), count);
        else for (var i = 0; i < count; i++) channels[i] = row[IndexOf(vector, i)];
    }

    /// <summary>Adds them.</summary>
    public void AddTaken(float* channels, float* row, int vector, int count)
    {
        if (Stride == 1) RowMath.Add(channels, row + IndexOf(vector, 0), count);
        else for (var i = 0; i < count; i++) channels[i] += row[IndexOf(vector, i)];
    }

    /// <summary>Asks for a vector of a row that the next step meets: sequences and their chunks run side by side, too many for a processor to foresee.</summary>
    public void Prefetch(float* row, int vector, int count)
    {
        if (Stride == 1) Traffic.Prefetch(row + IndexOf(vector, 0), count);
    }

    /// <summary>Sets a vector of a row.</summary>
    public void Put(float* row, int vector, float* channels, int count)
    {
        if (Stride == 1) RowMath.Copy(row + IndexOf(vector, 0), channels, count);
        else for (var i = 0; i < count; i++) row[IndexOf(vector, i)] = channels[i];
    }
}
