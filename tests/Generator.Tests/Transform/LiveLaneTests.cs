using Recurve.Generator.Emit;
using Recurve.Generator.IR;
using Recurve.Generator.Transform;
using Recurve.TestKit;
using Xunit.Abstractions;

namespace Recurve.Generator.Tests.Transform;

/// <summary>
/// How many lanes the bodies of the sample cells hold at once, from where a value is computed to its last reader: few enough that none is to be divided (docs/decisions/0008).
/// </summary>
public class LiveLaneTests(ITestOutputHelper output)
{
    [Fact]
    public void OfEveryStage()
    {
        foreach (var (name, _) in Emit.Cells.All)
        {
            var reading = GeneratorHarness.Read(Emit.Cells.Source(name), "Recurve.Cells." + name, Emit.Cells.Parts(name));
            var passes = Passes.Of(reading.Spec!)!;
            foreach (var (kernel, adjoint) in passes.Adjoints)
            {
                var region = kernel.Region;
                var forward = Most([.. region.Next, .. region.Outputs]);
                var backward = Most([.. adjoint.Streams.OfType<Value>(), .. adjoint.Delta.OfType<Value>()]);
                output.WriteLine($"{name} {kernel.Name}: {region.Streams.Count} streams, forward {forward}, backward {backward}");
                Assert.True(Math.Max(forward, backward) <= BodyMethod.MostLanes, $"{name} {kernel.Name} holds {forward} lanes forward and {backward} backward");
            }
        }
    }

    // as BodyMethod writes them: leaves first if they are few, then what each result is made of, result by result, and a result is written as soon as it is there
    static int Most(IReadOnlyList<Value> roots)
    {
        var order = new List<Value>();
        var leaves = Reach.From(roots).Where(v => v.IsLeaf && v.Op != Op.Literal).ToList();
        if (leaves.Count <= BodyMethod.MostLanes) order.AddRange(leaves);
        foreach (var root in roots) Visit(root);
        var last = new Dictionary<Value, int>();
        for (var i = 0; i < order.Count; i++)
        {
            foreach (var read in order[i].Operands.Append(order[i])) last[read] = i;
        }
        var (most, live) = (0, 0);
        for (var i = 0; i < order.Count; i++)
        {
            most = Math.Max(most, ++live);
            live -= order.Take(i + 1).Count(v => last[v] == i);
        }
        return most;

        void Visit(Value value)
        {
            if (value.Op == Op.Literal || order.Contains(value)) return;
            foreach (var operand in value.Operands) Visit(operand);
            order.Add(value);
        }
    }
}
