using Recurve.EndToEnd.Tests.Cells;
using Recurve.Plans;

namespace Recurve.EndToEnd.Tests.Sliced;

public sealed partial class SlicedCellTests
{
    /// <summary>A call of a cell and a random linear loss of what it gives.</summary>
    sealed record Problem(Catalogue.Entry Entry)
    {
        public int Steps { get; init; } = SlicedCellTests.Steps;

        public string Device { get; init; } = "cpu";

        public bool WithStart { get; init; }

        public bool IsReverse { get; init; }

        public int[]? Lengths { get; init; }

        public int[] Resets { get; init; } = [];

        public override string ToString() => $"{Entry} on {Device}, start {WithStart}, reverse {IsReverse}, lengths [{string.Join(", ", Lengths ?? [])}], resets [{string.Join(", ", Resets)}]";

        /// <summary>All of it, or this rank's slice.</summary>
        public Dictionary<string, float[]> Run(ITimeSlices? slices)
        {
            var random = new Random(7);
            float[] Draw(int count, double scale) => [.. Enumerable.Range(0, count).Select(_ => (float)(scale * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5)))];
            var cell = Entry.Create(Inputs, Units);
            cell.Initialize(seed: 3);
            var there = Get(Device);
            cell.To(there);
            var (count, rank) = (slices?.Count ?? 1, slices?.Rank ?? 0);
            var own = Steps / count;
            Tensor Slice(float[] all, int size) => Tensor.FromArray([.. Enumerable.Range(0, Batch).SelectMany(b =>
                all[((b * Steps + rank * own) * size)..((b * Steps + (rank + 1) * own) * size)])], Batch, own, size).To(there);

            var definition = cell.Definition;
            var inputs = definition.Inputs.Select(i => Slice(Draw(Batch * Steps * i.Size, Entry.Scale), i.Size)).ToArray();
            foreach (var input in inputs) input.RequiresGrad = true;
            var starts = definition.States.Select(s => Tensor.FromArray([.. Draw(Batch * s.Count, Entry.Scale).Select(v => Entry.Positive.Contains(s.Name) ? Math.Abs(v) + 0.1f : v)], [Batch, .. s.Shape]).To(there)).ToArray();
            foreach (var start in starts) start.RequiresGrad = true;
            var mask = new float[Batch * Steps];
            foreach (var reset in Resets) mask[reset] = 1;
            var sequence = new Sequence
            {
                Slices = slices,
                Reverse = IsReverse,
                Lengths = Lengths is null ? null : [.. Lengths.Select(l => Math.Clamp(l - rank * own, 0, own))],
                Resets = Resets.Length == 0 ? null : Slice(mask, 1).Reshape(Batch, own),
            };
            var (outputs, end) = cell.RunAny(inputs, WithStart ? definition.WrapStates(starts) : null, sequence);
            // the end states are everybody's, so their loss is one rank's
            var loss = Tensor.Zeros().To(there);
            foreach (var (output, o) in outputs.Zip(definition.Outputs)) loss = loss + (output * Slice(Draw(Batch * Steps * o.Size, 1), o.Size)).Sum();
            foreach (var (state, s) in end.Tensors.Zip(definition.States))
            {
                var weights = Tensor.FromArray(Draw(Batch * s.Count, rank == count / 2 ? 1 : 0), [Batch, .. s.Shape]).To(there);
                loss = loss + (state * weights).Sum();
            }
            loss.Backward();

            Dictionary<string, float[]> results = new()
            {
                ["end"] = [.. end.Tensors.SelectMany(t => t.ToArray())],
            };
            for (var i = 0; i < outputs.Length; i++) results["y" + i] = outputs[i].ToArray();
            for (var i = 0; i < inputs.Length; i++) results["x" + i] = inputs[i].Grad!.ToArray();
            if (WithStart) results["start"] = [.. starts.SelectMany(s => (s.Grad ?? Tensor.Zeros(s.Shape)).ToArray())];
            foreach (var parameter in cell.Parameters) results[parameter.Name] = (parameter.Value.Grad ?? Tensor.Zeros(parameter.Value.Shape)).ToArray();
            return results;
        }
    }
}
