using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>Least value of every feature so far, and of the start: h = min(h, x).</summary>
[Cell]
public sealed partial class RunningMin(int units)
{
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        h = Min(h, x);
        return h;
    }
}
