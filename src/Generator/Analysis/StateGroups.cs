using Recurve.Generator.IR;

namespace Recurve.Generator.Analysis;

/// <summary>Groups of states: strongly connected by "t's new value reaches s's old value", each after the groups it reads.</summary>
internal static class StateGroups
{
    public static IReadOnlyList<IReadOnlyList<State>> Of(Program program)
    {
        var states = program.States;
        // reads[t] holds s: t's new value needs s's past
        var reads = states.Select(t => ReadBy(program, t)).ToList();
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var set in reads)
            {
                var before = set.Count;
                foreach (var s in set.ToList()) set.UnionWith(reads[s]);
                grown |= set.Count > before;
            }
        }

        var groups = new List<IReadOnlyList<State>>();
        var done = new HashSet<int>();
        while (done.Count < states.Count)
        {
            var first = Enumerable.Range(0, states.Count).First(t => !done.Contains(t)
                && reads[t].All(s => done.Contains(s) || s == t || reads[s].Contains(t)));
            var group = Enumerable.Range(0, states.Count).Where(s => s == first || reads[first].Contains(s) && reads[s].Contains(first)).ToList();
            groups.Add([.. group.Select(s => states[s])]);
            done.UnionWith(group);
        }
        return groups;
    }

    static HashSet<int> ReadBy(Program program, State state)
    {
        if (state.New is null) return [];
        var reached = new HashSet<Value>(Reach.From([state.New]));
        return [.. Enumerable.Range(0, program.States.Count).Where(s => reached.Contains(program.States[s].Old))];
    }
}
