using Recurve.Contracts;

namespace Recurve.Kernels.Sequential;

/// <summary>
/// One sequence of a recurrence of k states, channels [first, end), walked in processing order or against it. The old state of a step is
/// read where the step before wrote it.
/// </summary>
internal readonly unsafe ref struct SequentialWalk<TBody, V>
    where TBody : struct, ISequentialBody
    where V : unmanaged, ILane<V>
{
    readonly RecurrentLaunch launch;
    readonly FrameCursor cursor;
    readonly int batch, first, end, firstStep, direction;
    readonly float* zeros;

    public SequentialWalk(RecurrentLaunch launch, Window window, int batch, int first, int end, float* zeros, FrameCursor cursor)
    {
        this.launch = launch;
        this.cursor = cursor;
        (this.batch, this.first, this.end) = (batch, first, end);
        this.zeros = zeros;
        firstStep = window.FirstStep;
        direction = launch.Reverse ? -1 : 1;
    }

    /// <summary>From the start states through all valid steps to the end states.</summary>
    public void Forward(Scratch scratch, int valid)
    {
        var states = launch.States.Length;
        // a state whose sequence nobody keeps alternates between two rows
        var rows = (float**)scratch.Take<nint>(2 * states);
        var table = cursor.Table;
        for (var k = 0; k < states; k++)
        {
            table->New[k] = Start(k);
            if (!launch.States[k].Sequence.IsNull) continue;
            rows[2 * k] = scratch.Take<float>(launch.Width);
            rows[2 * k + 1] = scratch.Take<float>(launch.Width);
        }
        if (valid > 0) cursor.MoveTo(batch, launch.Row(batch, firstStep), direction);
        for (var i = 0; i < valid; i++)
        {
            var row = launch.Row(batch, firstStep + i);
            var isReset = launch.IsReset(batch, row);
            for (var k = 0; k < states; k++)
            {
                table->Old[k] = isReset ? Initial(k) : table->New[k];
                var sequence = launch.States[k].Sequence;
                table->New[k] = sequence.IsNull ? rows[2 * k + (i & 1)] : sequence.At(batch, row);
            }
            SequentialRows<TBody, V>.Step(table, first, end);
            cursor.Advance();
        }
        for (var k = 0; k < states; k++)
            if (launch.States[k].End is { IsNull: false } target) Copy(table->New[k], target.At(batch, 0));
    }

    /// <summary>From the adjoints of the end states against the order to those of the start states.</summary>
    public void Backward(Scratch scratch, ref RowSums sums, int valid, double* initialAdjoints)
    {
        var states = launch.States.Length;
        var table = cursor.Table;
        for (var k = 0; k < states; k++)
        {
            table->Carry[k] = scratch.Take<float>(launch.Width);
            table->Delta[k] = scratch.Take<float>(launch.Width);
            if (launch.States[k].EndAdjoint is { IsNull: false } adjoint) Copy(adjoint.At(batch, 0), table->Carry[k]);
            else new Span<float>(table->Carry[k] + first, end - first).Clear();
        }
        if (valid > 0) cursor.MoveTo(batch, launch.Row(batch, firstStep + valid - 1), -direction);
        for (var step = firstStep + valid - 1; step >= firstStep; step--)
        {
            var row = launch.Row(batch, step);
            var isReset = launch.IsReset(batch, row);
            for (var k = 0; k < states; k++)
            {
                var state = launch.States[k];
                table->New[k] = state.Sequence.At(batch, row);
                table->Old[k] = isReset ? Initial(k) : step == firstStep ? Start(k) : state.Sequence.At(batch, row - direction);
                if (!state.SequenceAdjoint.IsNull) Add(state.SequenceAdjoint.At(batch, row), table->Carry[k]);
            }
            SequentialRows<TBody, V>.Adjoint(table, first, end);
            cursor.Advance();
            sums.NextRow();
            for (var k = 0; k < states; k++)
            {
                var carry = table->Delta[k];
                table->Delta[k] = table->Carry[k];
                table->Carry[k] = carry;
                if (!isReset) continue;
                AddTo(initialAdjoints + (long)k * launch.Width, carry);
                new Span<float>(carry + first, end - first).Clear();
            }
        }
        for (var k = 0; k < states; k++)
        {
            var state = launch.States[k];
            if (!state.StartAdjoint.IsNull) Copy(table->Carry[k], state.StartAdjoint.At(batch, 0));
            if (state.Start.IsNull) AddTo(initialAdjoints + (long)k * launch.Width, table->Carry[k]);
        }
    }

    float* Initial(int k) => launch.States[k].Initial != 0 ? (float*)launch.States[k].Initial : zeros;

    float* Start(int k) => launch.States[k].Start is { IsNull: false } start ? start.At(batch, 0) : Initial(k);

    void Copy(float* source, float* target) => new Span<float>(source + first, end - first).CopyTo(new(target + first, end - first));

    void Add(float* source, float* target)
    {
        nint c = first;
        for (; c <= end - V.Width; c += V.Width) V.Store(V.Load(target + c) + V.Load(source + c), target + c);
        for (; c < end; c++) target[c] += source[c];
    }

    void AddTo(double* sum, float* row)
    {
        for (var c = first; c < end; c++) sum[c] += row[c];
    }
}
