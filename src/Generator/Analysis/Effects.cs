using Recurve.Generator.IR;

namespace Recurve.Generator.Analysis;

/// <summary>Which inputs, fields and states influence an output, now or at a later step (RCV4001 names the others).</summary>
internal static class Effects
{
    public static ISet<string> Reaching(Program program)
    {
        var names = new HashSet<string>();
        var open = new Queue<Value>(program.Outputs.Select(o => o.Value));
        while (open.Count > 0)
        {
            foreach (var leaf in Reach.From([open.Dequeue()]).Where(v => v.Op is Op.Input or Op.Field or Op.OldState))
            {
                if (!names.Add(leaf.Name) || leaf.Op != Op.OldState) continue;
                if (program.States.First(s => s.Old == leaf).New is { } next) open.Enqueue(next);
            }
        }
        return names;
    }
}
