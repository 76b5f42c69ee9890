using Recurve.Generator.IR;
using Recurve.Generator.Support;

namespace Recurve.Generator.Transform;

/// <summary>Where a vector must be cut so that everything that moves along it within a step moves in whole pieces.</summary>
internal sealed class Cuts
{
    // pieces: more than a stage each would be worth
    const int Most = 16;

    // in order; the ends of the vector among them
    readonly List<Size> places;
    readonly List<Move> moves = [];
    readonly HashSet<(Value, Size, Size, Size)> seen = [];
    bool isKnown = true;

    Cuts(Size size) => places = [Size.Of(0), size];

    /// <summary>The new numbers from one place to another are made of old ones that stood so many places further on.</summary>
    sealed record Move(Size Start, Size End, Size By);

    /// <summary>The pieces of a state; null: it is one, or there are too many, or their order depends on the constructor's parameters.</summary>
    public static IReadOnlyList<(Size Start, Size Length)>? Of(Program program, State state)
    {
        if (state.Old.Shape.Rank != 1) return null;
        var cuts = new Cuts(state.Size);
        foreach (var read in program.Values.Where(v => v.Op == Op.Slice && v.Operands[0] == state.Old))
        {
            cuts.Add(read.Sizes[0]);
            cuts.Add(read.Sizes[0] + read.Sizes[1]);
        }
        cuts.Walk(state.Old, state.New!, Size.Of(0), Size.Of(0), state.Size);
        cuts.Close();
        return cuts.isKnown && cuts.places.Count > 2 ? [.. cuts.places.Zip(cuts.places.Skip(1), (start, end) => (start, end - start))] : null;
    }

    // numbers [from, to) of a value, whose first number belongs `at` places into the state
    void Walk(Value old, Value value, Size at, Size from, Size to)
    {
        if (value.Shape.Rank != 1 || !seen.Add((value, at, from, to))) return;
        if (value == old)
        {
            moves.Add(new(at + from, at + to, -at));
            Add(from);
            Add(to);
        }
        else if (value.Op == Op.Slice)
        {
            Walk(old, value.Operands[0], at - value.Sizes[0], from + value.Sizes[0], to + value.Sizes[0]);
        }
        else if (value.Op == Op.Concat)
        {
            var start = Size.Of(0);
            foreach (var part in value.Operands)
            {
                var end = start + part.Shape.Axes[0];
                if (Larger(start, from) is not { } first || Smaller(end, to) is not { } last) return;
                if ((first - last).IsNegative)
                {
                    Add(at + first);
                    Add(at + last);
                    Walk(old, part, at + start, first - start, last - start);
                }
                start = end;
            }
        }
        else if (value.Row().Family == Family.Elementwise)
        {
            foreach (var operand in value.Operands) Walk(old, operand, at, from, to);
        }
    }

    // a cut of what is moved is one of where it came from, and the other way round
    void Close()
    {
        for (var before = 0; isKnown && before != places.Count;)
        {
            before = places.Count;
            foreach (var move in moves)
            {
                foreach (var place in places.ToList())
                {
                    if (IsInside(place, move.Start, move.End)) Add(place + move.By);
                    if (IsInside(place, move.Start + move.By, move.End + move.By)) Add(place - move.By);
                }
            }
        }
    }

    bool IsInside(Size place, Size start, Size end) => Larger(place, start)?.Equals(place) == true && Larger(place, end)?.Equals(end) == true;

    void Add(Size place)
    {
        for (var i = 0; isKnown && i < places.Count; i++)
        {
            if (places[i].Equals(place)) return;
            if (Larger(places[i], place) is not { } larger) return;
            if (!larger.Equals(places[i])) continue;
            places.Insert(i, place);
            isKnown &= places.Count <= Most + 1;
            return;
        }
    }

    Size? Smaller(Size a, Size b) => Larger(a, b) is { } larger ? larger.Equals(a) ? b : a : null;

    Size? Larger(Size a, Size b)
    {
        if (a.Equals(b) || (b - a).IsNegative) return a;
        if ((a - b).IsNegative) return b;
        isKnown = false;
        return null;
    }
}
