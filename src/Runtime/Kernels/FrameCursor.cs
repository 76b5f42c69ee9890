using Recurve.Contracts;

namespace Recurve.Kernels;

/// <summary>
/// The row pointers behind a <see cref="Frame{V}"/>, walked from row to row by one addition each.
/// The order in memory is streams, outputs (or their adjoints), stream adjoints.
/// </summary>
internal readonly unsafe struct FrameCursor
{
    public readonly FrameTable* Table;
    readonly float** pointers;
    readonly nint* strides;
    readonly Rows* rows;
    readonly int count, streams, outputs, firstWritten;
    readonly StoreMode* writtenModes;
    readonly StoreMode usual;
    // signals whose rows are asked for ahead
    readonly int* ahead;
    readonly int aheadCount;

    FrameCursor(Scratch scratch, BodySignature body, Launch launch, bool backward, int nonTemporalLanes)
    {
        usual = nonTemporalLanes > 0 ? StoreMode.NonTemporal : StoreMode.Store;
        (streams, outputs) = (body.Streams, body.Outputs);
        count = streams + outputs + (backward ? streams : 0);
        firstWritten = backward ? streams + outputs : streams;
        Table = scratch.TakeZeroed<FrameTable>(1);
        pointers = (float**)scratch.TakeZeroed<nint>(count + 5 * body.States);
        strides = scratch.TakeZeroed<nint>(count);
        rows = scratch.TakeZeroed<Rows>(count);
        Table->Stores = Stores.Of(usual == StoreMode.NonTemporal);
        var modes = scratch.Take<StoreMode>(outputs + streams);

        Table->Streams = pointers;
        Table->Outputs = Table->OutputAdjoints = pointers + streams;
        Table->StreamAdjoints = pointers + streams + outputs;
        Table->Old = pointers + count;
        Table->New = Table->Old + body.States;
        Table->Carry = Table->New + body.States;
        Table->Arrives = Table->Carry + body.States;
        Table->Delta = Table->Arrives + body.States;
        Table->OutputStores = modes;
        Table->AdjointStores = modes + outputs;
        writtenModes = backward ? Table->AdjointStores : Table->OutputStores;
        Table->Fixed = scratch.Take<float>(launch.Fixed.Length);
        launch.Fixed.CopyTo(new Span<float>(Table->Fixed, launch.Fixed.Length));
        for (var i = 0; i < streams; i++) rows[i] = launch.Streams[i];
    }

    FrameCursor(FrameCursor cursor, Scratch scratch, bool[]? reads, int steps)
    {
        this = cursor;
        ahead = scratch.Take<int>(firstWritten);
        aheadCount = 0;
        StepsAhead = steps;
        for (var i = 0; i < firstWritten; i++)
            if (rows[i].IsPerStep && (i >= streams || reads == null || reads[i])) ahead[aheadCount++] = i;
    }

    /// <summary>Streams and outputs. Outputs nobody reads are discarded.</summary>
    public static FrameCursor Forward(Scratch scratch, BodySignature body, Launch launch, int nonTemporalLanes)
    {
        var cursor = new FrameCursor(scratch, body, launch, backward: false, nonTemporalLanes);
        for (var i = 0; i < body.Outputs; i++)
        {
            var target = launch.Outputs[i];
            cursor.rows[cursor.streams + i] = target;
            cursor.SetMode(cursor.Table->OutputStores, i, target.IsNull ? StoreMode.Discard : Store(StoreMode.Store, target, nonTemporalLanes));
        }
        return cursor;
    }

    /// <summary>
    /// Streams, adjoints of outputs and of streams. What arrives at an output nobody reads is the row <paramref name="zeros"/>.
    /// Sums over rows are left to <see cref="RowSums"/>.
    /// </summary>
    public static FrameCursor Backward(Scratch scratch, BodySignature body, Launch launch, float* zeros, int nonTemporalLanes)
    {
        var cursor = new FrameCursor(scratch, body, launch, backward: true, nonTemporalLanes);
        for (var i = 0; i < body.Outputs; i++)
            cursor.rows[cursor.streams + i] = launch.OutputAdjoints[i] is { IsNull: false } arrives ? arrives : new Rows(zeros, 0, 0);
        for (var i = 0; i < body.Streams; i++)
        {
            var (target, mode, sum) = launch.StreamAdjoints[i];
            var isWanted = body.Differentiable[i] && mode != StoreMode.Discard && sum == 0;
            if (isWanted) cursor.rows[cursor.streams + cursor.outputs + i] = target;
            cursor.SetMode(cursor.Table->AdjointStores, i, isWanted ? Store(mode, target, nonTemporalLanes) : StoreMode.Discard);
        }
        return cursor;
    }

    /// <summary>Streams, outputs (or their adjoints) and stream adjoints.</summary>
    public int Count => count;

    /// <summary>How many steps ahead rows are asked for; 0: not at all.</summary>
    public int StepsAhead { get; }

    /// <summary>Where a signal lies; null: nowhere, or always in the same row.</summary>
    public Rows this[int index] => rows[index];

    /// <summary>Puts a signal into one row, whichever row it is at. Says how it is to be written to where it was: Discard for what is read.</summary>
    public StoreMode Redirect(int index, float* row)
    {
        rows[index] = new(row, 0, 0);
        if (index < firstWritten) return StoreMode.Discard;
        var mode = writtenModes[index - firstWritten];
        SetMode(writtenModes, index - firstWritten, StoreMode.Store);
        return mode;
    }

    /// <summary>Moves to a row. The next <see cref="Advance"/> goes <paramref name="direction"/> (1 or −1) steps in time.</summary>
    public void MoveTo(int batch, int row, int direction)
    {
        for (var i = 0; i < count; i++)
        {
            if (rows[i].IsNull) continue;
            pointers[i] = rows[i].At(batch, row);
            strides[i] = (nint)(rows[i].StepStride * direction);
        }
    }

    /// <summary>One step in time.</summary>
    public void Advance()
    {
        for (var i = 0; i < count; i++) pointers[i] += strides[i];
    }

    /// <summary>The same cursor, which asks for rows ahead: for a loop bound by memory, whose pointers wait behind its stores, so that it comes late to ask itself.</summary>
    /// <param name="scratch">Memory.</param>
    /// <param name="reads">Which streams the loop reads; null: all.</param>
    /// <param name="width">Channels.</param>
    public FrameCursor LookingAhead(Scratch scratch, bool[]? reads, int width) => new(this, scratch, reads, Traffic.StepsAhead(width));

    /// <summary>Asks for channels [first, end) of the rows ahead.</summary>
    public void Prefetch(nint first, nint end)
    {
        for (var k = 0; k < aheadCount; k++) Traffic.Prefetch(pointers[ahead[k]] + StepsAhead * strides[ahead[k]] + first, end - first);
    }

    /// <summary>A table of its own, which <see cref="CopyTo"/> fills: several rows can then be worked on together.</summary>
    public FrameTable* NewTable(Scratch scratch)
    {
        var table = scratch.Take<FrameTable>(1);
        *table = *Table;
        table->Streams = (float**)scratch.Take<nint>(count);
        table->Outputs = table->OutputAdjoints = table->Streams + streams;
        table->StreamAdjoints = table->Streams + streams + outputs;
        return table;
    }

    /// <summary>Puts this row into a table of <see cref="NewTable"/>.</summary>
    public void CopyTo(FrameTable* table)
    {
        for (var i = 0; i < count; i++) table->Streams[i] = pointers[i];
    }

    /// <summary>Lets the body add the adjoint of a stream to one row, whichever row it is at.</summary>
    public void SumInto(int stream, float* sum)
    {
        rows[streams + outputs + stream] = default;
        pointers[streams + outputs + stream] = sum;
        strides[streams + outputs + stream] = 0;
        SetMode(Table->AdjointStores, stream, StoreMode.Add);
    }

    void SetMode(StoreMode* modes, int index, StoreMode mode)
    {
        modes[index] = mode;
        if (mode != usual) Table->Stores = Table->Stores.WithSpecial(index);
    }

    static StoreMode Store(StoreMode mode, Rows target, int nonTemporalLanes)
        => mode == StoreMode.Store && nonTemporalLanes > 0 && target.IsAligned(nonTemporalLanes) ? StoreMode.NonTemporal : mode;
}
