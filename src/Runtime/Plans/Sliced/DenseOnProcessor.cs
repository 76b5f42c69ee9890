using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Dense;

namespace Recurve.Plans;

/// <summary>A direction of a dense recurrence over a slice, on the processor.</summary>
/// <param name="stage">Which.</param>
/// <param name="states">Its states.</param>
/// <param name="walk">The direction.</param>
/// <param name="isBackward">Which that is.</param>
/// <param name="scan">Walks.</param>
internal sealed unsafe class DenseOnProcessor(DenseStage stage, StateCells[] states, DenseStateWalk walk, bool isBackward, Action<DenseWalk> scan) : DenseSlice
{
    public override int Length(int sequence) => walk.Length(sequence);

    public override bool IsCut(int sequence) => walk.Length(sequence) > 0 && walk.IsCut(sequence, 0, walk.Length(sequence));

    public override void ReadGiven(float* rows) => ForEach((sequence, channel, batch, s, index) =>
    {
        var row = isBackward ? states[s].GivenAdjoint(batch) : states[s].Given(batch);
        rows[(long)sequence * stage.Width + channel] = row == null ? 0 : row[index];
    });

    public override void RunFromZero(float* left) => scan(new Tap(walk, left, fromZero: true));

    public override void Run(float* carried, float* left)
    {
        ForEach((sequence, channel, batch, s, index) =>
        {
            var own = states[s].Carried!;
            (isBackward ? own.EndAdjoint : own.Start).At(batch, 0)[index] = carried[(long)sequence * stage.Width + channel];
        });
        if (left == null) scan(walk);
        else scan(new Tap(walk, left, fromZero: false));
    }

    void ForEach(Action<int, int, int, int, int> body)
    {
        for (var sequence = 0; sequence < walk.Batches; sequence++)
        {
            for (var channel = 0; channel < stage.Width; channel++)
            {
                var s = Array.FindLastIndex(stage.Starts, start => start <= channel);
                body(sequence, channel, sequence / stage.Layout.Vectors, s, stage.Layout.IndexOf(sequence % stage.Layout.Vectors, channel - stage.Starts[s]));
            }
        }
    }

    /// <summary>The walk with what it leaves copied; from zero it leaves that alone.</summary>
    sealed class Tap(DenseStateWalk walk, float* ends, bool fromZero) : DenseWalk(walk.Width, walk.Batches)
    {
        public override int Length(int batch) => walk.Length(batch);

        public override bool IsCut(int batch, int first, int end) => walk.IsCut(batch, first, end);

        public override void TakeStart(int batch, float* row)
        {
            if (fromZero) RowMath.Clear(row, Width);
            else walk.TakeStart(batch, row);
        }

        public override void LeaveEnd(int batch, float* row)
        {
            RowMath.Copy(ends + (long)batch * Width, row, Width);
            if (!fromZero) walk.LeaveEnd(batch, row);
        }

        public override void Enter(int batch, int step, float* c, float* next, bool writes) => walk.Enter(batch, step, c, next, writes && !fromZero);

        public override void Leave(int batch, int step, float* next, bool writes) => walk.Leave(batch, step, next, writes && !fromZero);
    }
}
