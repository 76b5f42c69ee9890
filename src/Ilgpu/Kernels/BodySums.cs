namespace Recurve.Ilgpu.Kernels;

/// <summary>
/// Sums over rows that one unit of work leaves (Adjoints.cl): the body adds adjoints to single-precision numbers, which go to double precision every 256 rows.
/// </summary>
unsafe struct BodySums
{
    const int Flush = 256;

    readonly float* recent;
    readonly double* totals;
    readonly double* initial;
    readonly int streams, states;
    readonly long summed;
    int pending;

    /// <param name="frame">The body's.</param>
    /// <param name="summed">Which streams.</param>
    /// <param name="totals">Memory of the item for <see cref="BodyWords.MostStreams"/> + <see cref="BodyWords.MostStates"/> numbers.</param>
    public BodySums(in BodyFrame frame, long summed, double* totals)
    {
        recent = frame.Recent;
        this.totals = totals;
        initial = totals + BodyWords.MostStreams;
        (streams, states, this.summed, pending) = (frame.Streams, frame.States, summed, 0);
        for (var i = 0; i < streams; i++) (recent[i], totals[i]) = (0f, 0.0);
        for (var k = 0; k < states; k++) initial[k] = 0.0;
    }

    public readonly void AddInitial(int state, float value) => initial[state] += value;

    /// <summary>After each row.</summary>
    public void Count()
    {
        if (++pending == Flush) Complete();
    }

    void Complete()
    {
        for (var i = 0; i < streams; i++)
        {
            totals[i] += recent[i];
            recent[i] = 0f;
        }
        pending = 0;
    }

    /// <summary>To (unit, sum, channel), the streams' and then the initial states'.</summary>
    public void Leave(double* partials, long unit, long count, int width, int channel, bool isAdded)
    {
        Complete();
        double* sum = partials + unit * count * width + channel;
        for (var i = 0; i < streams; i++)
        {
            if ((summed >> i & 1) == 0) continue;
            *sum = isAdded ? *sum + totals[i] : totals[i];
            sum += width;
        }
        for (var k = 0; k < states; k++)
        {
            *sum = isAdded ? *sum + initial[k] : initial[k];
            sum += width;
        }
    }
}
